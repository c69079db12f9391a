/**
 * ipsets as plain data, and what ipset prints of them. Elements are kept by their own text, so what is there already is found at once.
 * @see net/netfilter/ipset/ip_set_hash_gen.h, ip_set_list_set.c, ipset 7.17
 */
import { hashText } from '../../lib/random.ts';
import type { Origin } from '../origin.ts';
import type { SimTime } from '../recorder.ts';
import { printElement, type Element } from './setElement.ts';

export type HashType = 'hash:ip' | 'hash:net' | 'hash:ip,port' | 'hash:net,port';
export type SetType = HashType | 'list:set';
export const SET_TYPES: readonly SetType[] = [
  'hash:ip',
  'hash:net',
  'hash:ip,port',
  'hash:net,port',
  'list:set',
];

/** A protocol and its port; for ICMP type << 8 | code. */
export interface SetPort {
  readonly protocol: number;
  readonly port: number;
}

interface Annotated {
  readonly comment?: string;
  /** when it goes; undefined: never */
  readonly expires?: SimTime;
  readonly origin: Origin;
}

/** An element of a hash: an address under a prefix (32 for `hash:ip`), and for `...,port` a port. */
export interface SetEntry extends Element, Annotated {
  /** an exception: what is in it does not match, although a larger prefix of the set holds it */
  readonly nomatch: boolean;
}

/** A member of a list:set: the name of another set. */
export interface SetMember extends Annotated {
  readonly set: string;
}

interface SetBase {
  readonly name: string;
  readonly origin: Origin;
  /** `comment` was given at creation, so elements may have one */
  readonly comment: boolean;
  /** seconds an element lives when nothing else is said; undefined: the set knows no time, 0: for ever */
  readonly timeout?: number;
}

export interface HashSet extends SetBase {
  readonly type: HashType;
  readonly hashsize: number;
  readonly maxelem: number;
  /** by `setKey` */
  readonly entries: ReadonlyMap<string, SetEntry>;
}

export interface ListSet extends SetBase {
  readonly type: 'list:set';
  readonly size: number;
  readonly members: readonly SetMember[];
}

export type IpSet = HashSet | ListSet;

/** True as long as the element has time left. */
export function isLive({ expires }: { readonly expires?: SimTime }, now: SimTime): boolean {
  return expires === undefined || expires > now;
}

/** The line without `create NAME TYPE`. The kernel's initval is a random number; here it is made of the name. */
function printHeader(set: IpSet): string {
  const timeout = set.timeout === undefined ? '' : ` timeout ${set.timeout}`;
  const comment = set.comment ? ' comment' : '';
  if (set.type === 'list:set') return `size ${set.size}${timeout}${comment}`;
  const seed = hashText(set.name).toString(16).padStart(8, '0');
  return `family inet hashsize ${set.hashsize} maxelem ${set.maxelem}${timeout}${comment} bucketsize 12 initval 0x${seed}`;
}

/** The `create` line of `ipset save`. */
export function printCreate(set: IpSet): string {
  return `create ${set.name} ${set.type} ${printHeader(set)}`;
}

/** The elements as `ipset list` prints them below `Members:`. */
export function printMembers(set: IpSet, now: SimTime): string[] {
  const all = set.type === 'list:set' ? set.members : [...set.entries.values()];
  return all.filter((member) => isLive(member, now)).map((member) => printMember(set, member, now));
}

/** One element of a set, as `ipset save` prints it behind `add NAME`. */
export function printMember(set: IpSet, member: SetEntry | SetMember, now: SimTime): string {
  const { comment, expires } = member;
  const left = expires === undefined ? 0 : Math.floor((expires - now) / 1e9);
  const timeout = set.timeout === undefined ? '' : ` timeout ${left}`;
  const tail = `${timeout}${comment === undefined ? '' : ` comment "${comment}"`}`;
  if ('set' in member) return `${member.set}${tail}`;
  return `${printElement(member)}${member.nomatch ? ' nomatch' : ''}${tail}`;
}

/** `ipset save`: list:sets last, since they name the others. */
export function saveSets(sets: Iterable<IpSet>, now: SimTime): string[] {
  const all = [...sets];
  const ordered = [
    ...all.filter(({ type }) => type !== 'list:set'),
    ...all.filter(({ type }) => type === 'list:set'),
  ];
  return ordered.flatMap((set) => [
    printCreate(set),
    ...printMembers(set, now).map((member) => `add ${set.name} ${member}`),
  ]);
}

const REVISION: Readonly<Record<SetType, number>> = {
  'hash:ip': 6,
  'hash:net': 7,
  'hash:ip,port': 7,
  'hash:net,port': 8,
  'list:set': 3,
};

/** `ipset list NAME`, without the size in memory, which nothing here has. */
export function listSet(
  set: IpSet,
  { references, now }: { readonly references: number; readonly now: SimTime },
): string[] {
  const members = printMembers(set, now);
  return [
    `Name: ${set.name}`,
    `Type: ${set.type}`,
    `Revision: ${REVISION[set.type]}`,
    `Header: ${printHeader(set)}`,
    `References: ${references}`,
    `Number of entries: ${members.length}`,
    'Members:',
    ...members,
  ];
}
