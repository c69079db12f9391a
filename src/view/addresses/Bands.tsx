import type { NodePortRange, ServiceRangeView } from '../../engine/protocol.ts';
import type { ObjectRef } from '../../trace/types.ts';
import { useAddressesT } from '../i18n/useAddressesT.ts';
import { useBoard } from '../page.ts';
import css from './Addresses.module.css';

/** A number of a range, and whose it is. */
interface Mark {
  readonly index: number;
  readonly number: string;
  readonly owner: string;
  readonly ref?: ObjectRef;
}

interface Props {
  readonly label: string;
  readonly count: number;
  readonly offset: number;
  readonly marks: readonly Mark[];
  readonly lower: string | undefined;
  readonly upper: string;
}

/** The lower band is drawn so wide, however small a part of the range it is: in per cent. */
const LOWER = 26;
const MOST_MARKS = 40;

/** A range of numbers with its two bands; a mark where a number is taken, and below it whose it is. */
function Band({ label, count, offset, marks, lower, upper }: Props) {
  const words = useAddressesT();
  const leaveFor = useBoard((state) => state.leaveFor);
  const split = offset > 0 ? LOWER : 0;
  const at = (index: number): number =>
    index < offset
      ? ((index + 0.5) / offset) * split
      : split + ((index - offset + 0.5) / Math.max(1, count - offset)) * (100 - split);
  return (
    <>
      <div className={css['band']} role="img" aria-label={label}>
        {lower === undefined ? null : (
          <div className={css['lower']} style={{ width: `${split}%` }}>
            <b>{words.services.lower}</b>
            <code>{lower}</code>
          </div>
        )}
        <div className={css['upper']}>
          <b>{words.services.upper}</b>
          <code>{upper}</code>
        </div>
        {marks.map(({ index, number, owner }) => (
          <i
            key={number}
            className={css['mark']}
            title={`${number}: ${owner}`}
            style={{ left: `${at(index)}%` }}
          />
        ))}
      </div>
      <ul className={css['owners']}>
        {marks.slice(0, MOST_MARKS).map(({ number, owner, ref }) => (
          <li key={number}>
            <span aria-hidden="true" className={css['pin']} />
            <code>{number}</code>{' '}
            {ref === undefined ? (
              <span>{words.services.always}</span>
            ) : (
              <button
                type="button"
                className={css['link']}
                title={words.toYaml(owner)}
                onClick={() => {
                  leaveFor(ref);
                }}
              >
                {owner}
              </button>
            )}
          </li>
        ))}
      </ul>
      {marks.length > MOST_MARKS ? (
        <p className={css['more']}>{words.pods.more(marks.length - MOST_MARKS)}</p>
      ) : null}
    </>
  );
}

export function ServiceBand({ services }: { readonly services: ServiceRangeView }) {
  const words = useAddressesT();
  const { cidr, count, offset, bands, taken } = services;
  const range = ({ from, to }: { readonly from: string; readonly to: string }): string => `${from} – ${to}`;
  const lower = bands.lower && range(bands.lower);
  return (
    <section className={css['figure']} aria-label={words.services.title}>
      <h3 className={css['title']}>
        {words.services.title} <code>{cidr}</code>
      </h3>
      <Band
        label={words.services.bar(cidr)}
        count={count}
        offset={offset}
        lower={lower}
        upper={range(bands.upper)}
        marks={taken.map(({ index, ip, service, ref }) => ({
          index,
          number: ip,
          owner: service,
          ...(ref ? { ref } : {}),
        }))}
      />
      <p className={css['text']}>{lower === undefined ? words.services.small : words.services.text(lower)}</p>
    </section>
  );
}

export function PortBand({ ports }: { readonly ports: NodePortRange }) {
  const words = useAddressesT();
  const { from, to, offset, taken } = ports;
  const lower = `${from} – ${from + offset - 1}`;
  return (
    <section className={css['figure']} aria-label={words.ports.title}>
      <h3 className={css['title']}>{words.ports.title}</h3>
      <Band
        label={words.ports.bar(from, to)}
        count={to - from + 1}
        offset={offset}
        lower={lower}
        upper={`${from + offset} – ${to}`}
        marks={taken.map(({ port, service, ref }) => ({
          index: port - from,
          number: String(port),
          owner: service,
          ref,
        }))}
      />
      <p className={css['text']}>
        {taken.length === 0 ? `${words.ports.none} ` : ''}
        {words.ports.text(lower)}
      </p>
    </section>
  );
}
