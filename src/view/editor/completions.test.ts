import { expect, it } from 'vitest';
import type { ClusterWords } from '../../engine/protocol.ts';
import { offersAt } from './completions.ts';

const WORDS: ClusterWords = {
  labels: { app: ['db', 'web'], tier: ['front'] },
  namespaceLabels: { team: ['blue'] },
  namespaces: ['ops', 'shop'],
  ports: ['80', '5432', 'http'],
};

const HEAD = 'kind: NetworkPolicy\nmetadata:\n  name: p\nspec:\n';

/** `|` is the cursor. */
function offers(text: string, head = HEAD): readonly string[] {
  const whole = head + text;
  const offset = whole.indexOf('|');
  return offersAt(whole.replace('|', ''), offset, WORDS)?.options ?? [];
}

it.each([
  ['  |', ['podSelector:', 'policyTypes:', 'ingress:', 'egress:']],
  ['  podSelector:\n    |', ['matchLabels:', 'matchExpressions:']],
  ['  podSelector:\n    matchLabels:\n      |', ['app: ', 'tier: ']],
  ['  podSelector:\n    matchLabels:\n      app: |', ['db', 'web']],
  ['  policyTypes:\n  - |', ['Ingress', 'Egress']],
  ['  ingress:\n  - |', ['from:', 'ports:']],
  ['  ingress:\n  - from:\n    - |', ['podSelector:', 'namespaceSelector:', 'ipBlock:']],
  [
    '  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          |',
    ['kubernetes.io/metadata.name: ', 'team: '],
  ],
  ['  ingress:\n  - from:\n    - podSelector: {}\n    ports:\n    - port: |', ['80', '5432', 'http']],
  ['  ingress:\n  - ports:\n    - port: 80\n      endPort: |', ['80', '5432']],
  ['  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          team: |', ['blue']],
  ['  podSelector:\n    matchExpressions:\n    - key: |', ['app', 'tier']],
  [
    '  podSelector:\n    matchExpressions:\n    - key: app\n      operator: In\n      values:\n      - |',
    ['db', 'web'],
  ],
  [
    '  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: |',
    ['ops', 'shop'],
  ],
  ['  ingress:\n  - ports:\n    - protocol: |', ['TCP', 'UDP', 'SCTP']],
])('at %j the API and the cluster offer %j', (text, expected) => {
  expect(offers(text)).toEqual(expected);
});

it('the namespace of a policy is one of the cluster', () => {
  expect(offers('  namespace: |', 'kind: NetworkPolicy\nmetadata:\n')).toEqual(['ops', 'shop']);
});

it('other documents are left alone', () => {
  expect(offers('  |', 'kind: Pod\nspec:\n')).toEqual([]);
});
