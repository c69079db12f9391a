/** `sysctl -w KEY=VALUE`. */
import type { TableOp } from '../ops/types.ts';
import type { Words } from './words.ts';

/** The op of the words behind `sysctl`; throws a sentence that names the word that does not fit. */
export function parseSysctl(w: Words): TableOp {
  w.take('-w');
  const [key = '', value] = w.next('KEY=VALUE').split('=');
  if (value === undefined) throw new SyntaxError(`"${key}" must be of the form name=value`);
  return { op: 'sysctl', key, value };
}
