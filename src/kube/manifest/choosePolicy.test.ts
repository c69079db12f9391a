import { expect, test } from 'vitest';
import { choosePolicy } from './choosePolicy.ts';

const service = (name: string, ...spec: readonly string[]): string =>
  ['apiVersion: v1', 'kind: Service', `metadata: { name: ${name}, namespace: shop }`, 'spec:', ...spec].join(
    '\n',
  );
const choose = (text: string, policy: 'Cluster' | 'Local' = 'Local'): string | undefined =>
  choosePolicy(text, { namespace: 'shop', name: 'web', policy });

test('the field of that Service is replaced, and the rest stays byte for byte', () => {
  const other = service('api', '  externalTrafficPolicy: Cluster');
  const web = service('web', '  type: NodePort', '  externalTrafficPolicy: Cluster # as ever');
  expect(choose(`${other}\n---\n${web}\n`)).toBe(
    `${other}\n---\n${web.replace('Cluster # as ever', 'Local # as ever')}\n`,
  );
});

test('a Service that does not say its policy gets the field', () => {
  expect(choose(service('web', '  type: NodePort'))).toBe(
    service('web', '  externalTrafficPolicy: Local', '  type: NodePort'),
  );
});

test('without a namespace it is one of the namespace default', () => {
  const text = 'kind: Service\nmetadata: { name: web }\nspec: { type: NodePort }';
  expect(choose(text)).toBeUndefined();
  expect(choosePolicy(text, { namespace: 'default', name: 'web', policy: 'Local' })).toContain(
    'externalTrafficPolicy: Local',
  );
});

test('a text without that Service cannot be written into', () => {
  expect(choose(service('api', '  type: NodePort'))).toBeUndefined();
});
