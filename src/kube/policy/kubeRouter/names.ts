/**
 * Names of kube-router's chains and sets. Upstream hashes the time of the sync into the names of chains, so that every sync
 * renames them all; here that version is a constant, so that names stay.
 * @see kube-router pkg/controllers/netpol/{policy,pod}.go
 */
import { hashOf } from '../../kubeProxy/names.ts';
import type { Direction } from '../networkPolicy.ts';

interface Named {
  readonly namespace: string;
  readonly name: string;
}

const VERSION = '0';
const FAMILY = 'IPv4';

export const TOP = {
  INPUT: 'KUBE-ROUTER-INPUT',
  FORWARD: 'KUBE-ROUTER-FORWARD',
  OUTPUT: 'KUBE-ROUTER-OUTPUT',
} as const;
export type BuiltIn = keyof typeof TOP;
export const BUILT_INS: readonly BuiltIn[] = ['INPUT', 'FORWARD', 'OUTPUT'];
export const DEFAULT_CHAIN = 'KUBE-NWPLCY-DEFAULT';
export const COMMON_CHAIN = 'KUBE-NWPLCY-COMMON';
export const TAIL_CHAIN = 'KUBE-NWPLCY-TAIL';

/** A pod's own chain. */
export function podChain({ namespace, name }: Named): string {
  return `KUBE-POD-FW-${hashOf(namespace + name + VERSION)}`;
}

export function policyChain({ namespace, name }: Named): string {
  return `KUBE-NWPLCY-${hashOf(namespace + name + VERSION + FAMILY)}`;
}

/** The pods that a policy selects: as destinations of its ingress rules, as sources of its egress rules. */
export function targetSet({ namespace, name }: Named, direction: Direction): string {
  return `KUBE-${direction === 'ingress' ? 'DST' : 'SRC'}-${hashOf(namespace + name + FAMILY)}`;
}

/** The peers of one rule, pods and blocks apart. */
export function peerSet(
  { namespace, name }: Named,
  {
    direction,
    rule,
    kind,
  }: { readonly direction: Direction; readonly rule: number; readonly kind: 'pod' | 'ipblock' },
): string {
  const prefix = direction === 'ingress' ? 'SRC' : 'DST';
  return `KUBE-${prefix}-${hashOf(`${namespace}${name}${direction}rule${rule}${FAMILY}${kind}`)}`;
}

/** The destinations on which a named port is one number. */
export function namedPortSet(
  { namespace, name }: Named,
  {
    direction,
    rule,
    number,
  }: { readonly direction: Direction; readonly rule: number; readonly number: number },
): string {
  return `KUBE-DST-${hashOf(`${namespace}${name}${direction}rule${rule}${number}${FAMILY}namedport`)}`;
}

/** At the end of a comment: what the rule is found again by. */
export function ruleId(chain: string, words: readonly string[]): string {
  return hashOf(chain + words.join(''));
}
