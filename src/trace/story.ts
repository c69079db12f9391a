/**
 * What of a recording is the story, and what goes with it: ARP, the look-up of a name, the TCP handshake and farewell, copies that nobody wanted.
 * Decided from causes and headers that were recorded, never from names.
 */
import type { Segment, TcpSegment } from '../wire/frame.ts';
import { isStep, type Hop, type HopIndex, type Recording, type Step } from './types.ts';

export type FoldReason = 'arp' | 'lookup' | 'handshake' | 'closing' | 'copies';

/** How fine the steps are: devices and decisions, also the netfilter hooks, or every entry of the recording. */
export type Grain = 'hop' | 'hook' | 'header';

/** Why a hop is folded, or 'story'. */
export type Role = 'story' | FoldReason;

/** The innermost segment of a frame: tunnels are looked through, as people mean what is inside. */
function segmentIn(recording: Recording, step: Step): Segment | undefined {
  let payload = recording.frames[step.frame]?.payload;
  let segment: Segment | undefined;
  while (payload?.kind === 'ipv4') {
    segment = payload.payload;
    if (segment.kind !== 'udp') return segment;
    const inner = segment.payload;
    payload = inner.kind === 'vxlan' ? inner.inner.payload : inner.kind === 'ipv4' ? inner : undefined;
  }
  return segment;
}

const DNS_PORT = 53;

function isDns(segment: Segment | undefined): boolean {
  return segment?.kind === 'udp' && (segment.dport === DNS_PORT || segment.sport === DNS_PORT);
}

/** The role of every hop. A connection that carried data is told by its data; one that did not, by its first two segments. */
export function rolesOf(recording: Recording): readonly Role[] {
  const { hops, entries } = recording;
  const carried = new Set<number>();
  /** who asked for a name, by exchange; and the exchanges in which they sent something else then */
  const asker = new Map<number, string>();
  const wentOn = new Set<number>();
  const firstStep: (Step | undefined)[] = [];
  const delivered = new Set<HopIndex>();
  for (const entry of entries) {
    if (!isStep(entry)) continue;
    firstStep[entry.hop] ??= entry;
    if (entry.kind === 'deliver') delivered.add(entry.hop);
    const hop = hops[entry.hop];
    if (entry.kind !== 'originate' || !hop) continue;
    const segment = segmentIn(recording, entry);
    if (segment?.kind === 'tcp' && segment.data.length > 0) carried.add(hop.exchange);
    if (hop.cause !== 'send') continue;
    if (isDns(segment)) asker.set(hop.exchange, entry.ns);
    else if (asker.get(hop.exchange) === entry.ns) wentOn.add(hop.exchange);
  }
  const reachesSomebody = deliveredBelow(hops, delivered);
  const roles: Role[] = [];
  hops.forEach((hop, i) => {
    const inherited = roles[hop.parent];
    const first = firstStep[i];
    if (hop.cause === 'arp') roles[i] = 'arp';
    else if (hop.cause === 'reply' && inherited === 'arp') roles[i] = 'arp';
    else if (first?.kind === 'originate') {
      const segment = segmentIn(recording, first);
      // a look-up that led to nothing, or that somebody asked for, is the story
      const isAnswer = hop.cause !== 'send' && inherited === 'lookup';
      if (wentOn.has(hop.exchange) && (isAnswer || isDns(segment))) roles[i] = 'lookup';
      else roles[i] = roleOfSegment(segment?.kind === 'tcp' ? segment : undefined, carried.has(hop.exchange));
    } else if (
      hop.cause === 'fan-out' &&
      inherited === 'story' &&
      !reachesSomebody.has(i) &&
      hasSiblingThatArrives(hops, i, reachesSomebody)
    ) {
      roles[i] = 'copies';
    } else roles[i] = inherited ?? 'story';
  });
  return roles;
}

function roleOfSegment(segment: TcpSegment | undefined, carried: boolean): Role {
  if (!segment) return 'story';
  if (segment.data.length > 0) return 'story';
  if (segment.flags.syn) return carried ? 'handshake' : 'story';
  // a reset in answer to a SYN is the story; one that ends a probe is a farewell
  if (segment.flags.rst && segment.seq === 0) return 'story';
  return segment.flags.fin || segment.flags.rst || carried ? 'closing' : 'handshake';
}

/** Hops below which something was delivered. */
function deliveredBelow(hops: readonly Hop[], delivered: ReadonlySet<HopIndex>): ReadonlySet<number> {
  const result = new Set<number>();
  for (const hop of delivered) {
    for (let at: number = hop; at >= 0 && !result.has(at); at = hops[at]?.parent ?? -1) result.add(at);
  }
  return result;
}

function hasSiblingThatArrives(hops: readonly Hop[], index: number, arrives: ReadonlySet<number>): boolean {
  const parent = hops[index]?.parent;
  return hops.some(
    (hop, i) => i !== index && hop.parent === parent && hop.cause === 'fan-out' && arrives.has(i),
  );
}

/** The segment whose switch a namespace is; undefined for a machine or a pod. */
export function segmentOf(ns: string): string | undefined {
  return /^segment\/(.*)$/.exec(ns)?.[1];
}

/** True when a step is worth a press of "step forward" at this grain. */
export function isShown(step: Step, grain: Grain): boolean {
  if (grain === 'header') return true;
  // the switch of a segment is one decision, not three
  if (segmentOf(step.ns) !== undefined)
    return (step.kind === 'fdb' && step.result !== 'learned') || step.kind === 'drop';
  switch (step.kind) {
    case 'hook':
      return grain === 'hook';
    case 'conntrack':
      return grain === 'hook' && step.action !== 'none';
    case 'chain':
      // a policy decides something only where rules could have
      return grain === 'hook' && (step.event === 'rule' || (step.event === 'policy' && step.over > 0));
    case 'nat':
      return true;
    case 'ttl':
    case 'flood':
    case 'restore':
      return false;
    case 'route':
      return step.result !== 'local';
    case 'neigh':
      return step.result !== 'learned' && step.result !== 'noarp';
    case 'fdb':
      return (
        step.result === 'remote' ||
        step.result === 'miss' ||
        step.result === 'same-port' ||
        step.result === 'flood'
      );
    case 'reassemble':
      return step.complete;
    case 'originate':
    case 'rx':
    case 'tx':
    case 'encap':
    case 'decap':
    case 'fragment':
    case 'queue':
    case 'process':
    case 'unsent':
    case 'deliver':
    case 'drop':
      return true;
  }
}
