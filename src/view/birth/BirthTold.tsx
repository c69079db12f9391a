import type { BirthStep } from '../../engine/protocol.ts';
import { useBirthT, type BirthWords } from '../i18n/useBirthT.ts';
import css from './Birth.module.css';

interface Props {
  readonly step: BirthStep;
  readonly sentence: string;
  /** every program of the story, outermost first */
  readonly callers: readonly string[];
}

/** The present step: the sentence, who runs whom, the line as it stands in the journal, and what went in or came out. */
export function BirthTold({ step, sentence, callers }: Props) {
  const words = useBirthT();
  return (
    <div className={css['told']}>
      <p className={css['sentence']} aria-live="polite">
        {sentence}
      </p>
      <ol className={css['callers']} aria-label={words.callers}>
        {callers.map((name) => (
          <li key={name} data-on={step.callers.includes(name)} data-here={step.callers.at(-1) === name}>
            {name}
          </li>
        ))}
      </ol>
      <Block title={words.line[step.kind]} text={step.text} />
      {step.error === undefined ? null : <Block title={words.shown.error} text={step.error} isBad />}
      {step.read === undefined ? null : (
        <Block title={words.shown.read(step.read.path)} text={step.read.text} />
      )}
      {step.detail === undefined ? null : <Block title={titleOf(step, words)} text={pretty(step.detail)} />}
    </div>
  );
}

function Block({
  title,
  text,
  isBad = false,
}: {
  readonly title: string;
  readonly text: string;
  readonly isBad?: boolean;
}) {
  return (
    <section aria-label={title}>
      <h3 className={css['title']}>{title}</h3>
      <pre className={css['pre']} data-bad={isBad}>
        {text}
      </pre>
    </section>
  );
}

/** What the text beside a line is. */
function titleOf({ stage, result }: BirthStep, { shown }: BirthWords): string {
  if (stage === 'delegate') return shown.delegate;
  if (stage.startsWith('exec-')) return shown.stdin;
  if (stage.startsWith('result-') || result !== 'ok') return shown.stdout;
  if (stage === 'keep-delegate' || stage === 'reserve' || stage === 'pointer') return shown.file;
  return shown.about;
}

/** JSON as one reads it; anything else as it is. */
function pretty(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
