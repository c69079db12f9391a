/**
 * NAT: the nat chains are asked once for a flow and half (source, destination), what they say is kept in the flow's entry, and every packet of
 * it is rewritten as the entry says, in both directions. So a rule that changes later does not touch a flow that stands.
 * @see net/netfilter/nf_nat_core.c, nf_nat_proto.c, nf_nat_masquerade.c
 */
import type { Ipv4 } from '../../wire/address.ts';
import { ICMP_TYPE } from '../../wire/icmp.ts';
import { entryOf, entryRow } from '../conntrack/table.ts';
import { withEntryOf } from '../conntrack/track.ts';
import { invert } from '../conntrack/tuple.ts';
import type { CtEntry } from '../conntrack/types.ts';
import { step, type Kernel } from '../context.ts';
import { addressOf } from '../fib.ts';
import type { NatRange } from '../netfilter/target/define.ts';
import type { CtDirection, IfName } from '../recorder.ts';
import { packetOf, withPacket, type Skb } from '../skb.ts';
import { endOf, rewrite, rewriteAddress, rewriteQuoted } from './manip.ts';
import { unchanged, uniqueTuple, type Manip } from './unique.ts';

const other = (direction: CtDirection): CtDirection => (direction === 'original' ? 'reply' : 'original');
const opposite = (manip: Manip): Manip => (manip === 'src' ? 'dst' : 'src');

/** True when the chains were asked for this half already: nf_nat_initialized. */
export function isSetUp(entry: CtEntry, manip: Manip): boolean {
  return manip === 'src' ? entry.srcNatDone : entry.dstNatDone;
}

/** nf_nat_setup_info: the flow of `skb` is mapped into `range` from now on. Only an unconfirmed flow can be. */
export function setUp(k: Kernel, skb: Skb, manip: Manip, range: NatRange): Skb {
  const entry = skb.ct?.pending;
  if (!entry) return skb;
  const current = invert(entry.reply);
  const tuple = uniqueTuple(k, current, { manip, range, entry });
  const mapped = !unchanged(tuple, current);
  return withEntryOf(k, skb, {
    ...entry,
    reply: mapped ? invert(tuple) : entry.reply,
    srcNat: entry.srcNat || (mapped && manip === 'src'),
    dstNat: entry.dstNat || (mapped && manip === 'dst'),
    srcNatDone: entry.srcNatDone || manip === 'src',
    dstNatDone: entry.dstNatDone || manip === 'dst',
  });
}

/** nf_nat_alloc_null_binding: no rule wants it, yet its ports must not be those of another flow. */
export function setUpNothing(k: Kernel, skb: Skb, manip: Manip): Skb {
  const entry = skb.ct?.pending;
  if (!entry) return skb;
  const own = invert(entry.reply)[manip];
  return setUp(k, skb, manip, { from: own, to: own, random: false, persistent: false });
}

/** nf_nat_masquerade_ipv4: the source becomes the first address of the way out. 'none' = it has no address. */
export function masquerade(
  k: Kernel,
  skb: Skb,
  out: { readonly dev: IfName; readonly nexthop: Ipv4 },
  range: Pick<NatRange, 'fromPort' | 'toPort' | 'random'>,
): Skb | 'none' {
  const address = addressOf(k.ns, out.dev, out.nexthop);
  if (address === 'none') return 'none';
  if (packetOf(skb.frame).src === 0) return skb;
  const mapped = setUp(k, skb, 'src', { ...range, from: address, to: address, persistent: false });
  const entry = mapped.ct?.pending;
  return entry ? withEntryOf(k, mapped, { ...entry, masqueradeDev: out.dev }) : mapped;
}

/** Whether the entry rewrites this half of a packet going in `direction`: what is the source one way is the destination the other way. */
function rewrites(entry: CtEntry, manip: Manip, direction: CtDirection): boolean {
  const half = direction === 'original' ? manip : opposite(manip);
  return half === 'src' ? entry.srcNat : entry.dstNat;
}

/** nf_nat_packet: the packet looks like the inverse of the other direction. */
export function translate(k: Kernel, skb: Skb, manip: Manip): Skb {
  const { ct } = skb;
  const entry = ct && entryOf(k.ns, ct);
  if (!ct || !entry || !rewrites(entry, manip, ct.direction)) return skb;
  const packet = packetOf(skb.frame);
  const next = rewrite(packet, manip, invert(entry[other(ct.direction)]));
  if (next === packet) return skb;
  const changed = { ...skb, frame: withPacket(skb.frame, next) };
  const was = endOf(packet, manip);
  const is = endOf(next, manip);
  step(
    k,
    changed,
    { kind: 'nat', manip, was, is, inner: false, row: entryRow(entry) },
    { before: skb.frame },
  );
  return changed;
}

/**
 * nf_nat_icmp_reply_translation: an error about a packet of a mapped flow is rewritten inside and outside, so its receiver knows
 * the packet. 'drop' = a redirect, which would send the sender behind the mapping's back.
 */
export function translateError(k: Kernel, skb: Skb, manip: Manip): Skb | 'drop' {
  const { ct } = skb;
  const entry = ct && entryOf(k.ns, ct);
  const packet = packetOf(skb.frame);
  if (!ct || !entry || packet.payload.kind !== 'icmp-error') return skb;
  const mapped = entry.srcNat || entry.dstNat;
  if (packet.payload.type === ICMP_TYPE.redirect && (mapped || !(entry.srcNatDone && entry.dstNatDone)))
    return 'drop';
  if (!rewrites(entry, manip, ct.direction)) return skb;
  const there = entry[other(ct.direction)];
  const inside = rewriteQuoted(packet, opposite(manip), there);
  const next = rewriteAddress(inside, manip, invert(there)[manip]);
  const changed = { ...skb, frame: withPacket(skb.frame, next) };
  const was = endOf(packet, manip);
  const is = endOf(next, manip);
  step(k, changed, { kind: 'nat', manip, was, is, inner: true, row: entryRow(entry) }, { before: skb.frame });
  return changed;
}
