/** What the Board document expects, and whether it holds now. A click on one sends its packet, to see why. */
import { useEffect, useState } from 'react';
import type { ExpectationResult } from '../../engine/protocol.ts';
import { Button, leaveAfterPointer } from '../controls/Button.tsx';
import { useExpectT } from '../i18n/useExpectT.ts';
import { say, useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './Expectations.module.css';

const short = (endpoint: string): string => endpoint.replace(/^(pod|node|client|svc)\//, '');

export default function Expectations() {
  const words = useExpectT();
  const results = useBoard((state) => state.expectations);
  const count = useBoard((state) => state.board?.expect.length ?? 0);
  const watch = useBoard((state) => state.watchExpectations);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => watch(), [watch]);
  if (count === 0) return null;
  // another board has been opened, and these are still those of the last one
  const tried = results?.length === 0 ? undefined : results;
  const held = (tried ?? []).filter(({ holds }) => holds).length;
  const sum = tried ? words.sum(held, tried.length) : words.trying;
  return (
    <section className={css['panel']} aria-label={words.title} data-testid="expectations">
      <Button
        kind="quiet"
        aria-expanded={isOpen}
        onClick={(event) => {
          leaveAfterPointer(event);
          setOpen(!isOpen);
        }}
      >
        <span className={css['marks']} aria-hidden="true">
          {(tried ?? []).slice(0, MOST_MARKS).map((result, i) => (
            // in the order of the document
            // oxlint-disable-next-line react/no-array-index-key
            <Mark key={i} holds={result.holds} />
          ))}
        </span>
        {sum}
      </Button>
      {/* what is in a button is not spoken when it changes */}
      <p role="status" className="visually-hidden">
        {sum}
      </p>
      {isOpen && tried ? (
        <>
          <ul className={css['list']}>
            {tried.map((result, i) => (
              // oxlint-disable-next-line react/no-array-index-key
              <Row key={i} result={result} />
            ))}
          </ul>
          {count > tried.length ? <p className={css['left']}>{words.left(count - tried.length)}</p> : null}
        </>
      ) : null}
    </section>
  );
}

/** Of more, the sum says enough. */
const MOST_MARKS = 8;

function Row({ result }: { readonly result: ExpectationResult }) {
  const t = useT();
  const words = useExpectT();
  const sendExpected = useBoard((state) => state.sendExpected);
  const { from, to, protocol, size, holds } = result;
  const route = `${short(from)} → ${short(to)} ${protocol}${size === undefined ? '' : ` ${size}`}`;
  return (
    <li data-holds={holds}>
      <button
        type="button"
        className={css['row']}
        title={words.look}
        onClick={(event) => {
          leaveAfterPointer(event);
          void sendExpected(result);
        }}
      >
        <Mark holds={holds} />
        <span>
          {words.shall(t.disposition[result.result], route)}
          {holds ? null : <Failure result={result} />}
        </span>
      </button>
    </li>
  );
}

function Failure({ result }: { readonly result: ExpectationResult }) {
  const t = useT();
  const words = useExpectT();
  if ('refusal' in result) return <em className={css['but']}>{say(t, result.refusal)}</em>;
  const { ended, missed, why } = result;
  const isOther = ended !== result.result;
  return (
    <em className={css['but']}>
      {[
        ...(isOther ? [ended === undefined ? words.nothing : words.but(t.disposition[ended])] : []),
        ...(missed.length > 0 ? [words.missed(missed.join(', '))] : []),
      ].join('; ')}
      {why ? <span className={css['why']}>{say(t, why.sentence)}</span> : null}
    </em>
  );
}

/** A circle for what holds, a diamond for what does not. */
function Mark({ holds }: { readonly holds: boolean }) {
  return (
    <svg
      viewBox="0 0 12 12"
      width="12"
      height="12"
      className={holds ? css['yes'] : css['no']}
      aria-hidden="true"
    >
      {holds ? <circle cx="6" cy="6" r="5" /> : <path d="M6 0l6 6-6 6-6-6z" />}
    </svg>
  );
}
