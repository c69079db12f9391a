import { useState } from 'react';
import { Button } from '../controls/Button.tsx';

interface Props {
  readonly text: string;
  readonly label: string;
  readonly done: string;
}

/** Copies a text and says so. Without permission it selects nothing and stays as it is: the text is on the page. */
export function CopyButton({ text, label, done }: Props) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      setDone(false); // the browser forbids it; the text can still be selected
    }
  };
  return (
    <>
      <Button
        onClick={() => {
          void copy();
        }}
      >
        {isDone ? `✓ ${done}` : label}
      </Button>
      <span role="status" className="visually-hidden">
        {isDone ? done : ''}
      </span>
    </>
  );
}
