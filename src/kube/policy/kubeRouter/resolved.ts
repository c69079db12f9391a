/**
 * A policy as kube-router resolves it before it writes rules: who the peers are by address, and on which destinations a named
 * port is which number. Only pods that run and have an address of their own count.
 * @see kube-router pkg/controllers/netpol/policy.go buildNetworkPoliciesInfo, evalIPBlockPeer, grabNamedPortFromPod
 */
import { cidr, networkOf, type Cidr } from '../../../wire/address.ts';
import { forEachBit, noBits, unite, type Bits } from '../bits.ts';
import type { Direction, NetworkPolicy, PolicyPort, PolicyRule, Protocol } from '../networkPolicy.ts';
import { PeerBits } from '../peerBits.ts';
import type { NamespaceLabels, Subject } from '../subject.ts';

export interface BlockEntry {
  readonly cidr: Cidr;
  readonly nomatch: boolean;
}

/** A number that a named port has on some pods. */
export interface NamedPort {
  readonly protocol: Protocol;
  readonly port: number;
  readonly pods: readonly Subject[];
}

export interface ResolvedRule {
  /** its index in the text */
  readonly at: number;
  /** no peers are listed */
  readonly anyone: boolean;
  readonly pods: readonly Subject[];
  readonly blocks: readonly BlockEntry[];
  /** no ports are listed */
  readonly anyPort: boolean;
  readonly ports: readonly PolicyPort[];
  readonly named: readonly NamedPort[];
}

export interface ResolvedPolicy {
  readonly policy: NetworkPolicy;
  readonly targets: readonly Subject[];
  readonly ingress: readonly ResolvedRule[];
  readonly egress: readonly ResolvedRule[];
}

/** Pods that kube-router writes rules for. */
export function actionable(subjects: readonly Subject[]): readonly Subject[] {
  return subjects.filter(({ pod, ip }) => pod !== undefined && ip !== undefined);
}

/** Resolves policies against the same pods. */
export class Resolver {
  readonly #pods: readonly Subject[];
  readonly #bits: PeerBits;

  /** `pods`: those that are actionable */
  constructor(pods: readonly Subject[], namespaces: NamespaceLabels) {
    this.#pods = pods;
    this.#bits = new PeerBits(pods, namespaces);
  }

  resolve(policy: NetworkPolicy): ResolvedPolicy {
    const targets = this.#of(this.#bits.selected(policy));
    const rules = (direction: Direction): readonly ResolvedRule[] =>
      policy[direction].map((rule, at) => this.#rule(rule, at, { policy, direction, targets }));
    return { policy, targets, ingress: rules('ingress'), egress: rules('egress') };
  }

  #of(bits: Bits): readonly Subject[] {
    const pods: Subject[] = [];
    forEachBit(bits, (i) => {
      const pod = this.#pods[i];
      if (pod) pods.push(pod);
    });
    return pods;
  }

  #rule(
    rule: PolicyRule,
    at: number,
    context: {
      readonly policy: NetworkPolicy;
      readonly direction: Direction;
      readonly targets: readonly Subject[];
    },
  ): ResolvedRule {
    const { policy, direction, targets } = context;
    const bits = noBits(this.#pods.length);
    for (const peer of rule.peers)
      if (peer.kind === 'pods') unite(bits, this.#bits.peer(peer, policy, direction));
    const pods = this.#of(bits);
    const anyone = rule.peers.length === 0;
    // names are looked up on the selected pods; on the way out on the peers, and without peers on the pods of the namespace
    const inNamespace = (): readonly Subject[] =>
      this.#pods.filter(({ pod }) => pod?.namespace === policy.namespace);
    const bearers = direction === 'ingress' ? targets : anyone ? inNamespace() : pods;
    return {
      at,
      anyone,
      pods,
      blocks: blocksOf(rule),
      anyPort: rule.ports.length === 0,
      ports: rule.ports.filter(({ port }) => typeof port !== 'string'),
      named: rule.ports.flatMap((entry) => namedPorts(entry, bearers)),
    };
  }
}

function namedPorts({ port, protocol }: PolicyPort, bearers: readonly Subject[]): readonly NamedPort[] {
  if (typeof port !== 'string') return [];
  const byNumber = new Map<number, Subject[]>();
  for (const subject of bearers)
    for (const { name, protocol: own, port: number } of subject.pod?.ports ?? []) {
      if (name !== port || own !== protocol) continue;
      const pods = byNumber.get(number);
      if (pods) pods.push(subject);
      else byNumber.set(number, [subject]);
    }
  return [...byNumber].map(([number, pods]) => ({ protocol, port: number, pods }));
}

const HALVES: readonly Cidr[] = [cidr('0.0.0.0/1'), cidr('128.0.0.0/1')];

/** All blocks of a rule go into one set; a set holds no /0, so that is written as its halves. */
function blocksOf({ peers }: PolicyRule): readonly BlockEntry[] {
  const entries = new Map<string, BlockEntry>();
  const add = (block: Cidr, nomatch: boolean): void => {
    for (const part of block.bits === 0 ? HALVES : [networkOf(block)])
      entries.set(`${part.address}/${part.bits}`, { cidr: part, nomatch });
  };
  for (const peer of peers) {
    if (peer.kind !== 'ipBlock' || peer.cidr === undefined) continue;
    add(peer.cidr, false);
    for (const except of peer.except) add(except, true);
  }
  return [...entries.values()];
}
