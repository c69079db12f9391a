/** `-m pkttype`: how the frame was addressed. @see net/netfilter/xt_pkttype.c */
import { message } from '../../../lib/message.ts';
import type { PktType } from '../../recorder.ts';
import { OptionError } from '../options.ts';
import { not } from '../values.ts';
import { defineMatch } from './define.ts';

const TYPES = ['unicast', 'broadcast', 'multicast', 'otherhost'] as const;
type PacketType = (typeof TYPES)[number];

export interface PkttypeMatch {
  readonly match: 'pkttype';
  readonly type: PacketType;
  readonly invert: boolean;
}

function parseType(text: string): PacketType {
  const word = text.toLowerCase();
  const type = word === 'host' ? 'unicast' : TYPES.find((name) => name.startsWith(word));
  if (type === undefined || word === '') throw new OptionError(`Bad packet type '${text}'`);
  return type;
}

const NAME: Readonly<Record<PktType, PacketType>> = {
  host: 'unicast',
  broadcast: 'broadcast',
  multicast: 'multicast',
  otherhost: 'otherhost',
};

export const pkttype = defineMatch<PkttypeMatch>({
  name: 'pkttype',
  options: { 'pkt-type': { arguments: 1, negatable: true, mandatory: true } },
  parse: (options) => ({
    match: 'pkttype',
    type: parseType(options.text('pkt-type') ?? ''),
    invert: options.inverted('pkt-type'),
  }),
  print: ({ type, invert }) => `${not(invert)}--pkt-type ${type}`,
  matches: ({ type, invert }, probe) => (NAME[probe.pkttype] === type) !== invert,
  explain: ({ type, invert }) =>
    invert ? message('rule.pkttype.not', { type }) : message('rule.pkttype', { type }),
});
