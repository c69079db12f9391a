/** Names of a service port and of its chains (facts/kube-proxy.md 2). */
import { sha256 } from '../../lib/sha256.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LENGTH = 16;
/** 16 characters of 5 bits */
const BYTES = (LENGTH * 5) / 8;

/** As many characters of base32 as there are whole groups of five bits in the first `count` bytes. */
function base32(bytes: Uint8Array, count: number): string {
  let bits = 0;
  let value = 0;
  const codes: number[] = [];
  for (let i = 0; i < count; i++) {
    value = (value << 8) | (bytes[i] ?? 0);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      codes.push(BASE32.charCodeAt((value >>> bits) & 31));
      value &= (1 << bits) - 1;
    }
  }
  return String.fromCharCode(...codes);
}

/** The 16 characters at the end of a chain's name. */
export function hashOf(text: string): string {
  return base32(sha256(text), BYTES);
}

/** `namespace/name:port`, without the colon when the port has no name. */
export function portName(namespace: string, name: string, port: string): string {
  return `${namespace}/${name}${port === '' ? '' : `:${port}`}`;
}

/** The end of a service port's chains; the protocol in lower case. */
export function serviceHash(port: string, protocol: string): string {
  return hashOf(port + protocol);
}

/** `endpoint` is `ip:port`. */
export function endpointChain(port: string, protocol: string, endpoint: string): string {
  return `KUBE-SEP-${hashOf(port + protocol + endpoint)}`;
}

const SERVICE_CHAIN = /^KUBE-(SVC|SVL|SEP|FW|EXT)-/;

/** Chains that belong to one service port, as kube-proxy tells them: by their names. */
export function isServiceChain(name: string): boolean {
  return SERVICE_CHAIN.test(name);
}
