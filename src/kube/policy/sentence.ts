/** A policy and its rules as what is said of them: who is selected, what is isolated, who is let in or out, in messages. */
import { policyMessage, type PeerWords, type PolicyMessage } from '../../lib/policyMessages.ts';
import { printCidr } from '../../wire/address.ts';
import {
  DIRECTIONS,
  type LabelSelector,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
} from './networkPolicy.ts';

/** What is said, and the field that says it. */
export interface Sentence {
  readonly path: string;
  readonly message: PolicyMessage;
}

/** The requirements of a selector as kubectl's -l writes them; none: it selects everything. */
export function requirementsOf({ matchLabels, matchExpressions }: LabelSelector): readonly string[] {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => {
      switch (operator) {
        case 'In':
          return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`;
        case 'NotIn':
          return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(', ')})`;
        case 'Exists':
          return key;
        case 'DoesNotExist':
          return `!${key}`;
      }
    }),
  ];
}

export function peerWords(peer: Peer, namespace: string): PeerWords {
  if (peer.kind === 'ipBlock') return { kind: 'block', cidr: peer.text, except: peer.except.map(printCidr) };
  const { podSelector, namespaceSelector } = peer;
  return {
    kind: 'pods',
    pods: podSelector ? requirementsOf(podSelector) : [],
    ...(namespaceSelector ? { namespaces: requirementsOf(namespaceSelector) } : {}),
    namespace,
  };
}

/** `TCP 80`, `UDP 53-59`, `TCP http`, `SCTP`. */
export function portWords({ protocol, port, endPort }: PolicyPort): string {
  if (port === undefined) return protocol;
  return `${protocol} ${port}${endPort === undefined ? '' : `-${endPort}`}`;
}

/** The policy in sentences, in the order of its fields. */
export function sentencesOf(policy: NetworkPolicy): readonly Sentence[] {
  const { namespace, podSelector, isolates } = policy;
  const directions = DIRECTIONS.filter((direction) => isolates[direction]);
  const pods = requirementsOf(podSelector).join(', ');
  const sentences: Sentence[] = [
    { path: 'spec.podSelector', message: policyMessage('policy.selects', { pods, namespace }) },
    {
      path: policy.typesWritten ? 'spec.policyTypes' : 'spec',
      message: policyMessage('policy.isolates', { directions }),
    },
  ];
  for (const direction of DIRECTIONS) {
    const rules = policy[direction];
    if (!isolates[direction]) {
      if (rules.length > 0)
        sentences.push({
          path: `spec.${direction}`,
          message: policyMessage('policy.ignored', { direction }),
        });
      continue;
    }
    if (rules.length === 0)
      sentences.push({ path: `spec.${direction}`, message: policyMessage('policy.no-rules', { direction }) });
    rules.forEach(({ peers, ports }, i) => {
      const words = {
        direction,
        peers: peers.map((peer) => peerWords(peer, namespace)),
        ports: ports.map(portWords),
      };
      sentences.push({ path: `spec.${direction}[${i}]`, message: policyMessage('policy.rule', words) });
    });
  }
  return sentences;
}
