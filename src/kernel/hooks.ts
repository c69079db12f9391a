/**
 * The five places of netfilter on the path: what stands at each (netfilter/place.ts) is called in its order. A packet leaves a
 * hook as it came, rewritten, or not at all (dropped, rejected, kept until its fragments are there).
 * @see net/netfilter/core.c, net/netfilter/nf_nat_core.c nf_nat_inet_fn
 */
import { assertUnreachable } from '../lib/assert.ts';
import type { Ipv4 } from '../wire/address.ts';
import { dropBy, drop, step, type Kernel } from './context.ts';
import { deleteEntries, entryOf, settled } from './conntrack/table.ts';
import { confirm, track } from './conntrack/track.ts';
import { conntrackDefrag } from './defrag.ts';
import { isSetUp, masquerade, setUp, setUpNothing, translate, translateError } from './nat/nat.ts';
import { evaluate, type Place, type Verdict } from './netfilter/evaluate.ts';
import { defragments, tracksConnections } from './netfilter/needs.ts';
import { MANIP, STAGES, type Stage } from './netfilter/place.ts';
import type { Hook, IfName, Row, StepKind, TableName } from './recorder.ts';
import { reject } from './reject.ts';
import { packetOf, type Skb } from './skb.ts';

export interface HookPlace {
  readonly iif?: IfName;
  readonly oif?: IfName;
  /** where the packet goes next, for the choice of a masquerading address */
  readonly nexthop?: Ipv4;
  readonly bridged?: boolean;
  /** the port by which a bridged packet leaves */
  readonly physout?: IfName;
  /** OUTPUT: looks the way out up again after the destination changed; undefined = there is none, and the packet is gone */
  readonly reroute?: (skb: Skb) => Skb | undefined;
}

/** Everything that stands at one of the five hooks. undefined = the packet goes no further; why is recorded. */
export function hook(k: Kernel, skb: Skb, name: Hook, place: HookPlace): Skb | undefined {
  const { iif, oif, physout, bridged = false } = place;
  step(k, skb, hookStep(name, bridged, place));
  const at: Stand = { iif, oif, physout, hook: name, bridged, rest: place };
  // br_netfilter shows the tables a frame for another machine as if it were for this one
  const isShown = bridged && skb.pkttype === 'otherhost';
  const ct = skb.ct && settled(k.ns, skb.ct);
  let now: Skb | undefined =
    isShown || ct !== skb.ct ? { ...skb, pkttype: isShown ? 'host' : skb.pkttype, ct } : skb;
  for (const stage of STAGES[name]) {
    now = atStage(k, now, stage, at);
    if (!now) return undefined;
  }
  return isShown ? { ...now, pkttype: 'otherhost' } : now;
}

function hookStep(name: Hook, bridged: boolean, { iif, oif }: HookPlace): StepKind {
  if (iif === undefined)
    return oif === undefined
      ? { kind: 'hook', hook: name, bridged }
      : { kind: 'hook', hook: name, bridged, oif };
  return oif === undefined
    ? { kind: 'hook', hook: name, bridged, iif }
    : { kind: 'hook', hook: name, bridged, iif, oif };
}

interface Stand extends Place {
  readonly rest: HookPlace;
}

function atStage(k: Kernel, skb: Skb, stage: Stage, at: Stand): Skb | undefined {
  switch (stage) {
    case 'defrag':
      return defragments(k.ns) ? conntrackDefrag(k, skb) : skb;
    case 'conntrack':
      return tracksConnections(k.ns) ? track(k, skb) : skb;
    case 'confirm': {
      const confirmed = confirm(k, skb);
      if (confirmed !== 'clash') return confirmed;
      drop(k, skb, 'NETFILTER_DROP', 'nf_conntrack_confirm');
      return undefined;
    }
    case 'nat':
      return atNat(k, skb, at);
    case 'raw':
    case 'mangle':
    case 'filter': {
      return k.ns.state.rules[stage] ? ask(k, skb, stage, at) : skb;
    }
    default:
      return assertUnreachable(stage);
  }
}

/** raw, mangle, filter: what the table says, carried out. */
function ask(k: Kernel, skb: Skb, name: TableName, at: Stand): Skb | undefined {
  const verdict = evaluate(k, skb, name, at);
  const passed = settle(k, verdict);
  if (!passed) return undefined;
  return verdict.notrack ? { ...passed, ct: { state: 'UNTRACKED', direction: 'original' } } : passed;
}

/** Ends the packet when the verdict says so. */
function settle(k: Kernel, { final, skb, row }: Verdict): Skb | undefined {
  switch (final.act) {
    case 'ACCEPT':
    // Linux takes these targets in the nat table only
    case 'nat':
    case 'masquerade':
      return skb;
    case 'DROP':
      return dropped(k, skb, row);
    case 'reject':
      reject(k, skb, final.with);
      return dropped(k, skb, row);
  }
}

function dropped(k: Kernel, skb: Skb, row: Row): undefined {
  dropBy(k, skb, row, { reason: 'NETFILTER_DROP', where: 'nf_hook_slow' });
}

/** nf_nat_inet_fn: a flow's first packet asks the chains; every packet is rewritten as its flow says. */
function atNat(k: Kernel, skb: Skb, at: Stand): Skb | undefined {
  const { ct } = skb;
  const entry = ct && entryOf(k.ns, ct);
  if (!k.ns.state.rules.nat || !ct || !entry) return skb;
  const manip = MANIP[at.hook];
  if (packetOf(skb.frame).payload.kind === 'icmp-error') {
    const told = translateError(k, skb, manip);
    if (told !== 'drop') return rerouted(skb, told, at);
    drop(k, skb, 'NETFILTER_DROP', 'nf_nat_inet_fn');
    return undefined;
  }
  let now = skb;
  if (ct.pending && !isSetUp(entry, manip)) {
    const verdict = evaluate(k, skb, 'nat', at);
    const mapped = map(k, verdict, at);
    if (!mapped) return undefined;
    const after = mapped.ct && entryOf(k.ns, mapped.ct);
    now = after && isSetUp(after, manip) ? mapped : setUpNothing(k, mapped, manip);
  } else if (ct.direction === 'original' && leavesByAnotherWay(entry.masqueradeDev, at)) {
    deleteEntries(k.ns, ({ id }) => id === ct.id);
    drop(k, skb, 'NETFILTER_DROP', 'nf_nat_inet_fn');
    return undefined;
  }
  return rerouted(skb, translate(k, now, manip), at);
}

/** nf_nat_ipv4_local_fn: a packet made here whose destination changed gets its way out anew. */
function rerouted(before: Skb, after: Skb | undefined, { rest: { reroute } }: Stand): Skb | undefined {
  if (!after || !reroute || packetOf(after.frame).dst === packetOf(before.frame).dst) return after;
  return reroute(after);
}

/** nf_nat_oif_changed: a masqueraded flow dies when it would leave by another device. */
function leavesByAnotherWay(dev: string | undefined, { hook: name, oif }: Stand): boolean {
  return dev !== undefined && name === 'POSTROUTING' && oif !== undefined && oif !== dev;
}

/** What a nat chain said, kept in the flow. */
function map(k: Kernel, verdict: Verdict, at: Stand): Skb | undefined {
  const { final, skb, row } = verdict;
  if (final.act === 'nat') return setUp(k, skb, final.manip, final.range);
  if (final.act !== 'masquerade') return settle(k, verdict);
  const { oif: dev, rest } = at;
  const nexthop = rest.nexthop ?? packetOf(skb.frame).dst;
  const mapped = dev === undefined ? 'none' : masquerade(k, skb, { dev, nexthop }, final);
  return mapped === 'none' ? dropped(k, skb, row) : mapped;
}
