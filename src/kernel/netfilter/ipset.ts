/**
 * ipsets as plain data. Elements are kept by a key that equals ipset's own text of the element, so `add` of what is there is
 * found at once and `ipset save` prints what was added. @see net/netfilter/ipset/ip_set_hash_gen.h, ip_set_list_set.c
 */
import type { Ipv4 } from '../../wire/address.ts';
import type { Origin } from '../origin.ts';

export type SetType = 'hash:ip' | 'hash:net' | 'hash:ip,port' | 'hash:net,port' | 'list:set';

/** An element of a hash: an address under a prefix (32 for `hash:ip`), and for `...,port` a protocol and a port. */
export interface SetEntry {
  readonly address: Ipv4;
  readonly bits: number;
  /** `...,port` only */
  readonly protocol?: number;
  readonly port?: number;
  /** an exception: what is in it does not match, although a larger prefix of the set holds it */
  readonly nomatch: boolean;
  readonly comment?: string;
  readonly origin: Origin;
}

/** A member of a list:set: the name of another set. */
export interface SetMember {
  readonly set: string;
  readonly comment?: string;
  readonly origin: Origin;
}

interface SetBase {
  readonly name: string;
  readonly origin: Origin;
  /** `comment` was given at creation, so elements may have one */
  readonly comment: boolean;
}

export interface HashSet extends SetBase {
  readonly type: Exclude<SetType, 'list:set'>;
  readonly hashsize: number;
  readonly maxelem: number;
  readonly entries: ReadonlyMap<string, SetEntry>;
}

export interface ListSet extends SetBase {
  readonly type: 'list:set';
  readonly size: number;
  readonly members: readonly SetMember[];
}

export type IpSet = HashSet | ListSet;
