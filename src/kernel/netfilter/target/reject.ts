/** `-j REJECT`: drops and tells the sender. @see net/ipv4/netfilter/ipt_REJECT.c, libipt_REJECT.c */
import { message } from '../../../lib/message.ts';
import { OptionError } from '../options.ts';
import { defineTarget, type RejectWith } from './define.ts';

export interface RejectTarget {
  readonly target: 'REJECT';
  readonly with: RejectWith;
}

/** In the order of iptables' own table, with the short name it also takes. */
const KINDS: readonly (readonly [RejectWith, string])[] = [
  ['icmp-net-unreachable', 'net-unreach'],
  ['icmp-host-unreachable', 'host-unreach'],
  ['icmp-proto-unreachable', 'proto-unreach'],
  ['icmp-port-unreachable', 'port-unreach'],
  ['icmp-net-prohibited', 'net-prohib'],
  ['icmp-host-prohibited', 'host-prohib'],
  ['tcp-reset', 'tcp-rst'],
  ['icmp-admin-prohibited', 'admin-prohib'],
];

export const reject = defineTarget<RejectTarget>({
  name: 'REJECT',
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  options: { 'reject-with': { arguments: 1 } },
  parse(options) {
    const text = options.text('reject-with');
    if (text === undefined) return { target: 'REJECT', with: 'icmp-port-unreachable' };
    // strncasecmp: the beginning of a name is enough
    const word = text.toLowerCase();
    const kind = KINDS.find(([name, alias]) => name.startsWith(word) || alias.startsWith(word));
    if (kind === undefined) throw new OptionError(`unknown reject type "${text}"`);
    return { target: 'REJECT', with: kind[0] };
  },
  print: (target) => `--reject-with ${target.with}`,
  check: (target, { protocol }) =>
    target.with !== 'tcp-reset' || (protocol?.number === 6 && !protocol.invert),
  act: (target) => ({ act: 'reject', with: target.with }),
  explain: (target) => message('rule.reject', { with: target.with }),
});
