/** `bridge fdb` and `bridge link set`: ops on forwarding entries and ports. */
import { printIpv4 } from '../../wire/address.ts';
import type { TableOp } from '../ops/types.ts';
import { oneOf, type Words } from './words.ts';

export type FdbOp = Extract<TableOp, { readonly op: 'fdb-append' | 'fdb-add' | 'fdb-replace' | 'fdb-del' }>;

/** The command line of the op. */
export function printFdbOp(op: FdbOp): string {
  return `bridge fdb ${op.op.slice('fdb-'.length)} ${op.mac} dev ${op.dev} dst ${printIpv4(op.dst)} self permanent`;
}

/** The op of the words behind `bridge`; throws a sentence that names the word that does not fit. */
export function parseBridge(w: Words): TableOp {
  if (w.take('link')) {
    for (const word of ['set', 'dev']) w.expect(word);
    const name = w.name();
    w.expect('hairpin');
    return {
      op: 'link-set',
      name,
      change: { set: 'hairpin', on: oneOf(w.next('on or off'), ['on', 'off']) === 'on' },
    };
  }
  w.expect('fdb');
  const verb = oneOf(w.next('verb'), ['append', 'add', 'replace', 'del']);
  const mac = w.mac();
  w.expect('dev');
  const dev = w.name();
  w.expect('dst');
  const dst = w.ip();
  w.take('self');
  w.take('permanent');
  return { op: `fdb-${verb}`, mac, dev, dst };
}
