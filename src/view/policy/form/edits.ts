/** What the form does to a policy, as values of its fields. Pure. */
import type { Json, NetworkPolicySpec, PeerText, PortText } from '../../../engine/protocol.ts';

export type Direction = 'ingress' | 'egress';
export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
export const PEERS = { ingress: 'from', egress: 'to' } as const;

/** A field of the policy, and what it gets; undefined: it goes. */
export interface FieldEdit {
  readonly path: string;
  readonly value: Json | undefined;
}

export interface WrittenRule {
  readonly peers: readonly PeerText[];
  readonly ports: readonly PortText[];
}

export function rulesIn(spec: NetworkPolicySpec, direction: Direction): readonly WrittenRule[] {
  if (direction === 'ingress')
    return (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from ?? [], ports: ports ?? [] }));
  return (spec.egress ?? []).map(({ to, ports }) => ({ peers: to ?? [], ports: ports ?? [] }));
}

/** The directions in which the policy isolates: as they are written, else by default. */
export function typesOf({ policyTypes, egress }: NetworkPolicySpec): Readonly<Record<Direction, boolean>> {
  const types = policyTypes ?? [];
  if (types.length === 0) return { ingress: true, egress: (egress ?? []).length > 0 };
  return { ingress: types.includes('Ingress'), egress: types.includes('Egress') };
}

export function chooseType(spec: NetworkPolicySpec, direction: Direction, isOn: boolean): FieldEdit {
  const now = { ...typesOf(spec), [direction]: isOn };
  const value = [...(now.ingress ? ['Ingress'] : []), ...(now.egress ? ['Egress'] : [])];
  return { path: 'spec.policyTypes', value };
}

/** A rule more, which admits nobody in particular: an empty one would admit everybody. */
export function addRule(spec: NetworkPolicySpec, direction: Direction): FieldEdit {
  const rule = { [PEERS[direction]]: [{ podSelector: {} }] };
  return appended(`spec.${direction}`, spec[direction]?.length ?? 0, rule);
}

/** `value` behind the items of a list; of a list that is missing or empty, as its first. */
export function appended(path: string, length: number, value: Json): FieldEdit {
  return length === 0 ? { path, value: [value] } : { path: `${path}[${length}]`, value };
}

/** The items of a list with the field each of them is: its place is all that tells it from the others. */
export function itemsAt<T>(
  list: readonly T[],
  path: string,
): readonly { readonly item: T; readonly index: number; readonly field: string }[] {
  return list.map((item, index) => ({ item, index, field: `${path}[${index}]` }));
}

/** One item less; of the last one the list goes, because an empty one reads as if it forbade, and it does not. */
export function removed(path: string, length: number, index: number): FieldEdit {
  return { path: length === 1 ? path : `${path}[${index}]`, value: undefined };
}

/** Both selectors in one item: they can be parted. */
export function canSplit(peer: PeerText): boolean {
  return Boolean(peer.podSelector) && Boolean(peer.namespaceSelector);
}

/** One selector each, and not the same: they can be one item. */
export function canJoin(peer: PeerText | undefined, next: PeerText | undefined): boolean {
  if (!peer || !next || peer.ipBlock || next.ipBlock || canSplit(peer) || canSplit(next)) return false;
  return Boolean(peer.podSelector) !== Boolean(next.podSelector);
}

/** What the list of peers is after both selectors of one have become two items. */
export function splitPeers(peers: readonly PeerText[], index: number): Json {
  return peers.flatMap((peer, i) => {
    if (i !== index) return [json(peer)];
    const { namespaceSelector, podSelector } = peer;
    return [{ namespaceSelector: json(namespaceSelector) }, { podSelector: json(podSelector) }];
  });
}

/** What it is after an item and the next have become one. */
export function joinPeers(peers: readonly PeerText[], index: number): Json {
  return peers.flatMap((peer, i) => {
    if (i === index + 1) return [];
    return [json(i === index ? { ...peer, ...peers[index + 1] } : peer)];
  });
}

/** A port as it is typed: a number, or a name; nothing: every port. */
export function portIn(typed: string): number | string | undefined {
  const word = typed.trim();
  if (word === '') return undefined;
  return /^\d+$/.test(word) ? Number(word) : word;
}

/** Without fields that are not there. */
export function json(value: unknown): Json {
  if (Array.isArray(value)) return value.map(json);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      inner === undefined ? [] : [[key, json(inner)] as const],
    ),
  );
}
