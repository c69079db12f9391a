/** Rules of iptables in words: "matches if ..." and "then ...". Options and names stay as iptables spells them. */
import type { RuleMessageParams } from '../../../lib/ruleMessages.ts';

/** One sentence for each thing a rule can ask or do. */
export type RuleSentences = {
  readonly [K in keyof RuleMessageParams]: (params: RuleMessageParams[K]) => string;
};

export const rules: RuleSentences = {
  'rule.source': ({ address, is }) => `Source in ${address}. The packet has ${is}.`,
  'rule.source.not': ({ address, is }) => `Source not in ${address}. The packet has ${is}.`,
  'rule.destination': ({ address, is }) => `Destination in ${address}. The packet has ${is}.`,
  'rule.destination.not': ({ address, is }) => `Destination not in ${address}. The packet has ${is}.`,
  'rule.in': ({ name, is }) => `Came in by ${name}. The packet came by ${is}.`,
  'rule.in.not': ({ name, is }) => `Did not come in by ${name}. The packet came by ${is}.`,
  'rule.in.none': ({ name }) => `Came in by ${name}. At this gate no packet has a device it came in by.`,
  'rule.in.none.not': ({ name }) =>
    `Did not come in by ${name}. At this gate no packet has a device it came in by.`,
  'rule.out': ({ name, is }) => `Leaves by ${name}. The packet leaves by ${is}.`,
  'rule.out.not': ({ name, is }) => `Does not leave by ${name}. The packet leaves by ${is}.`,
  'rule.out.none': ({ name }) => `Leaves by ${name}. At this gate it is not known yet by which device.`,
  'rule.out.none.not': ({ name }) =>
    `Does not leave by ${name}. At this gate it is not known yet by which device.`,
  'rule.proto': ({ protocol, is }) => `Protocol ${protocol}. The packet is ${is}.`,
  'rule.proto.not': ({ protocol, is }) => `Any protocol but ${protocol}. The packet is ${is}.`,
  'rule.fragment': () => 'A second or further fragment.',
  'rule.fragment.not': () => 'A whole packet, or the first fragment of one.',
  'rule.protocol': ({ protocol }) => `The packet is ${protocol} and its ports can be read.`,
  'rule.dport': ({ protocol, ports }) => `The packet is ${protocol} to port ${ports}.`,
  'rule.dport.not': ({ protocol, ports }) => `The packet is ${protocol}, and not to port ${ports}.`,
  'rule.transport': ({ protocol, options }) => `The packet is ${protocol}, and its header fits: ${options}.`,
  'rule.ports': ({ options }) => `Its ports fit: ${options}.`,
  'rule.comment': ({ comment }) => `A comment, which fits every packet: “${comment}”.`,
  'rule.mark': ({ mark }) => `The packet carries the mark ${mark}.`,
  'rule.mark.not': ({ mark }) => `The packet does not carry the mark ${mark}.`,
  'rule.connmark': ({ mark }) => `The connection carries the mark ${mark}.`,
  'rule.connmark.not': ({ mark }) => `The connection does not carry the mark ${mark}.`,
  'rule.srctype': ({ types }) => `The source address is of type ${types} for this machine.`,
  'rule.srctype.not': ({ types }) => `The source address is not of type ${types} for this machine.`,
  'rule.dsttype': ({ types }) => `The destination address is of type ${types} for this machine.`,
  'rule.dsttype.not': ({ types }) => `The destination address is not of type ${types} for this machine.`,
  'rule.addrtype': ({ options }) => `The addresses are of the types asked for: ${options}.`,
  'rule.ctstate': ({ states }) => `Conntrack says of the packet: ${states}.`,
  'rule.ctstate.not': ({ states }) => `Conntrack says none of this of the packet: ${states}.`,
  'rule.conntrack': ({ options }) => `The packet's connection fits: ${options}.`,
  'rule.random': ({ share }) => `A dice decides; ${share} of the packets fit.`,
  'rule.nth': ({ every }) => `One packet in every ${every} fits, counted in turn.`,
  'rule.nth.not': ({ every }) => `All packets fit but one in every ${every}, counted in turn.`,
  'rule.recent.set': ({ name }) => `The address is written into the list ${name}; this always fits.`,
  'rule.recent.check': ({ name, options }) => `The address is in the list ${name} (${options}).`,
  'rule.recent.check.not': ({ name, options }) => `The address is not in the list ${name} (${options}).`,
  'rule.recent.remove': ({ name }) =>
    `The address is taken out of the list ${name}; it must have been there.`,
  'rule.set': ({ name, dimensions }) => `The packet's ${dimensions} is in the ipset ${name}.`,
  'rule.set.not': ({ name, dimensions }) => `The packet's ${dimensions} is not in the ipset ${name}.`,
  'rule.physdev': ({ options }) => `The bridge ports the frame passes fit: ${options}.`,
  'rule.icmp': ({ type }) => `The packet is ICMP of type ${type}.`,
  'rule.icmp.not': ({ type }) => `The packet is ICMP, and not of type ${type}.`,
  'rule.icmp.any': () => 'The packet is ICMP of any type.',
  'rule.limit': ({ rate, burst }) =>
    `A limit is not used up: ${rate} on average, and up to ${burst} at once.`,
  'rule.pkttype': ({ type }) => `The frame was sent as ${type}.`,
  'rule.pkttype.not': ({ type }) => `The frame was not sent as ${type}.`,
  'rule.verdict.accept': () => 'ACCEPT: this table lets the packet pass.',
  'rule.verdict.drop': () => 'DROP: the packet ends here, and nobody is told.',
  'rule.verdict.return': () => 'RETURN: back to where this chain was jumped to from, or to its policy.',
  'rule.jump': ({ chain }) => `The walk goes on in chain ${chain} and comes back behind this rule.`,
  'rule.goto': ({ chain }) => `The walk goes on in chain ${chain} and does not come back here.`,
  'rule.mark.set': ({ mark }) => `The packet's mark becomes ${mark}.`,
  'rule.mark.set-bits': ({ bits }) => `The bits ${bits} of the packet's mark are set.`,
  'rule.mark.clear-bits': ({ bits }) => `The bits ${bits} of the packet's mark are cleared.`,
  'rule.mark.flip-bits': ({ bits }) => `The bits ${bits} of the packet's mark are flipped.`,
  'rule.mark.set-masked': ({ mark, mask }) =>
    `The bits ${mask} of the packet's mark are cleared, then it is xored with ${mark}.`,
  'rule.connmark.set': ({ mark, mask }) =>
    `The bits ${mask} of the connection's mark are cleared, then it is xored with ${mark}.`,
  'rule.connmark.save': ({ nfmask, ctmask }) =>
    `The packet's mark (bits ${nfmask}) is saved in the connection's mark (bits ${ctmask}).`,
  'rule.connmark.restore': ({ nfmask, ctmask }) =>
    `The connection's mark (bits ${ctmask}) is restored into the packet's mark (bits ${nfmask}).`,
  'rule.dnat': ({ to }) => `DNAT: the connection's destination becomes ${to}.`,
  'rule.snat': ({ to }) => `SNAT: the connection's source becomes ${to}.`,
  'rule.masquerade': () => 'MASQUERADE: the source becomes the address of the device it leaves by.',
  'rule.masquerade.random': () =>
    'MASQUERADE: the source becomes the address of the device it leaves by, with a random port.',
  'rule.redirect': () => 'REDIRECT: the destination becomes this machine itself.',
  'rule.redirect.port': ({ port }) =>
    `REDIRECT: the destination becomes port ${port} of this machine itself.`,
  'rule.reject': ({ with: answer }) => `REJECT: the packet ends here, and its sender is told by ${answer}.`,
  'rule.log': ({ prefix }) =>
    prefix === ''
      ? "The packet is written to the kernel's log; the walk goes on."
      : `The packet is written to the kernel's log as “${prefix}”; the walk goes on.`,
  'rule.nflog': ({ group }) =>
    `The packet is copied to programs that listen to group ${group}; the walk goes on.`,
  'rule.notrack': () => 'Conntrack leaves this packet alone: it becomes UNTRACKED.',
  'rule.ct': () => 'Conntrack takes this packet as any other.',
  'rule.trace': () => 'Every rule this packet meets from here on is reported.',
};
