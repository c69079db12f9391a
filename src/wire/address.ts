/** Addresses as values: text comes in and goes out here and nowhere else. */
import ipaddr from 'ipaddr.js';
import type { Brand } from '../lib/brand.ts';
import { assert } from '../lib/assert.ts';
import { err, ok, type Result } from '../lib/result.ts';

/** An IPv4 address as an unsigned 32-bit number, in host order: 10.0.0.1 = 0x0a000001. */
export type Ipv4 = Brand<number, 'Ipv4'>;

/** A MAC address in the spelling of `ip link`: lower case, two digits, colons. */
export type Mac = Brand<string, 'Mac'>;

/** An address with a prefix length; `address` may have host bits set (an interface address) or not (a prefix). */
export interface Cidr {
  readonly address: Ipv4;
  readonly bits: number;
}

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff' as Mac;
export const ZERO_MAC = '00:00:00:00:00:00' as Mac;

/** Strict dotted quad (four decimal numbers, as Kubernetes wants them); the error is the text itself. */
export function parseIpv4(text: string): Result<Ipv4, string> {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return err(text);
  const octets = ipaddr.IPv4.parse(text).octets;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  // ipaddr.js takes 010 for octal; the kernel's and Go's parsers refuse it
  return printIpv4(value as Ipv4) === text ? ok(value as Ipv4) : err(text);
}

/** `a.b.c.d/n` with n in 0..32, host bits allowed; the error is the text itself. */
export function parseCidr(text: string): Result<Cidr, string> {
  const match = /^([0-9.]+)\/(\d{1,2})$/.exec(text);
  if (!match) return err(text);
  const address = parseIpv4(match[1] ?? '');
  const bits = Number(match[2]);
  return address.ok && bits <= 32 ? ok({ address: address.value, bits }) : err(text);
}

/** Six hex octets with colons, any case; the error is the text itself. */
export function parseMac(text: string): Result<Mac, string> {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) ? ok(text.toLowerCase() as Mac) : err(text);
}

/** The address of a constant in code or a test; asserts that it is one. */
export function ipv4(text: string): Ipv4 {
  const parsed = parseIpv4(text);
  assert(parsed.ok, `not an IPv4 address: ${text}`);
  return parsed.value;
}

/** The CIDR of a constant in code or a test; asserts that it is one. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed.ok, `not a CIDR: ${text}`);
  return parsed.value;
}

/** The MAC of a constant in code or a test; asserts that it is one. */
export function mac(text: string): Mac {
  const parsed = parseMac(text);
  assert(parsed.ok, `not a MAC address: ${text}`);
  return parsed.value;
}

export function printIpv4(ip: Ipv4): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

export function printCidr(prefix: Cidr): string {
  return `${printIpv4(prefix.address)}/${prefix.bits}`;
}

/** The netmask of a prefix length, as an unsigned 32-bit number. */
export function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

/** The prefix with its host bits cleared. */
export function networkOf(prefix: Cidr): Cidr {
  return { address: ((prefix.address & maskOf(prefix.bits)) >>> 0) as Ipv4, bits: prefix.bits };
}

/** The last address of the prefix: its directed broadcast. */
export function lastOf(prefix: Cidr): Ipv4 {
  return ((prefix.address | ~maskOf(prefix.bits)) >>> 0) as Ipv4;
}

export function contains(prefix: Cidr, ip: Ipv4): boolean {
  return (ip & maskOf(prefix.bits)) >>> 0 === (prefix.address & maskOf(prefix.bits)) >>> 0;
}

/** The address `offset` after `ip`. */
export function addressAt(ip: Ipv4, offset: number): Ipv4 {
  return ((ip + offset) >>> 0) as Ipv4;
}

export function isMulticast(ip: Ipv4): boolean {
  return ip >>> 28 === 0xe;
}

export function isLoopback(ip: Ipv4): boolean {
  return ip >>> 24 === 127;
}

/** The group bit of a MAC: broadcast and multicast. */
export function isGroupMac(address: Mac): boolean {
  return (parseInt(address.slice(0, 2), 16) & 1) === 1;
}

/** A locally administered unicast MAC made from 40 bits of two hashes; the same input gives the same MAC. */
export function macFromHash(high: number, low: number): Mac {
  const octets = [
    2 | ((high >>> 24) & 0xfc),
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    (low >>> 8) & 255,
    low & 255,
  ];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as Mac;
}
