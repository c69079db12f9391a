/**
 * Why a connection may be opened, or may not: on each side who isolates the pod, each rule of theirs with the first condition that
 * does not hold, and the smallest edits after which it may. No single policy is guilty of a default deny: those that isolate the
 * pod are named, and that none of their rules admits this.
 */
import type { Cluster } from '../cluster.ts';
import type { ObjectRef } from '../../kernel/origin.ts';
import { policyMessage, type PolicyMessage } from '../../lib/policyMessages.ts';
import {
  admits,
  exemptOf,
  isolates,
  judge,
  missesOf,
  sidesOf,
  type Connection,
  type Exempt,
  type Miss,
} from './match.ts';
import type { MatrixInput } from './matrix.ts';
import { missMessage } from './missWords.ts';
import {
  PEERS_FIELD,
  policyKey,
  type Direction,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
  type PolicyRule,
} from './networkPolicy.ts';
import { reachOf } from './reach.ts';

/** A condition that does not hold, and the field that states it. */
export interface Failed {
  readonly ref: ObjectRef;
  readonly message: PolicyMessage;
}

export interface RuleWhy {
  readonly ref: ObjectRef;
  readonly policy: string;
  readonly admits: boolean;
  /** of those that do not fit, what each peer wants; empty where the peers fit */
  readonly peers: readonly Failed[];
  /** the same of the ports */
  readonly ports: readonly Failed[];
  /** it stands in the other list of the text: kube-router writes a policy for both directions as one chain */
  readonly turned: boolean;
}

export interface SideWhy {
  readonly direction: Direction;
  readonly subject: string;
  readonly state: 'exempt' | 'no-pod' | 'open' | 'admitted' | 'denied';
  readonly message: PolicyMessage;
  /** the policies that isolate it, at their podSelector */
  readonly isolatedBy: readonly ObjectRef[];
  readonly rules: readonly RuleWhy[];
}

export interface Why {
  readonly from: string;
  readonly to: string;
  readonly allowed: boolean;
  /** the source's egress, then the destination's ingress */
  readonly sides: readonly SideWhy[];
}

/** What explains a cluster: the policies as they are enforced, and as they are written. */
export interface WhyInput extends MatrixInput {
  readonly written: readonly NetworkPolicy[];
}

export function whyInputOf(cluster: Cluster): WhyInput {
  return { ...reachOf(cluster), written: cluster.policies };
}

export function whyOf(input: WhyInput, connection: Connection): Why {
  const exempt = exemptOf(connection, input.reading);
  const sides = (['egress', 'ingress'] as const).map((direction) =>
    sideOf(input, connection, direction, exempt),
  );
  const { from, to } = connection;
  return { from: from.id, to: to.id, allowed: judge(input, connection).allowed, sides };
}

function sideOf(
  { policies, namespaces, written }: WhyInput,
  connection: Connection,
  direction: Direction,
  exempt: Exempt | undefined,
): SideWhy {
  const { self } = sidesOf(connection, direction);
  const who = self.id;
  const base = { direction, subject: who };
  const isolators = policies.filter((policy) => isolates(policy, direction, self));
  const isolatedBy = isolators.map(({ ref }): ObjectRef => ({ ...ref, path: 'spec.podSelector' }));
  const nothing = { ...base, isolatedBy, rules: [] };
  if (exempt !== undefined)
    return { ...nothing, state: 'exempt', message: exemptMessage(exempt, connection) };
  if (!self.pod) return { ...nothing, state: 'no-pod', message: policyMessage('side.no-pod', { who }) };
  if (isolators.length === 0)
    return { ...nothing, state: 'open', message: policyMessage('side.open', { who, direction }) };
  const byKey = new Map(written.map((policy) => [policyKey(policy), policy]));
  const rules = isolators.flatMap((policy) =>
    policy[direction].map((rule, i) =>
      ruleWhy(rule, i, {
        policy,
        direction,
        connection,
        namespaces,
        written: byKey.get(policyKey(policy)),
      }),
    ),
  );
  const admitting = rules.find((rule) => rule.admits);
  if (admitting) {
    const message = policyMessage('side.admitted', { who, direction, policy: admitting.policy });
    return { ...base, isolatedBy, rules, state: 'admitted', message };
  }
  const id = rules.length === 0 ? 'side.denied.no-rules' : 'side.denied';
  const message = policyMessage(id, { who, direction, policies: isolators.map(policyKey) });
  return { ...base, isolatedBy, rules, state: 'denied', message };
}

function exemptMessage(exempt: Exempt, { from, to }: Connection): PolicyMessage {
  if (exempt === 'loopback') return policyMessage('exempt.loopback', { who: from.id });
  const [pod, node] = from.isNode ? [to.id, from.id] : [from.id, to.id];
  return policyMessage('exempt.own-node', { pod, node });
}

function ruleWhy(
  rule: PolicyRule,
  index: number,
  context: {
    readonly policy: NetworkPolicy;
    readonly direction: Direction;
    readonly connection: Connection;
    readonly namespaces: MatrixInput['namespaces'];
    /** the policy as it stands in the text */
    readonly written: NetworkPolicy | undefined;
  },
): RuleWhy {
  const { policy, direction, connection, namespaces, written } = context;
  const given = { policy, namespaces };
  const { self, other } = sidesOf(connection, direction);
  const list = rule.of ?? direction;
  const at = rule.at ?? index;
  const path = `spec.${list}[${at}]`;
  const ref: ObjectRef = { ...policy.ref, path };
  const fits = admits(rule, direction, given, connection);
  const misses = missesOf(rule, direction, given, connection);
  const about = {
    other: other.id,
    namespace: other.pod?.namespace ?? '',
    destination: connection.to.id,
  };
  // what a controller made of several parts of a rule has no place of its own in the text
  const text = written?.[list][at];
  const peerPath = (peer: Peer | undefined): string | undefined => {
    const place = peer && text ? text.peers.indexOf(peer) : -1;
    return place < 0 ? undefined : `.${PEERS_FIELD[list]}[${place}]`;
  };
  const portPath = (port: PolicyPort | undefined): string | undefined => {
    const place = port && text ? text.ports.indexOf(port) : -1;
    return place < 0 ? undefined : `.ports[${place}]`;
  };
  const failed = (miss: Miss, place: string | undefined): Failed => ({
    ref: place === undefined ? ref : { ...ref, path: path + place + miss.path },
    message: missMessage(miss, about),
  });
  const peers = misses.peerFits
    ? []
    : misses.peers.map(({ at: i, miss }) => failed(miss, peerPath(rule.peers[i])));
  const ports = misses.portFits
    ? []
    : misses.ports.map(({ at: i, miss }) => failed(miss, portPath(rule.ports[i])));
  const isElsewhere = !fits && misses.peerFits && misses.portFits;
  return {
    ref,
    policy: policyKey(policy),
    admits: fits,
    peers: isElsewhere ? [{ ref, message: policyMessage('miss.self', { who: self.id }) }] : peers,
    ports,
    turned: rule.of !== undefined && rule.of !== direction,
  };
}
