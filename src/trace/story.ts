/**
 * What of a recording is the story, and what goes with it: ARP, the TCP handshake and farewell, copies that nobody wanted.
 * Decided from causes and headers that were recorded, never from names.
 */
import type { TcpSegment } from '../wire/frame.ts';
import { isStep, type Hop, type HopIndex, type Recording, type Step } from './types.ts';

export type FoldReason = 'arp' | 'handshake' | 'closing' | 'copies';

/** How fine the steps are: devices and decisions, also the netfilter hooks, or every entry of the recording. */
export type Grain = 'hop' | 'hook' | 'header';

/** Why a hop is folded, or 'story'. */
export type Role = 'story' | FoldReason;

function tcpOf(recording: Recording, step: Step): TcpSegment | undefined {
  let payload = recording.frames[step.frame]?.payload;
  // look through tunnels: the innermost segment is the one people mean
  while (payload?.kind === 'ipv4') {
    const segment = payload.payload;
    if (segment.kind === 'tcp') return segment;
    if (segment.kind !== 'udp') return undefined;
    payload =
      segment.payload.kind === 'vxlan'
        ? segment.payload.inner.payload
        : segment.payload.kind === 'ipv4'
          ? segment.payload
          : undefined;
  }
  return undefined;
}

/** The role of every hop. A connection that carried data is told by its data; one that did not, by its first two segments. */
export function rolesOf(recording: Recording): readonly Role[] {
  const { hops, entries } = recording;
  const carried = new Set<number>();
  const firstStep: (Step | undefined)[] = [];
  const delivered = new Set<HopIndex>();
  for (const entry of entries) {
    if (!isStep(entry)) continue;
    firstStep[entry.hop] ??= entry;
    if (entry.kind === 'deliver') delivered.add(entry.hop);
    const hop = hops[entry.hop];
    if (entry.kind === 'originate' && hop && (tcpOf(recording, entry)?.data.length ?? 0) > 0)
      carried.add(hop.exchange);
  }
  const reachesSomebody = deliveredBelow(hops, delivered);
  const roles: Role[] = [];
  hops.forEach((hop, i) => {
    const inherited = roles[hop.parent];
    const first = firstStep[i];
    if (hop.cause === 'arp') roles[i] = 'arp';
    else if (hop.cause === 'reply' && inherited === 'arp') roles[i] = 'arp';
    else if (first?.kind === 'originate')
      roles[i] = roleOfSegment(tcpOf(recording, first), carried.has(hop.exchange));
    else if (
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
