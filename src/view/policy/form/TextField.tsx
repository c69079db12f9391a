/** A field whose text counts when it is done: with Enter, or when it is left. */
import { useId, useState } from 'react';
import css from './PolicyForm.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly offers?: readonly string[];
  readonly placeholder?: string;
  /** width in characters */
  readonly size: number;
  readonly onDone: (typed: string) => void;
}

export function TextField({ label, value, offers = [], placeholder, size, onDone }: Props) {
  const list = useId();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // the YAML says something new
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const done = (): void => {
    if (typed !== value) onDone(typed);
  };
  return (
    <>
      <input
        className={css['field']}
        aria-label={label}
        title={label}
        placeholder={placeholder}
        size={size}
        value={typed}
        list={offers.length > 0 ? list : undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setTyped(event.target.value);
        }}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done();
          else if (event.key === 'Escape') setTyped(value);
        }}
      />
      {offers.length > 0 ? (
        <datalist id={list}>
          {offers.map((offer) => (
            <option key={offer} value={offer}>
              {offer}
            </option>
          ))}
        </datalist>
      ) : null}
    </>
  );
}
