/**
 * NetworkPolicy v1 as it is read: defaults filled in, addresses as values, every part with its path in the object.
 *
 *     policy --selects--> pods of its namespace
 *       └ ingress / egress: rules, OR          rule = peers AND ports
 *                             ├ peers, OR      a peer = pods (both selectors AND) or an ipBlock; none = anyone
 *                             └ ports, OR      none = every port of every protocol
 *
 * @see kubernetes/api networking/v1/types.go, kubernetes pkg/apis/networking/v1/defaults.go
 */
import type { Cidr } from '../../wire/address.ts';
import type { ObjectRef } from '../../kernel/origin.ts';

export type Direction = 'ingress' | 'egress';
export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** Labels and expressions, all of which must hold; empty selects everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly Requirement[];
}

/** Pods: `podSelector` alone looks in the policy's own namespace, `namespaceSelector` alone takes every pod of those namespaces. */
export interface PodPeer {
  readonly kind: 'pods';
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

export interface IpBlockPeer {
  readonly kind: 'ipBlock';
  /** undefined: an IPv6 block, which no address here is in */
  readonly cidr: Cidr | undefined;
  /** limits this block only */
  readonly except: readonly Cidr[];
  /** as it is written, for sentences */
  readonly text: string;
}

export type Peer = PodPeer | IpBlockPeer;

export interface PolicyPort {
  readonly protocol: Protocol;
  /** a number, or the name of a container port of the destination; undefined = every port of the protocol */
  readonly port?: number | string;
  /** the last of a range that begins with `port` */
  readonly endPort?: number;
}

export interface PolicyRule {
  /** empty = anyone */
  readonly peers: readonly Peer[];
  /** empty = every port */
  readonly ports: readonly PolicyPort[];
  /** its place in the text, where the list is not the text's own: what a controller makes of it */
  readonly at?: number;
  /** the list of the text that it is from, where that is the other one */
  readonly of?: Direction;
  /** whom the selected pod itself has to be, too; no text says this, a controller may do it */
  readonly self?: readonly Peer[];
}

export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  /** the directions in which the selected pods are isolated: spec.policyTypes, else its default */
  readonly isolates: Readonly<Record<Direction, boolean>>;
  /** is spec.policyTypes written? */
  readonly typesWritten: boolean;
  /** which lists are written, also empty ones */
  readonly written?: Readonly<Record<Direction, boolean>>;
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly ref: ObjectRef;
}

/** How the field of a rule's peers is called. */
export const PEERS_FIELD: Readonly<Record<Direction, 'from' | 'to'>> = { ingress: 'from', egress: 'to' };

/** `namespace/name`, which is unique among policies. */
export function policyKey(policy: Pick<NetworkPolicy, 'namespace' | 'name'>): string {
  return `${policy.namespace}/${policy.name}`;
}

/** Who shall enforce policies: kube-router's rules, nobody, or the meaning alone (no tables, only the matrix). */
export const POLICY_CONTROLLERS = ['kube-router', 'none', 'spec'] as const;
export type PolicyController = (typeof POLICY_CONTROLLERS)[number];

/** The label that the control plane gives every namespace. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';
