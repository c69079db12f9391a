/**
 * What iptables' tables are made of, as plain data: a rule is a header (what `struct ipt_ip` compares), matches in the order in
 * which they are tried, and a target. @see include/uapi/linux/netfilter_ipv4/ip_tables.h
 */
import type { Ipv4 } from '../../wire/address.ts';
import type { Origin } from '../origin.ts';
import type { Hook, TableName } from '../recorder.ts';

export type { TableName };
import type { Match } from './match/index.ts';
import type { Target } from './target/index.ts';

/** An address under a mask (not necessarily a prefix); `-s 10.0.0.0/255.0.255.0` is legal. */
export interface MaskedAddress {
  readonly address: Ipv4;
  readonly mask: Ipv4;
}

export type Negatable<T> = T & { readonly invert: boolean };

/** `-s -d -i -o -p -f`: compared before any `-m`. */
export interface RuleHeader {
  readonly source?: Negatable<MaskedAddress>;
  readonly destination?: Negatable<MaskedAddress>;
  /** an interface name, or its beginning followed by `+` */
  readonly in?: Negatable<{ readonly name: string }>;
  readonly out?: Negatable<{ readonly name: string }>;
  /** an IANA protocol number */
  readonly protocol?: Negatable<{ readonly number: number }>;
  /** `-f`: second and further fragments only */
  readonly fragment?: { readonly invert: boolean };
}

/** What a rule says, without its place: the data of the text behind `-A CHAIN`. */
export interface RuleSpec {
  readonly header: RuleHeader;
  readonly matches: readonly Match[];
  /** undefined: the rule only counts */
  readonly target?: Target;
}

export interface Rule extends RuleSpec {
  /** stays the same for the rule's whole life, unlike its number in the chain; counters hang on it */
  readonly id: number;
  /** as iptables-save prints it behind `-A CHAIN` */
  readonly text: string;
  readonly origin: Origin;
}

export type Policy = 'ACCEPT' | 'DROP';

export interface Chain {
  readonly name: string;
  /** the counters of a base chain's policy hang on it */
  readonly id: number;
  /** base chains only */
  readonly policy?: Policy;
  readonly rules: readonly Rule[];
  readonly origin: Origin;
}

/** Chains by name, base chains first in the order of the hooks. */
export interface Table {
  readonly chains: ReadonlyMap<string, Chain>;
}

/** A table that nobody used yet is absent: its base chains are not hooked in. */
export type Ruleset = Readonly<Partial<Record<TableName, Table>>>;

export const TABLE_NAMES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter'];

/** Which base chains a table has, in the order in which iptables-save prints them. */
export const BASE_CHAINS: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** Packets and bytes. */
export interface Counter {
  readonly packets: number;
  readonly bytes: number;
}
