/**
 * A pcapng file: what Wireshark and tshark open. One section, little endian, one interface block per simulated interface
 * with nanosecond timestamps, one enhanced packet block per frame.
 *
 *   section header | interface 0 | interface 1 | … | packet | packet | …
 *   block = type u32, length u32, body, options, length u32; all padded to 4 bytes
 *
 * @see https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng (blocks 4.1, 4.2, 4.3; options 3.5)
 */
import type { Link } from './codec.ts';
import { assert } from '../lib/assert.ts';

export interface CaptureInterface {
  /** if_name, as Wireshark shows it: `node1/eth0` */
  readonly name: string;
  readonly link: Link;
  readonly comment?: string;
}

export interface CapturePacket {
  /** index into the interfaces */
  readonly interface: number;
  /** nanoseconds since the epoch, an integer below 2^53 */
  readonly at: number;
  readonly frame: Uint8Array;
  readonly comment?: string;
  /** seen from the interface */
  readonly direction?: 'in' | 'out';
}

export interface Capture {
  readonly interfaces: readonly CaptureInterface[];
  readonly packets: readonly CapturePacket[];
}

const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const OPTION = { end: 0, comment: 1, interfaceName: 2, packetFlags: 2, timestampResolution: 9 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** LINKTYPE_ETHERNET and LINKTYPE_RAW of https://www.tcpdump.org/linktypes.html */
const LINKTYPE: Readonly<Record<Link, number>> = { ethernet: 1, raw: 101 };
/** epb_flags, bits 0-1 */
const DIRECTION = { in: 1, out: 2 } as const;
/** timestamps count units of 10^-9 s */
const NANOSECONDS = 9;

/** Frames are written whole, in the given order. Tell people to decode UDP port 8472 as VXLAN: Wireshark knows 4789 only. */
export function writePcapng({ interfaces, packets }: Capture): Uint8Array {
  for (const packet of packets) {
    assert(packet.interface in interfaces, `packet on interface ${packet.interface} of ${interfaces.length}`);
  }
  return concat([sectionBlock(), ...interfaces.map(interfaceBlock), ...packets.map(packetBlock)]);
}

function sectionBlock(): Uint8Array {
  // version 1.0, section length unknown (-1)
  return block(BLOCK.section, [u32(BYTE_ORDER_MAGIC), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff)]);
}

function interfaceBlock({ name, link, comment }: CaptureInterface): Uint8Array {
  return block(BLOCK.interface, [
    u16(LINKTYPE[link]),
    u16(0),
    u32(0),
    ...options([
      ...commentOption(comment),
      option(OPTION.interfaceName, text(name)),
      option(OPTION.timestampResolution, Uint8Array.of(NANOSECONDS)),
    ]),
  ]);
}

function packetBlock({ interface: index, at, frame, comment, direction }: CapturePacket): Uint8Array {
  return block(BLOCK.packet, [
    u32(index),
    u32(Math.floor(at / 2 ** 32)),
    u32(at % 2 ** 32),
    u32(frame.length),
    u32(frame.length),
    padded(frame),
    ...options([
      ...commentOption(comment),
      ...(direction === undefined ? [] : [option(OPTION.packetFlags, u32(DIRECTION[direction]))]),
    ]),
  ]);
}

function block(type: number, body: readonly Uint8Array[]): Uint8Array {
  const length = u32(12 + body.reduce((sum, part) => sum + part.length, 0));
  return concat([u32(type), length, ...body, length]);
}

/** The options and their end; nothing at all when there are none. */
function options(list: readonly Uint8Array[]): readonly Uint8Array[] {
  return list.length === 0 ? [] : [...list, u32(OPTION.end)];
}

function commentOption(comment: string | undefined): readonly Uint8Array[] {
  return comment === undefined ? [] : [option(OPTION.comment, text(comment))];
}

function option(code: number, value: Uint8Array): Uint8Array {
  assert(value.length <= 0xffff, `a pcapng option of ${value.length} bytes is longer than 65535`);
  return concat([u16(code), u16(value.length), padded(value)]);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
