/** What a NetworkPolicy probably does not mean, and what to do about it. */
import type { Sentences } from '../dictionary.ts';

export type LintSentences = Pick<Sentences, Extract<keyof Sentences, `lint.${string}`>>;

export const lint: LintSentences = {
  'lint.ignored-rules': ({ direction }) =>
    `These ${direction} rules do nothing: policyTypes does not list ${direction === 'egress' ? 'Egress' : 'Ingress'}. Add it there (${direction}), or delete the rules.`,
  'lint.empty-egress': () =>
    'An empty egress list denies nothing here: without policyTypes, Egress counts only when there is a rule. To deny everything, write policyTypes: [Ingress, Egress].',
  'lint.no-pods': ({ namespace }) => `Namespace ${namespace} has no pods, so this selects nobody so far.`,
  'lint.selects-nothing': ({ selector, namespace }) =>
    `No pod of namespace ${namespace} has ${selector}, so this policy does nothing.`,
  'lint.selects-nothing.nearest': ({ selector, namespace, nearest }) =>
    `No pod of namespace ${namespace} has ${selector}, so this policy does nothing. Did you mean ${nearest}?`,
  'lint.anything': ({ direction }) =>
    direction === 'ingress'
      ? 'An empty rule lets in everybody at every port (ingress), also from outside the cluster.'
      : 'An empty rule lets out everything at every port (egress), also out of the cluster.',
  'lint.lone-dash': () =>
    'Two items: pods that fit either of them are meant. Without this dash both selectors would have to fit.',
  'lint.every-pod': () => 'Every pod of every namespace is meant, and nobody from outside the cluster.',
  'lint.peer-nobody': ({ selector }) => `No pod fits ${selector}, so this item lets nobody through.`,
  'lint.peer-nobody.nearest': ({ selector, nearest }) =>
    `No pod fits ${selector}, so this item lets nobody through. Did you mean ${nearest}?`,
  'lint.ipv6-block': ({ cidr }) => `${cidr} is IPv6. This board has IPv4 only, so nobody is in this block.`,
  'lint.cluster-ip': ({ cidr }) =>
    `${cidr} is for ClusterIPs. A policy never sees those: kube-proxy has put the pod's address in their place before. Select the pods instead.`,
  'lint.snat': ({ client, service }) =>
    `Through ${service} the client ${client} can arrive with a node's address: a node without an endpoint masquerades it. externalTrafficPolicy: Local keeps it.`,
  'lint.port-name': ({ name, protocol }) =>
    `None of the destinations has a ${protocol} port named ${name}, so this entry opens nothing.`,
  'lint.port-name.nearest': ({ name, protocol, nearest }) =>
    `None of the destinations has a ${protocol} port named ${name}, so this entry opens nothing. Did you mean ${nearest}?`,
  'lint.port-name.kube-router': ({ name }) =>
    `kube-router writes a rule for pods without ports when none of its names (${name}) is found: then every port is open to them.`,
  'lint.service-port': ({ service, port, target }) =>
    `${port} is the port of Service ${service}. The policy sees the pod's own port, after kube-proxy: write ${target}.`,
  'lint.no-dns': ({ pod }) =>
    `Egress of ${pod} does not reach the cluster's DNS (UDP 53), so every name will fail. Add a rule for pods labelled k8s-app=kube-dns at UDP and TCP 53.`,
};
