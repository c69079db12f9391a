/**
 * Neighbours: RFC 826 as Linux does it. INCOMPLETE asks three times, a second apart, and is FAILED a second after the last;
 * what waited is then answered with host-unreachable. REACHABLE turns STALE after 30 s, a used STALE entry is DELAY for 5 s
 * and then asked by unicast (PROBE).
 * Left out: base_reachable_time's randomisation (0.5 to 1.5 times 30 s), gc, arp_notify, proxy ARP, arp_ignore/arp_announce.
 * @see net/core/neighbour.c, net/ipv4/arp.c
 */
import { must } from '../lib/assert.ts';
import { onceFor } from '../lib/memo.ts';
import { BROADCAST_MAC, ZERO_MAC, isMulticast, type Ipv4, type Mac } from '../wire/address.ts';
import type { ArpPacket, EthernetFrame, Frame } from '../wire/frame.ts';
import {
  causedBy,
  device,
  drop,
  dropBy,
  kernelChange,
  newHop,
  step,
  type Kernel,
  type Parentage,
} from './context.ts';
import { usesArp } from './device/index.ts';
import { addressOf, isLocal } from './fib.ts';
import { icmpSend } from './icmp.ts';
import { neighKey } from './neighKey.ts';
import { nextGeneration, sysctl, update, withEntry, type Neigh, type NeighState } from './netns.ts';
import { BY_KERNEL } from './origin.ts';
import { printNeigh } from './print.ts';
import type { IfName, Row, TableChange } from './recorder.ts';
import { newSkb, packetOf, type Skb } from './skb.ts';

const SECOND = 1_000_000_000;
const REACHABLE_TIME = 30 * SECOND;
const DELAY_FIRST_PROBE = 5 * SECOND;
const MCAST_SOLICIT = 3;
const UCAST_SOLICIT = 3;
/** unres_qlen_bytes (212992) over the true size of a small skb */
const QUEUE_LENGTH = 101;

function retransTime(k: Kernel, dev: IfName): number {
  const own = sysctl(k.ns, `net.ipv4.neigh.${dev}.retrans_time_ms`);
  const ms = own > 0 ? own : sysctl(k.ns, 'net.ipv4.neigh.default.retrans_time_ms');
  return ms > 0 ? ms * 1_000_000 : SECOND;
}

const rowOf = onceFor((neigh: Neigh): Row => ({
  table: 'neigh',
  line: printNeigh(neigh),
  origin: neigh.origin,
}));

/** The entry as it stands now: REACHABLE has turned STALE when its time was up. */
function current(k: Kernel, key: string): Neigh | undefined {
  const neigh = k.ns.state.neighs.get(key);
  if (neigh?.state !== 'reachable' || k.now - neigh.since < REACHABLE_TIME) return neigh;
  return { ...neigh, state: 'stale' };
}

function put(k: Kernel, neigh: Neigh): void {
  update(k.ns, { neighs: withEntry(k.ns.state.neighs, neighKey(neigh.dev, neigh.ip), neigh) });
}

function moved(k: Kernel, neigh: Neigh, state: NeighState, probes: number): Neigh {
  const next = { ...neigh, state, probes, since: k.now, generation: nextGeneration(k.ns) };
  put(k, next);
  return next;
}

/** A neighbour that is known to be there (NUD_CONNECTED, so its cached header may be used); undefined otherwise. */
export function connected(
  k: Kernel,
  dev: IfName,
  ip: Ipv4,
): { readonly mac: Mac; readonly row: Row } | undefined {
  const neigh = current(k, neighKey(dev, ip));
  if (neigh?.lladdr === undefined) return undefined;
  const { state, lladdr: mac } = neigh;
  return state === 'reachable' || state === 'permanent' ? { mac, row: rowOf(neigh) } : undefined;
}

/** Sends `skb` to `nexthop` on `dev`: with its link-layer header when the neighbour is known, else it waits. False when the device lost it. */
export function neighOutput(k: Kernel, dev: IfName, skb: Skb, nexthop: Ipv4): boolean {
  const out = device(k, dev);
  if (!usesArp(out)) {
    const packet = packetOf(skb.frame);
    // neither loopback nor a TUN has anybody to ask; loopback's Ethernet header is all zeros, a TUN has none
    const frame: Frame =
      out.kind === 'tun'
        ? { kind: 'raw', payload: packet }
        : { kind: 'ethernet', dst: ZERO_MAC, src: ZERO_MAC, payload: packet };
    const bare = { ...skb, frame };
    step(k, bare, { kind: 'neigh', dev, ip: nexthop, result: 'noarp' }, changed(skb, bare));
    return k.path.xmit(k, dev, bare);
  }
  if (nexthop === 0xffffffff || isMulticast(nexthop)) {
    return xmitTo(k, dev, skb, nexthop === 0xffffffff ? BROADCAST_MAC : multicastMac(nexthop));
  }
  const key = neighKey(dev, nexthop);
  const neigh = current(k, key);
  switch (neigh?.state) {
    case 'permanent':
    case 'reachable':
    case 'delay':
    case 'probe':
      return resolved(k, skb, neigh);
    case 'stale': {
      // neigh_event_send: the first use of a stale entry starts the delay before it is probed
      const delayed = moved(k, neigh, 'delay', 0);
      k.emit({
        kind: 'timer',
        after: DELAY_FIRST_PROBE,
        timer: { timer: 'neigh', key, generation: delayed.generation },
      });
      return resolved(k, skb, neigh);
    }
    case 'incomplete':
      wait(k, skb, neigh);
      return true;
    case 'failed':
    case undefined:
      ask(k, skb, { dev, ip: nexthop, waits: true });
      return true;
  }
}

function changed(before: Skb, after: Skb): { before?: Skb['frame'] } {
  return before.frame === after.frame ? {} : { before: before.frame };
}

function multicastMac(ip: Ipv4): Mac {
  const low = ip & 0x7fffff;
  const octets = [0x01, 0x00, 0x5e, (low >> 16) & 127, (low >> 8) & 255, low & 255];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as Mac;
}

function resolved(k: Kernel, skb: Skb, neigh: Neigh): boolean {
  const lladdr = must(neigh.lladdr, 'neighbour without lladdr');
  const frame = framed(k, neigh.dev, skb, lladdr);
  const next = { ...skb, frame };
  const { dev, ip } = neigh;
  step(
    k,
    next,
    { kind: 'neigh', dev, ip, result: 'resolved', lladdr, row: rowOf(neigh) },
    { before: skb.frame },
  );
  return k.path.xmit(k, dev, next);
}

function framed(k: Kernel, dev: IfName, skb: Skb, dst: Mac): EthernetFrame {
  const src = must(device(k, dev).mac, `MAC of ${dev}`);
  return { kind: 'ethernet', dst, src, payload: packetOf(skb.frame) };
}

function xmitTo(k: Kernel, dev: IfName, skb: Skb, dst: Mac): boolean {
  return k.path.xmit(k, dev, { ...skb, frame: framed(k, dev, skb, dst) });
}

function wait(k: Kernel, skb: Skb, neigh: Neigh): void {
  const { dev, ip } = neigh;
  step(k, skb, { kind: 'neigh', dev, ip, result: 'incomplete', row: rowOf(neigh) });
  const oldest = neigh.queue[0];
  // __neigh_event_send: a full queue loses its oldest packet
  const full = neigh.queue.length >= QUEUE_LENGTH;
  if (full && oldest) drop(k, oldest, 'NEIGH_QUEUEFULL', '__neigh_event_send');
  put(k, { ...neigh, queue: [...(full ? neigh.queue.slice(1) : neigh.queue), skb] });
  step(k, skb, { kind: 'queue', dev, waitsFor: ip });
}

/**
 * neigh_event_send without a packet: asks for a neighbour that nothing is known of, because of what `skb` says.
 * @returns true when its address is known
 */
export function neighEvent(k: Kernel, skb: Skb, dev: IfName, ip: Ipv4): boolean {
  const neigh = current(k, neighKey(dev, ip));
  if (neigh && neigh.state !== 'incomplete' && neigh.state !== 'failed') return true;
  if (neigh?.state !== 'incomplete') ask(k, skb, { dev, ip, waits: false });
  return false;
}

/** The first packet for an unknown neighbour: it waits, and the question goes out. */
function ask(
  k: Kernel,
  skb: Skb,
  { dev, ip, waits }: { readonly dev: IfName; readonly ip: Ipv4; readonly waits: boolean },
): void {
  const neigh: Neigh = {
    dev,
    ip,
    state: 'incomplete',
    since: k.now,
    probes: 1,
    generation: nextGeneration(k.ns),
    queue: waits ? [skb] : [],
    origin: BY_KERNEL,
  };
  put(k, neigh);
  const change = kernelChange(k, 'neigh', 'add', printNeigh(neigh));
  step(k, skb, { kind: 'neigh', dev, ip, result: 'incomplete', row: rowOf(neigh) }, { changes: [change] });
  if (waits) step(k, skb, { kind: 'queue', dev, waitsFor: ip });
  solicit(k, neigh, causedBy(k, skb, 'arp'), BROADCAST_MAC);
  const timer = { timer: 'neigh' as const, key: neighKey(dev, ip), generation: neigh.generation };
  k.emit({ kind: 'timer', after: retransTime(k, dev), timer });
}

/** neigh_probe, arp_solicit: the sender of the last packet that waits, when it is ours, else an address of the device. */
function solicit(k: Kernel, neigh: Neigh, from: Parentage, to: Mac): void {
  const last = neigh.queue.at(-1);
  const asking = last && packetOf(last.frame).src;
  const own = asking !== undefined && isLocal(k.ns, asking) ? asking : addressOf(k.ns, neigh.dev, neigh.ip);
  const mac = must(device(k, neigh.dev).mac, `MAC of ${neigh.dev}`);
  const arp: ArpPacket = {
    kind: 'arp',
    op: 'request',
    sha: mac,
    spa: own === 'none' ? (0 as Ipv4) : own,
    tha: to === BROADCAST_MAC ? ZERO_MAC : to,
    tpa: neigh.ip,
  };
  sendArp(k, neigh.dev, { kind: 'ethernet', dst: to, src: mac, payload: arp }, from);
}

function sendArp(k: Kernel, dev: IfName, frame: EthernetFrame, from: Parentage): void {
  const skb = newSkb({ frame, hop: newHop(k, from) });
  step(k, skb, { kind: 'originate', by: 'arp', dev });
  k.path.xmit(k, dev, skb);
}

/** neigh_timer_handler */
export function neighTimer(k: Kernel, key: string, generation: number): void {
  const neigh = k.ns.state.neighs.get(key);
  if (!neigh || neigh.generation !== generation) return;
  if (neigh.state === 'delay') {
    probe(k, moved(k, neigh, 'probe', 0), key);
    return;
  }
  if (neigh.state === 'probe') {
    if (neigh.probes < UCAST_SOLICIT) probe(k, neigh, key);
    else fail(k, neigh);
    return;
  }
  if (neigh.state !== 'incomplete') return;
  if (neigh.probes >= MCAST_SOLICIT) {
    fail(k, neigh);
    return;
  }
  const next = moved(k, neigh, 'incomplete', neigh.probes + 1);
  const first = next.queue[0];
  const from: Parentage = first
    ? causedBy(k, first, 'arp')
    : { parent: -1 as Skb['hop'], cause: 'arp', exchange: -1 };
  k.emit({
    kind: 'timer',
    after: retransTime(k, neigh.dev),
    timer: { timer: 'neigh', key, generation: next.generation },
  });
  solicit(k, next, from, BROADCAST_MAC);
}

function probe(k: Kernel, neigh: Neigh, key: string): void {
  const next = moved(k, neigh, 'probe', neigh.probes + 1);
  k.emit({
    kind: 'timer',
    after: retransTime(k, neigh.dev),
    timer: { timer: 'neigh', key, generation: next.generation },
  });
  const to = must(neigh.lladdr, 'probed neighbour without lladdr');
  solicit(k, next, { parent: -1 as Skb['hop'], cause: 'arp', exchange: -1 }, to);
}

/**
 * neigh_invalidate: everybody who waited hears host-unreachable (ipv4_link_failure), then is dropped. When such an error needs
 * this very neighbour, the question begins anew, and whoever waits then, the error too, is thrown away without a word.
 */
function fail(k: Kernel, neigh: Neigh): void {
  const key = neighKey(neigh.dev, neigh.ip);
  const { lladdr: _forgotten, queue: waiting, ...rest } = neigh;
  const failed = moved(k, { ...rest, queue: [] }, 'failed', neigh.probes);
  const { dev, ip } = failed;
  const row = rowOf(failed);
  let changes: readonly TableChange[] = [kernelChange(k, 'neigh', 'change', printNeigh(failed))];
  let told = 0;
  for (; told < waiting.length && k.ns.state.neighs.get(key)?.state === 'failed'; told++) {
    const skb = must(waiting[told], 'one that waits');
    step(k, skb, { kind: 'neigh', dev, ip, result: 'failed', row }, { changes });
    changes = [];
    icmpSend(k, skb, { type: 3, code: 1, rest: 0 });
    dropBy(k, skb, row, { reason: 'NEIGH_FAILED', where: 'neigh_invalidate' });
  }
  const now = k.ns.state.neighs.get(key);
  if (now?.state !== 'incomplete') return;
  for (const skb of [...waiting.slice(told), ...now.queue]) drop(k, skb, 'QUEUE_PURGE', 'neigh_invalidate');
  put(k, { ...now, queue: [] });
}

/** An ARP packet came in on `dev`. @see net/ipv4/arp.c arp_process */
export function arpReceive(k: Kernel, dev: IfName, skb: Skb, arp: ArpPacket): void {
  if (skb.pkttype === 'otherhost') {
    drop(k, skb, 'OTHERHOST', 'arp_rcv');
    return;
  }
  if (arp.op === 'request' && isLocal(k.ns, arp.tpa) && k.path.accepts(k, arp.spa, dev)) {
    // neigh_event_ns: the question itself teaches us who asks
    const flush = learn(k, skb, { dev, ip: arp.spa, mac: arp.sha, state: 'stale', create: true });
    step(k, skb, { kind: 'deliver', to: 'arp' });
    const mac = must(device(k, dev).mac, `MAC of ${dev}`);
    const reply: ArpPacket = { kind: 'arp', op: 'reply', sha: mac, spa: arp.tpa, tha: arp.sha, tpa: arp.spa };
    sendArp(k, dev, { kind: 'ethernet', dst: arp.sha, src: mac, payload: reply }, causedBy(k, skb, 'reply'));
    flush();
    return;
  }
  const answered = arp.op === 'reply' && skb.pkttype === 'host';
  const flush = learn(k, skb, {
    dev,
    ip: arp.spa,
    mac: arp.sha,
    state: answered ? 'reachable' : 'stale',
    create: false,
  });
  step(k, skb, { kind: 'deliver', to: 'arp' });
  flush();
}

interface Learned {
  readonly dev: IfName;
  readonly ip: Ipv4;
  readonly mac: Mac;
  readonly state: 'reachable' | 'stale';
  /** as in neigh_event_ns; without it an unknown sender stays unknown */
  readonly create: boolean;
}

/**
 * neigh_update: what a packet says about a neighbour. Returns what to do once the packet itself is done with: send what waited.
 */
function learn(k: Kernel, skb: Skb, { dev, ip, mac, state, create }: Learned): () => void {
  const key = neighKey(dev, ip);
  const old = current(k, key);
  const nothing = (): void => undefined;
  if (ip === 0 || (!old && !create) || old?.state === 'permanent') return nothing;
  // hearing again what we know by a weaker proof changes nothing
  if (old?.lladdr === mac && state === 'stale' && (old.state === 'reachable' || old.state === 'delay'))
    return nothing;
  const waiting = old?.queue ?? [];
  const next: Neigh = {
    dev,
    ip,
    state,
    lladdr: mac,
    since: k.now,
    probes: 0,
    generation: nextGeneration(k.ns),
    queue: [],
    origin: BY_KERNEL,
  };
  put(k, next);
  if (old?.lladdr === mac && old.state === state) return nothing;
  const change = kernelChange(k, 'neigh', old ? 'change' : 'add', printNeigh(next));
  step(
    k,
    skb,
    { kind: 'neigh', dev, ip, result: 'learned', lladdr: mac, row: rowOf(next) },
    { changes: [change] },
  );
  return () => {
    for (const packet of waiting) neighOutput(k, dev, packet, ip);
  };
}
