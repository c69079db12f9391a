/** `-j MASQUERADE`: SNAT to the address of the way out. @see net/netfilter/xt_MASQUERADE.c */
import { message } from '../../../lib/message.ts';
import { defineTarget } from './define.ts';
import {
  parsePortTarget,
  parseRandom,
  printPortTarget,
  printRandom,
  RANDOM_OPTIONS,
  requirePorts,
  type PortTarget,
  type Randomness,
} from './range.ts';

export interface MasqueradeTarget extends Randomness {
  readonly target: 'MASQUERADE';
  readonly ports?: PortTarget;
}

export const masquerade = defineTarget<MasqueradeTarget>({
  name: 'MASQUERADE',
  tables: ['nat'],
  hooks: ['POSTROUTING'],
  options: { 'to-ports': { arguments: 1 }, ...RANDOM_OPTIONS },
  parse(options) {
    const text = options.text('to-ports');
    if (text !== undefined) requirePorts(options);
    return {
      target: 'MASQUERADE',
      ...(text === undefined ? {} : { ports: parsePortTarget(text) }),
      ...parseRandom(options),
    };
  },
  print: (target) =>
    `${target.ports ? ` --to-ports ${printPortTarget(target.ports)}` : ''}${printRandom(target)}`.trimStart(),
  act: ({ ports, random, randomFully }) => ({
    act: 'masquerade',
    ...(ports === undefined ? {} : { fromPort: ports.from, toPort: ports.to }),
    random: random || randomFully,
  }),
  explain: ({ random, randomFully }) =>
    message(random || randomFully ? 'rule.masquerade.random' : 'rule.masquerade', {}),
});
