/** NetworkPolicies to try, on one small cluster: the situations of the classic write-ups, each with what it expects. */
import allowDns from './gallery/policy/allow-dns.yaml?raw';
import base from './gallery/policy/base.yaml?raw';
import denyAll from './gallery/policy/deny-all.yaml?raw';
import dnsObjects from './gallery/policy/dns-objects.yaml?raw';
import nodePort from './gallery/policy/node-port.yaml?raw';
import onePort from './gallery/policy/one-port.yaml?raw';
import or from './gallery/policy/or.yaml?raw';
import ownNamespace from './gallery/policy/own-namespace.yaml?raw';
import { patched, withBoard } from './derive.ts';

export type PolicyBoardId =
  | 'policy-or'
  | 'policy-and'
  | 'policy-deny-all'
  | 'policy-own-namespace'
  | 'policy-one-port'
  | 'policy-allow-dns'
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

export const policyBoards: readonly { readonly id: PolicyBoardId; readonly text: string }[] = [
  { id: 'policy-or', text: withBoard(base, or) },
  { id: 'policy-and', text: withBoard(base, and) },
  { id: 'policy-deny-all', text: withBoard(base, denyAll) },
  { id: 'policy-own-namespace', text: withBoard(base, ownNamespace) },
  { id: 'policy-one-port', text: withBoard(base, onePort) },
  { id: 'policy-allow-dns', text: withBoard(policyBaseWithDns, allowDns) },
  { id: 'policy-node-port', text: withBoard(base, nodePort) },
];
