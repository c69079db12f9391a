/** `-j MASQUERADE`: SNAT to the address of the way out. @see net/netfilter/xt_MASQUERADE.c */
import { message } from '../../../lib/message.ts';
import { defineTarget } from './define.ts';
import { parsePorted, PORTED_OPTIONS, printPorted, type PortedTarget } from './range.ts';

export interface MasqueradeTarget extends PortedTarget {
  readonly target: 'MASQUERADE';
}

export const masquerade = defineTarget<MasqueradeTarget>({
  name: 'MASQUERADE',
  tables: ['nat'],
  hooks: ['POSTROUTING'],
  options: PORTED_OPTIONS,
  parse: (options) => ({ target: 'MASQUERADE', ...parsePorted(options) }),
  print: printPorted,
  act: ({ ports, random, randomFully }) => ({
    act: 'masquerade',
    ...(ports === undefined ? {} : { fromPort: ports.from, toPort: ports.to }),
    random: random || randomFully,
  }),
  explain: ({ random, randomFully }) =>
    message(random || randomFully ? 'rule.masquerade.random' : 'rule.masquerade', {}),
});
