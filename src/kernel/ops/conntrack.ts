/** `conntrack -D ...` and `conntrack -F`: entries are taken out by hand. @see conntrack-tools src/conntrack.c */
import { deleteEntries, printEntry } from '../conntrack/table.ts';
import { Args, ShellError } from '../shell/reading.ts';
import { fitsFilter, parseConntrack } from '../shell/showConntrack.ts';
import { refuse, type OpContext, type OpResult } from './types.ts';

/** The words behind `conntrack`. Nothing deleted is no error. */
export function changeConntrack(c: OpContext, words: readonly string[]): OpResult | undefined {
  const command = readWords(words);
  if (command instanceof ShellError) return refuse('EINVAL', command.lines.join('\n'));
  // what has timed out is gone already
  const gone = deleteEntries(
    c.ns,
    (entry) =>
      entry.expires > c.at &&
      (command.command === 'flush' || (command.command === 'delete' && fitsFilter(entry, command.filter))),
  );
  for (const entry of gone) c.change({ table: 'conntrack', op: 'delete', line: () => printEntry(entry) });
  return undefined;
}

function readWords(words: readonly string[]): ReturnType<typeof parseConntrack> | ShellError {
  try {
    return parseConntrack(new Args(words));
  } catch (error) {
    if (error instanceof ShellError) return error;
    throw error;
  }
}
