/** NetworkPolicies to try, on one small cluster: the situations of the classic write-ups, each with what it expects. */
import allNamespaces from './gallery/policy/all-namespaces.yaml?raw';
import allowDns from './gallery/policy/allow-dns.yaml?raw';
import base from './gallery/policy/base.yaml?raw';
import denyAll from './gallery/policy/deny-all.yaml?raw';
import dnsObjects from './gallery/policy/dns-objects.yaml?raw';
import fromOutside from './gallery/policy/from-outside.yaml?raw';
import insideOnly from './gallery/policy/inside-only.yaml?raw';
import namespaceEgress from './gallery/policy/namespace-egress.yaml?raw';
import noEgress from './gallery/policy/no-egress.yaml?raw';
import nodePort from './gallery/policy/node-port.yaml?raw';
import oneNamespace from './gallery/policy/one-namespace.yaml?raw';
import oneOpen from './gallery/policy/one-open.yaml?raw';
import onePort from './gallery/policy/one-port.yaml?raw';
import or from './gallery/policy/or.yaml?raw';
import ownApp from './gallery/policy/own-app.yaml?raw';
import ownNamespace from './gallery/policy/own-namespace.yaml?raw';
import { patched, withBoard } from './derive.ts';

export type PolicyBoardId =
  | 'policy-or'
  | 'policy-and'
  | 'policy-deny-all'
  | 'policy-one-open'
  | 'policy-own-namespace'
  | 'policy-own-app'
  | 'policy-one-namespace'
  | 'policy-all-namespaces'
  | 'policy-one-port'
  | 'policy-from-outside'
  | 'policy-no-egress'
  | 'policy-namespace-egress'
  | 'policy-allow-dns'
  | 'policy-inside-only'
  | 'policy-node-port';

export const policyBase = base;
export const policyBaseWithDns = `${base.trimEnd()}\n---\n${dnsObjects}`;

/** One character less: both selectors in one item. */
const and = patched(or, [
  {
    find: `# Two items: either will do. The second is a podSelector alone, so it looks in the policy's own namespace, default.
# Put the cursor into the line of the second dash and press the button below the text: without it one item asks for both.
`,
    replace: `# One item: both must fit, pods with this label in namespaces with that one. A dash before podSelector would make two items of it,
# of which either will do.
`,
  },
  { find: '    - podSelector:', replace: '      podSelector:' },
  { find: 'name: policy-or', replace: 'name: policy-and' },
  {
    find: '{ from: pod/alice/batch, to: "pod/default/web:8080", protocol: tcp, result: connected }',
    replace: '{ from: pod/alice/batch, to: "pod/default/web:8080", protocol: tcp, result: refused }',
  },
  {
    find: '{ from: pod/default/client, to: "pod/default/web:8080", protocol: tcp, result: connected }',
    replace: `{ from: pod/default/client, to: "pod/default/web:8080", protocol: tcp, result: refused }
  - { from: pod/alice/client, to: "pod/default/web:8080", protocol: tcp, result: connected }`,
  },
]);

/** Two of the clients carry the label of web, one of them in another namespace. */
const labelled = patched(
  base,
  ['default', 'alice'].map((namespace) => ({
    find: `  name: client\n  namespace: ${namespace}\n  labels:\n`,
    replace: `  name: client\n  namespace: ${namespace}\n  labels:\n    app: web\n`,
  })),
);

export const policyBoards: readonly { readonly id: PolicyBoardId; readonly text: string }[] = [
  { id: 'policy-or', text: withBoard(base, or) },
  { id: 'policy-and', text: withBoard(base, and) },
  { id: 'policy-deny-all', text: withBoard(base, denyAll) },
  { id: 'policy-one-open', text: withBoard(base, oneOpen) },
  { id: 'policy-own-namespace', text: withBoard(base, ownNamespace) },
  { id: 'policy-own-app', text: withBoard(labelled, ownApp) },
  { id: 'policy-one-namespace', text: withBoard(base, oneNamespace) },
  { id: 'policy-all-namespaces', text: withBoard(base, allNamespaces) },
  { id: 'policy-one-port', text: withBoard(base, onePort) },
  { id: 'policy-from-outside', text: withBoard(base, fromOutside) },
  { id: 'policy-no-egress', text: withBoard(policyBaseWithDns, noEgress) },
  { id: 'policy-namespace-egress', text: withBoard(policyBaseWithDns, namespaceEgress) },
  { id: 'policy-allow-dns', text: withBoard(policyBaseWithDns, allowDns) },
  { id: 'policy-inside-only', text: withBoard(policyBaseWithDns, insideOnly) },
  { id: 'policy-node-port', text: withBoard(base, nodePort) },
];
