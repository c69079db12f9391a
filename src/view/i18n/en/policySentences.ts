/** What is said of NetworkPolicies; loaded with what shows them. Names of pods stand as on the command line, without `pod/`. */
import type { PeerWords, PolicyMessageId, PolicyMessageParams } from '../../../lib/policyMessages.ts';

export type PolicySentences = {
  readonly [K in PolicyMessageId]: (params: PolicyMessageParams[K]) => string;
};

const WHOSE = { pod: 'pod', namespace: 'namespace' } as const;

function who(id: string): string {
  return id.replace(/^pod\//, '');
}

function list(words: readonly string[], and: string): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${and} ${last}`;
}

function peer(words: PeerWords): string {
  if (words.kind === 'block')
    return words.except.length === 0
      ? `addresses in ${words.cidr}`
      : `addresses in ${words.cidr}, but not in ${list(words.except, 'or')}`;
  const { pods, namespaces, namespace } = words;
  const labelled = pods.length === 0 ? 'every pod' : `pods labelled ${list(pods, 'and')}`;
  if (namespaces === undefined) return `${labelled} in namespace ${namespace}`;
  if (namespaces.length === 0) return `${labelled} in every namespace`;
  return `${labelled} in namespaces labelled ${list(namespaces, 'and')}`;
}

export const policySentences: PolicySentences = {
  'miss.label': ({ whose, of, wanted, has }) => `${WHOSE[whose]} ${who(of)} has ${has}, not ${wanted}`,
  'miss.label.none': ({ whose, of, wanted, key }) =>
    `${WHOSE[whose]} ${who(of)} has no label ${key}, and ${wanted} is wanted`,
  'miss.namespace': ({ wanted, is }) =>
    `a podSelector alone looks in the policy's own namespace ${wanted}, and this pod is in ${is}`,
  'miss.no-pod': ({ who: id }) => `${who(id)} is no pod, and selectors find pods only`,
  'miss.no-address': ({ who: id }) => `${who(id)} has no address yet`,
  'miss.cidr': ({ cidr, ip }) => `${ip} is not in ${cidr}`,
  'miss.except': ({ cidr, ip }) => `${ip} is in ${cidr}, which is excepted`,
  'miss.ipv6': ({ text }) => `${text} is IPv6, and nobody here is`,
  'miss.protocol': ({ wanted, is }) => `the protocol is ${is}, not ${wanted}`,
  'miss.port': ({ wanted, is }) => `the port is ${is}, not ${wanted}`,
  'miss.port-name': ({ name, who: id, is }) => `${who(id)} has no port named ${name}, so ${is} is not it`,
  'miss.port-name.other': ({ name, who: id, numbers, is }) =>
    `the port named ${name} is ${numbers} on ${who(id)}, not ${is}`,
  'miss.self': ({ who: id }) =>
    `kube-router asks this rule on the way of the other direction too, and it does not fit ${who(id)}`,

  'side.open': ({ who: id, direction }) =>
    `No policy isolates ${who(id)} for ${direction}: everything passes.`,
  'side.no-pod': ({ who: id }) => `${who(id)} is no pod with an address of its own: no policy selects it.`,
  'side.admitted': ({ who: id, direction, policy }) =>
    `${policy} admits this for the ${direction} of ${who(id)}.`,
  'side.denied': ({ who: id, direction, policies }) =>
    `${who(id)} is isolated for ${direction} by ${list(policies, 'and')}, and no rule of ${policies.length === 1 ? 'it' : 'theirs'} admits this.`,
  'side.denied.no-rules': ({ who: id, direction, policies }) =>
    `${who(id)} is isolated for ${direction} by ${list(policies, 'and')}, which ${policies.length === 1 ? 'has' : 'have'} no rules: nothing is admitted.`,
  'exempt.loopback': ({ who: id }) => `${who(id)} talks to itself: that never leaves its namespace.`,
  'exempt.own-node': ({ pod, node }) => `${who(node)} is the node of ${who(pod)}: that is always allowed.`,

  'edit.add-port': ({ policy, rule, port }) => `Add ${port} to ${rule} of ${policy}`,
  'edit.add-peer': ({ policy, rule, peer: added }) => `Add ${added} to ${rule} of ${policy}`,
  'edit.add-rule': ({ policy, direction, peer: added, port }) =>
    `Add a rule to ${policy}: ${direction} ${direction === 'ingress' ? 'from' : 'to'} ${added} at ${port}`,
  'edit.label-pod': ({ pod, label }) => `Give pod ${pod} the label ${label}`,
  'edit.label-namespace': ({ namespace, label }) => `Give namespace ${namespace} the label ${label}`,

  'policy.selects': ({ pods, namespace }) =>
    pods === ''
      ? `It selects every pod of namespace ${namespace}.`
      : `It selects pods labelled ${pods} in namespace ${namespace}.`,
  'policy.isolates': ({ directions }) => {
    const [only] = directions;
    if (only === undefined) return 'It isolates in no direction, so it does nothing.';
    if (directions.length === 2) return 'Into them and out of them passes only what a rule admits.';
    return only === 'ingress'
      ? 'Into them passes only what a rule admits; out of them, everything that no other policy holds.'
      : 'Out of them passes only what a rule admits; into them, everything that no other policy holds.';
  },
  'policy.rule': ({ direction, peers, ports }) => {
    const way = direction === 'ingress' ? 'In, from' : 'Out, to';
    const whom =
      peers.length === 0 ? (direction === 'ingress' ? 'anybody' : 'anywhere') : peers.map(peer).join(' OR ');
    const at = ports.length === 0 ? 'at every port' : `at ${list(ports, 'or')}`;
    return `${way} ${whom}, ${at}.`;
  },
  'policy.no-rules': ({ direction }) => (direction === 'ingress' ? 'Nothing comes in.' : 'Nothing goes out.'),
  'policy.ignored': ({ direction }) => `The ${direction} rules do nothing: policyTypes does not list them.`,
};
