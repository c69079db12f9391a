/**
 * Connection tracking: which flow a packet belongs to, and in which state that flow is. A packet that begins a flow carries its
 * entry with it (unconfirmed) and puts it into the table at the end of its path, so a packet that is dropped leaves none.
 * Left out: expectations (helpers), zones, accounting, early drop, the TCP window.
 * @see net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_{tcp,udp,icmp,generic}.c
 */
import { PROTOCOL, type Packet } from '../../wire/frame.ts';
import { readQuote } from '../../wire/quote.ts';
import { kernelChange, step, type Kernel } from '../context.ts';
import { nextConntrackId } from '../netns.ts';
import type { CtDirection, CtState, SimTime, TableChange } from '../recorder.ts';
import { packetOf, type Skb } from '../skb.ts';
import {
  deleteEntries,
  entryOf,
  entryRow,
  findEntry,
  insertEntry,
  printEntry,
  replaceEntry,
  type Found,
} from './table.ts';
import { kindOf, nextTcpState, TCP_TIMEOUT, TCP_UNACK_TIMEOUT } from './tcp.ts';
import { ECHO_REQUEST, invert, quotedTuple, sameTuple, tupleOf } from './tuple.ts';
import type { CtEntry, SkbCt } from './types.ts';

const SECOND = 1_000_000_000;
/** seconds: nf_conntrack_udp_timeout, udp_timeout_stream, icmp_timeout, generic_timeout */
const TIMEOUT = { udp: 30, udpStream: 120, icmp: 30, generic: 600 } as const;
/** a UDP flow that is answered and lasts longer than this is a stream */
const STREAM_AFTER = 2 * SECOND;

const after = (now: SimTime, seconds: number): SimTime => (now + seconds * SECOND) as SimTime;

/** nf_conntrack_in: the same packet with its connection. What has one already (loopback, NOTRACK, errors made here) keeps it. */
export function track(k: Kernel, skb: Skb): Skb {
  if (skb.ct) return skb;
  const packet = packetOf(skb.frame);
  if (packet.payload.kind === 'icmp-error') return trackError(k, skb, packet);
  const tuple = tupleOf(packet);
  if (tuple === 'untrackable') return untracked(k, skb, 'INVALID');
  const found = findEntry(k.ns, tuple, k.now);
  if (!found) return begin(k, skb, packet);
  return proceed(k, skb, { packet, ...found });
}

function untracked(k: Kernel, skb: Skb, state: 'INVALID' | 'UNTRACKED'): Skb {
  step(k, skb, { kind: 'conntrack', action: 'none', state, direction: 'original' });
  return { ...skb, ct: { state, direction: 'original' } };
}

/** nf_conntrack_inet_error: an error belongs to the flow of the packet it quotes, if it is sent to that packet's sender. */
function trackError(k: Kernel, skb: Skb, packet: Packet): Skb {
  if (packet.payload.kind !== 'icmp-error') return untracked(k, skb, 'INVALID');
  const quoted = readQuote(packet.payload.quote);
  const tuple = quoted.ok ? quotedTuple(quoted.value) : 'untrackable';
  const found = tuple === 'untrackable' ? undefined : findEntry(k.ns, invert(tuple), k.now);
  if (!found) return untracked(k, skb, 'INVALID');
  const { entry, direction } = found;
  // the answer to the quoted packet would have gone to this address
  if (packet.dst !== entry[direction].dst) return untracked(k, skb, 'INVALID');
  step(k, skb, { kind: 'conntrack', action: 'found', state: 'RELATED', direction, row: entryRow(entry) });
  return { ...skb, ct: { state: 'RELATED', direction, id: entry.id } };
}

/** init_conntrack: the first packet of a flow, unless a flow cannot begin with it. */
function begin(k: Kernel, skb: Skb, packet: Packet): Skb {
  const original = tupleOf(packet);
  if (original === 'untrackable') return untracked(k, skb, 'INVALID');
  if (original.protocol === PROTOCOL.icmp && original.dport !== ECHO_REQUEST)
    return untracked(k, skb, 'INVALID');
  const fresh: CtEntry = {
    id: nextConntrackId(k.ns),
    original,
    reply: invert(original),
    seenReply: false,
    assured: false,
    srcNat: false,
    dstNat: false,
    srcNatDone: false,
    dstNatDone: false,
    mark: 0,
    since: k.now,
    expires: k.now,
  };
  const pending = afterPacket(k, fresh, 'original', packet);
  if (typeof pending === 'string') return untracked(k, skb, 'INVALID');
  step(k, skb, {
    kind: 'conntrack',
    action: 'created',
    state: 'NEW',
    direction: 'original',
    row: entryRow(pending),
  });
  return { ...skb, ct: { state: 'NEW', direction: 'original', pending } };
}

/** A packet of a flow that is known: resolve_normal_ct, then the protocol's own rules. */
function proceed(
  k: Kernel,
  skb: Skb,
  { packet, entry, direction }: Found & { readonly packet: Packet },
): Skb {
  const state: CtState = direction === 'reply' || entry.seenReply ? 'ESTABLISHED' : 'NEW';
  const next = afterPacket(k, entry, direction, packet);
  if (next === 'reopened' || next === 'reset') deleteEntries(k.ns, ({ id }) => id === entry.id);
  if (next === 'reopened') return begin(k, skb, packet);
  if (next === 'invalid') return untracked(k, skb, 'INVALID');
  if (next === 'reset') {
    // the entry is gone from the table, yet this packet is still rewritten as it says
    step(k, skb, { kind: 'conntrack', action: 'found', state, direction, row: entryRow(entry) });
    return { ...skb, ct: { state, direction, dead: entry } };
  }
  const seen = direction === 'reply' ? { ...next, seenReply: true } : next;
  replaceEntry(k.ns, seen);
  const told = seen.tcp !== entry.tcp || seen.seenReply !== entry.seenReply || seen.assured !== entry.assured;
  const changes: TableChange[] = told ? [kernelChange(k, 'conntrack', 'change', printEntry(seen))] : [];
  step(k, skb, { kind: 'conntrack', action: 'found', state, direction, row: entryRow(seen) }, { changes });
  return { ...skb, ct: { state, direction, id: entry.id } };
}

/** What a packet makes of its entry. 'reset' = the entry dies with it, 'reopened' = a new connection on the old ports. */
function afterPacket(
  k: Kernel,
  entry: CtEntry,
  direction: CtDirection,
  packet: Packet,
): CtEntry | 'invalid' | 'reset' | 'reopened' {
  const { payload } = packet;
  if (payload.kind === 'tcp') {
    const old = entry.tcp ?? 'NONE';
    const kind = kindOf(payload.flags);
    const next = nextTcpState(old, direction, kind);
    if (next === 'ignored') return entry;
    if (next === 'invalid') return 'invalid';
    if (next === 'SYN_SENT' && (old === 'TIME_WAIT' || old === 'CLOSE')) return 'reopened';
    if (!entry.seenReply && old !== 'NONE') {
      if (kind === 'rst') return 'reset';
      if (kind === 'syn' && old === 'SYN_SENT') return entry;
    }
    const unheard = next === 'ESTABLISHED' && !entry.seenReply && direction === 'original';
    const assured =
      entry.assured ||
      (entry.seenReply && next === 'ESTABLISHED' && (old === 'SYN_RECV' || old === 'ESTABLISHED'));
    const expires = after(k.now, unheard ? TCP_UNACK_TIMEOUT : TCP_TIMEOUT[next]);
    return { ...entry, tcp: next, assured, expires };
  }
  if (entry.original.protocol === PROTOCOL.udp) {
    const stream = entry.seenReply && k.now - entry.since > STREAM_AFTER;
    const expires = after(k.now, stream ? TIMEOUT.udpStream : TIMEOUT.udp);
    return { ...entry, assured: entry.assured || stream, expires };
  }
  const seconds = entry.original.protocol === PROTOCOL.icmp ? TIMEOUT.icmp : TIMEOUT.generic;
  return { ...entry, expires: after(k.now, seconds) };
}

/**
 * nf_confirm, at the very end of a packet's path: its entry goes into the table. 'clash' = another flow took the same place
 * meanwhile (the packet is dropped); two packets that began the same flow are no clash.
 */
export function confirm(k: Kernel, skb: Skb): Skb | 'clash' {
  const { ct } = skb;
  if (!ct?.pending || ct.direction !== 'original') return skb;
  const { pending } = ct;
  const taken = findEntry(k.ns, pending.original, k.now) ?? findEntry(k.ns, pending.reply, k.now);
  if (taken) {
    const same = sameFlow(taken.entry, pending);
    return same ? { ...skb, ct: { ...withoutPending(ct), id: taken.entry.id } } : 'clash';
  }
  const entry = insertEntry(k.ns, pending, k.now);
  const { state, direction } = ct;
  const confirmed: Skb = { ...skb, ct: { ...withoutPending(ct), id: entry.id } };
  step(
    k,
    confirmed,
    { kind: 'conntrack', action: 'confirmed', state, direction, row: entryRow(entry) },
    { changes: [kernelChange(k, 'conntrack', 'add', printEntry(entry))] },
  );
  return confirmed;
}

function sameFlow(a: CtEntry, b: CtEntry): boolean {
  return sameTuple(a.original, b.original) && sameTuple(a.reply, b.reply);
}

function withoutPending({ state, direction }: SkbCt): SkbCt {
  return { state, direction };
}

/** The same packet with another entry: in the table when it is confirmed, else with the packet. */
export function withEntryOf(k: Kernel, skb: Skb, entry: CtEntry): Skb {
  if (!skb.ct) return skb;
  if (skb.ct.pending) return { ...skb, ct: { ...skb.ct, pending: entry } };
  replaceEntry(k.ns, entry);
  return skb;
}

/** nf_ct_attach: an error (or reset) that is made here about `cause` belongs to its flow, in the other direction. */
export function attached(k: Kernel, made: Skb, cause: Skb): Skb {
  const { ct } = cause;
  if (!ct || !entryOf(k.ns, ct)) return made;
  const direction = ct.direction === 'original' ? 'reply' : 'original';
  return { ...made, ct: { ...ct, state: 'RELATED', direction } };
}
