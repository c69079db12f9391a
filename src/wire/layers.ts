/**
 * A frame as a person reads it: its headers from the outside in, each with its fields and where their bytes are, and what
 * changed between two looks at the same packet (a hop's header diff).
 */
import { ARP_FIELDS, ARP_LENGTH } from './arp.ts';
import { emitFrame } from './codec.ts';
import { DNS_PORT, dnsFields, parseDns } from './dns.ts';
import { ETHERNET_FIELDS, ETHERNET_LENGTH } from './ethernet.ts';
import { fieldsOf, type Field, type FieldSpec } from './field.ts';
import type { EthernetFrame, Frame, Packet, Segment, UdpDatagram } from './frame.ts';
import { ICMP_LENGTH, icmpFields } from './icmp.ts';
import { IPV4_FIELDS, IPV4_LENGTH } from './ipv4.ts';
import { quoteSummary } from './summary.ts';
import { TCP_FIELDS, tcpHeaderLength } from './tcp.ts';
import { UDP_FIELDS, UDP_LENGTH } from './udp.ts';
import { VXLAN_FIELDS, VXLAN_LENGTH } from './vxlan.ts';
import { viewOf } from './bytes.ts';
import { assertUnreachable } from '../lib/assert.ts';

export type { Field } from './field.ts';

export type LayerKind = 'ethernet' | 'arp' | 'ipv4' | 'icmp' | 'udp' | 'tcp' | 'vxlan' | 'dns' | 'data';

/** One header, or the data at the end. `from` .. `to` are bytes of `emitFrame(frame)`; every byte is in one layer. */
export interface Layer {
  readonly kind: LayerKind;
  /** 0 for the outer headers (the tunnel's own included), 1 inside the first tunnel */
  readonly depth: number;
  readonly fields: readonly Field[];
  readonly from: number;
  readonly to: number;
}

/** The layers, outermost first. Data of no bytes is no layer. */
export function layersOf(frame: Frame): readonly Layer[] {
  const view = viewOf(emitFrame(frame));
  const layers: Layer[] = [];
  let from = 0;
  for (const { kind, depth, length, specs } of frameParts(frame, 0)) {
    const to = from + length;
    if (length > 0) layers.push({ kind, depth, fields: fieldsOf(specs, view, from, to), from, to });
    from = to;
  }
  return layers;
}

/** A layer whose place is not known yet: its length, and how to read its fields. */
interface Part {
  readonly kind: LayerKind;
  readonly depth: number;
  readonly length: number;
  readonly specs: readonly FieldSpec[];
}

function frameParts(frame: Frame, depth: number): readonly Part[] {
  return frame.kind === 'raw' ? packetParts(frame.payload, depth) : ethernetParts(frame, depth);
}

function ethernetParts({ payload }: EthernetFrame, depth: number): readonly Part[] {
  const header: Part = { kind: 'ethernet', depth, length: ETHERNET_LENGTH, specs: ETHERNET_FIELDS };
  switch (payload.kind) {
    case 'arp':
      return [header, { kind: 'arp', depth, length: ARP_LENGTH, specs: ARP_FIELDS }];
    case 'ipv4':
      return [header, ...packetParts(payload, depth)];
    case 'other':
      return [header, dataPart(payload.bytes, depth)];
    default:
      return assertUnreachable(payload);
  }
}

function packetParts(packet: Packet, depth: number): readonly Part[] {
  const header: Part = { kind: 'ipv4', depth, length: IPV4_LENGTH, specs: IPV4_FIELDS };
  return [header, ...segmentParts(packet.payload, depth)];
}

function segmentParts(segment: Segment, depth: number): readonly Part[] {
  switch (segment.kind) {
    case 'bytes':
      return [dataPart(segment.bytes, depth)];
    case 'icmp-echo':
      return [icmpPart(icmpFields(segment), depth), dataPart(segment.data, depth)];
    case 'icmp-error':
      return [icmpPart(icmpFields(segment), depth), quotePart(segment.quote, depth)];
    case 'tcp':
      return [
        { kind: 'tcp', depth, length: tcpHeaderLength(segment), specs: TCP_FIELDS },
        dataPart(segment.data, depth),
      ];
    case 'udp':
      return [{ kind: 'udp', depth, length: UDP_LENGTH, specs: UDP_FIELDS }, ...udpParts(segment, depth)];
    default:
      return assertUnreachable(segment);
  }
}

function udpParts({ sport, dport, payload }: UdpDatagram, depth: number): readonly Part[] {
  switch (payload.kind) {
    case 'bytes':
      return [
        sport === DNS_PORT || dport === DNS_PORT
          ? dnsPart(payload.bytes, depth)
          : dataPart(payload.bytes, depth),
      ];
    case 'ipv4':
      return packetParts(payload, depth + 1);
    case 'vxlan': {
      const header: Part = { kind: 'vxlan', depth, length: VXLAN_LENGTH, specs: VXLAN_FIELDS };
      return [header, ...frameParts(payload.inner, depth + 1)];
    }
    default:
      return assertUnreachable(payload);
  }
}

function icmpPart(specs: readonly FieldSpec[], depth: number): Part {
  return { kind: 'icmp', depth, length: ICMP_LENGTH, specs };
}

function dataPart(bytes: Uint8Array, depth: number): Part {
  const specs: readonly FieldSpec[] = [{ name: 'data', size: 'rest', print: () => printData(bytes) }];
  return { kind: 'data', depth, length: bytes.length, specs };
}

/** A DNS message; what is none stays data. */
function dnsPart(bytes: Uint8Array, depth: number): Part {
  const message = parseDns(bytes);
  if (!message.ok) return dataPart(bytes, depth);
  return { kind: 'dns', depth, length: bytes.length, specs: dnsFields(message.value) };
}

function quotePart(quote: Uint8Array, depth: number): Part {
  const specs: readonly FieldSpec[] = [{ name: 'quote', size: 'rest', print: () => quoteSummary(quote) }];
  return { kind: 'data', depth, length: quote.length, specs };
}

/** Text as it is when it is short and printable ASCII, else how much there is. */
function printData(bytes: Uint8Array): string {
  const printable =
    bytes.length <= 64 && bytes.every((byte) => byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  return printable ? JSON.stringify(String.fromCharCode(...bytes)) : `${bytes.length} bytes`;
}

/** A field that is not what it was; a field that only one side has (TCP options) is undefined on the other. */
export interface FieldChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `layer` is the layer in the frame after, or in the frame before when it was removed. */
export interface LayerDiff {
  readonly change: 'same' | 'changed' | 'added' | 'removed';
  readonly layer: Layer;
  /** empty unless `change` is 'changed'; checksums and lengths that follow from another change are here too */
  readonly fields: readonly FieldChange[];
}

/** A frame taken apart, with the bytes that its fields are compared by. */
interface Side {
  readonly layers: readonly Layer[];
  readonly bytes: Uint8Array;
}

/**
 * The layers of both frames, outermost first. They are matched from the innermost outward, so a tunnel shows as outer
 * layers that were added (encapsulation) or removed (decapsulation), and fragmentation as an inner header that went.
 */
export function diffLayers(before: Frame, after: Frame): readonly LayerDiff[] {
  const old: Side = { layers: layersOf(before), bytes: emitFrame(before) };
  const now: Side = { layers: layersOf(after), bytes: emitFrame(after) };
  return alignedPairs(old.layers, now.layers).map(([was, is]) => {
    if (was === undefined) return { change: 'added', layer: is, fields: [] };
    if (is === undefined) return { change: 'removed', layer: was, fields: [] };
    const fields = changedFields(was, old.bytes, is, now.bytes);
    return { change: fields.length === 0 ? 'same' : 'changed', layer: is, fields };
  });
}

type Pair = readonly [Layer, Layer | undefined] | readonly [undefined, Layer];

/**
 * The longest common sequence of layer kinds; walking it from the end takes the innermost match when there are several.
 * `length(i, j)` = how many of the first i and first j layers match. A frame has a dozen layers, so quadratic is nothing.
 */
function alignedPairs(old: readonly Layer[], now: readonly Layer[]): readonly Pair[] {
  const width = now.length + 1;
  const table = new Uint8Array((old.length + 1) * width);
  const length = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (const [i, was] of old.entries()) {
    for (const [j, is] of now.entries()) {
      const best = was.kind === is.kind ? length(i, j) + 1 : Math.max(length(i, j + 1), length(i + 1, j));
      table[(i + 1) * width + j + 1] = best;
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [old.length, now.length];
  while (i > 0 || j > 0) {
    const [was, is] = [old[i - 1], now[j - 1]];
    if (was !== undefined && is !== undefined && was.kind === is.kind) {
      pairs.push([was, is]);
      [i, j] = [i - 1, j - 1];
    } else if (is !== undefined && (was === undefined || length(i, j - 1) >= length(i - 1, j))) {
      pairs.push([undefined, is]);
      j--;
    } else if (was !== undefined) {
      pairs.push([was, undefined]);
      i--;
    }
  }
  return pairs.reverse();
}

/** Compares bytes, not printed values: two payloads of 56 bytes print alike. */
function changedFields(
  was: Layer,
  oldBytes: Uint8Array,
  is: Layer,
  nowBytes: Uint8Array,
): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  for (const [index, now] of is.fields.entries()) {
    const old = sameField(was, is, index);
    if (old === undefined) changes.push({ name: now.name, before: undefined, after: now.value });
    else if (!sameBytes(old, oldBytes, now, nowBytes)) {
      changes.push({ name: now.name, before: old.value, after: now.value });
    }
  }
  for (const [index, old] of was.fields.entries()) {
    if (sameField(is, was, index) === undefined) {
      changes.push({ name: old.name, before: old.value, after: undefined });
    }
  }
  return changes;
}

/** The field of `layer` that has the name of the field at `index` of `other`: the nth of that name, as there. */
function sameField(layer: Layer, other: Layer, index: number): Field | undefined {
  const name = other.fields[index]?.name;
  const nth = other.fields.slice(0, index).filter((field) => field.name === name).length;
  return layer.fields.filter((field) => field.name === name)[nth];
}

function sameBytes(old: Field, oldBytes: Uint8Array, now: Field, nowBytes: Uint8Array): boolean {
  const [a, b] = [oldBytes.subarray(old.from, old.to), nowBytes.subarray(now.from, now.to)];
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
