import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NODE1, read, said } from './manifest.testing.ts';

const policy = (...spec: readonly string[]): string =>
  [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata: {name: p, namespace: default}',
    'spec:',
  ]
    .concat(spec.map((line) => `  ${line}`))
    .join('\n');

/** What the API server answers to a spec: its words, and the text they are said of. */
function refusals(...spec: readonly string[]): readonly string[] {
  const result = read(NODE1, policy(...spec));
  return result.diagnostics.flatMap(({ severity, upstream, range }) =>
    severity === 'error' ? [`${upstream ?? ''} <- ${result.text.slice(range.from, range.to)}`] : [],
  );
}

const rule = (ports: string): readonly string[] => ['podSelector: {}', `ingress: [{ports: [${ports}]}]`];
const peer = (text: string): readonly string[] => ['podSelector: {}', `ingress: [{from: [${text}]}]`];

describe('what the API server refuses is told in its words at its place', () => {
  const cases: readonly (readonly [what: string, spec: readonly string[], expected: readonly string[]])[] = [
    ['an empty peer', peer('{}'), ['spec.ingress[0].from[0]: Required value: must specify a peer <- {']],
    [
      'an ipBlock beside a selector',
      peer('{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}'),
      ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer <- {'],
    ],
    [
      'a range that ends before it begins',
      rule('{port: 90, endPort: 80}'),
      ['spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port` <- 80'],
    ],
    [
      'a range from a name',
      rule('{port: web, endPort: 80}'),
      [
        'spec.ingress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is non-numeric <- 80',
      ],
    ],
    [
      'a range from nothing',
      rule('{endPort: 80}'),
      [
        'spec.ingress[0].ports[0].endPort: Invalid value: 80: may not be specified when `port` is not specified <- 80',
      ],
    ],
    [
      'port 0',
      rule('{port: 0}'),
      ['spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive <- 0'],
    ],
    [
      'a protocol of another layer',
      rule('{protocol: HTTP, port: 80}'),
      [
        'spec.ingress[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP" <- HTTP',
      ],
    ],
    [
      'a port name',
      rule('{port: Web--}'),
      [
        'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'must not contain consecutive hyphens',
        'must not begin or end with a hyphen',
      ].map((text) => `spec.ingress[0].ports[0].port: Invalid value: "Web--": ${text} <- Web--`),
    ],
    [
      'an unknown policyType',
      ['podSelector: {}', 'policyTypes: [Inbound]'],
      ['spec.policyTypes[0]: Unsupported value: "Inbound": supported values: "Egress", "Ingress" <- Inbound'],
    ],
    [
      'an ipBlock without cidr',
      peer('{ipBlock: {}}'),
      ['spec.ingress[0].from[0].ipBlock.cidr: Required value <- ipBlock'],
    ],
    [
      'a cidr that is none',
      peer('{ipBlock: {cidr: 10.0.0.1}}'),
      [
        'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) <- 10.0.0.1',
      ],
    ],
    [
      'an except that is not inside',
      peer('{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/16, 10.1.0.0/16]}}'),
      [
        'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr` <- 10.0.0.0/8',
        'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr` <- 11.0.0.0/16',
      ],
    ],
    [
      'In without values',
      ['podSelector: {matchExpressions: [{key: app, operator: In}]}'],
      [
        "spec.podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn' <- {",
      ],
    ],
    [
      'Exists with values',
      ['podSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}'],
      [
        "spec.podSelector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist' <- values",
      ],
    ],
    [
      'an operator of another language',
      ['podSelector: {matchExpressions: [{key: app, operator: Gt, values: [a]}]}'],
      [
        'spec.podSelector.matchExpressions[0].operator: Invalid value: "Gt": not a valid selector operator <- Gt',
      ],
    ],
    [
      'a field that is not there',
      ['podSelector: {}', 'ingress: [{form: [{podSelector: {}}]}]'],
      ['strict decoding error: unknown field "spec.ingress[0].form" <- form'],
    ],
  ];
  test.each(cases)('%s', (_what, spec, expected) => {
    expect(refusals(...spec)).toEqual(expected);
  });

  test('three policyTypes are one refusal', () => {
    expect(refusals('podSelector: {}', 'policyTypes: [Ingress, Egress, Ingress]')).toEqual([
      'spec.policyTypes: Invalid value: []networking.PolicyType{"Ingress", "Egress", "Ingress"}: may not specify more than two policyTypes <- policyTypes',
    ]);
  });

  test('a label value that no label can have', () => {
    expect(refusals('podSelector: {matchLabels: {app: "-x"}}')).toHaveLength(1);
  });
});

test('a refused policy is no board: the last one stays', () => {
  expect(read(NODE1, policy(...peer('{}'))).cluster).toBeUndefined();
});

const TRUTH = '../shared/data/netpol/k8s-validation.json';

interface Truth {
  readonly cases: readonly { readonly id: string; readonly ports: unknown; readonly accepted: boolean }[];
}

test.skipIf(!existsSync(TRUTH))(
  "the e2e suite's validation cases are answered as by the API server (needs ../shared/data)",
  () => {
    const { cases } = JSON.parse(readFileSync(TRUTH, 'utf8')) as Truth;
    const wrong = cases.filter(({ ports, accepted }) => {
      const spec = ['podSelector: {}', `egress: [{ports: ${JSON.stringify(ports)}}]`];
      return (refusals(...spec).length === 0) !== accepted;
    });
    expect(wrong).toEqual([]);
    expect(cases).toHaveLength(5);
  },
);

test('what is left out gets the defaults of the API server', () => {
  const of = (...spec: readonly string[]) => read(NODE1, policy(...spec)).cluster?.policies[0];
  expect(of('podSelector: {}')?.isolates).toEqual({ ingress: true, egress: false });
  expect(of('podSelector: {}', 'egress: []')?.isolates).toEqual({ ingress: true, egress: false });
  expect(of('podSelector: {}', 'egress: [{}]')?.isolates).toEqual({ ingress: true, egress: true });
  expect(of('podSelector: {}', 'policyTypes: []', 'egress: [{}]')?.isolates).toEqual({
    ingress: true,
    egress: true,
  });
  expect(of('podSelector: {}', 'policyTypes: [Egress]')?.isolates).toEqual({ ingress: false, egress: true });
  expect(of('podSelector: null', 'ingress: [{ports: [{port: 80}]}]')?.ingress).toEqual([
    { peers: [], ports: [{ protocol: 'TCP', port: 80 }] },
  ]);
});

test('a namespace has its labels and its name as one, with or without a document', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}';
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: alone}\nspec: {nodeName: node1}';
  const { cluster } = read(NODE1, namespace, pod);
  expect(cluster?.namespaces.filter(({ name }) => name === 'shop' || name === 'alone')).toEqual([
    { name: 'alone', labels: { 'kubernetes.io/metadata.name': 'alone' } },
    { name: 'shop', labels: { team: 'a', 'kubernetes.io/metadata.name': 'shop' } },
  ]);
});

test('a policy in a namespace that is not there is kept and said', () => {
  const result = read(NODE1, policy('podSelector: {}').replace('namespace: default', 'namespace: nowhere'));
  expect(result.cluster?.policies).toHaveLength(1);
  expect(said(result)).toEqual(['warning cluster.policy-no-namespace at 16:32 "nowhere"']);
});

test('policies of other APIs are said once and kept', () => {
  const other = (apiVersion: string, kind: string, name: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {}`;
  const result = read(
    NODE1,
    other('cilium.io/v2', 'CiliumNetworkPolicy', 'a'),
    other('cilium.io/v2', 'CiliumNetworkPolicy', 'b'),
    other('projectcalico.org/v3', 'NetworkPolicy', 'c'),
    other('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', 'd'),
    other('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'e'),
  );
  expect(result.cluster?.policies).toEqual([]);
  expect(
    result.diagnostics.flatMap(({ message }) =>
      message.id === 'manifest.unsupported-policy' ? [message.params] : [],
    ),
  ).toEqual([
    { kind: 'CiliumNetworkPolicy', count: 2 },
    { kind: 'NetworkPolicy (projectcalico.org)', count: 1 },
    { kind: 'AdminNetworkPolicy', count: 1 },
    { kind: 'ClusterNetworkPolicy', count: 1 },
  ]);
});
