import { expect, it } from 'vitest';
import { addToObjects, editObject } from './editObject.ts';

const POD = `kind: Pod
metadata:
  name: client
  namespace: bob # his
  labels: { role: client }
`;
const NAMESPACE = 'kind: Namespace\nmetadata: { name: bob }\n';
const TEXT = `${NAMESPACE}---\n${POD}`;

it('a field of one object is written, and other documents stay byte for byte', () => {
  const pod = { kind: 'Pod', namespace: 'bob', name: 'client' };
  expect(editObject(TEXT, pod, { path: ['metadata', 'labels', 'role'], value: 'server' })).toBe(
    TEXT.replace('role: client', 'role: server'),
  );
  expect(editObject(TEXT, { ...pod, namespace: 'alice' }, { path: ['metadata'], value: {} })).toBeUndefined();
});

it('labels are added to those that are there, and to an object that has none', () => {
  const labels = (kind: string, namespace: string, name: string) => ({
    ref: { kind, namespace, name, path: 'metadata.labels' },
    yaml: 'user: alice',
  });
  expect(addToObjects(TEXT, [labels('Pod', 'bob', 'client'), labels('Namespace', '', 'bob')])).toBe(
    TEXT.replace('role: client }', 'role: client, user: alice }').replace(
      'name: bob }',
      'name: bob, labels: { user: alice } }',
    ),
  );
});

it('a namespace that no document speaks of gets one', () => {
  const ref = { kind: 'Namespace', namespace: '', name: 'bob', path: 'metadata.labels' };
  expect(addToObjects(POD, [{ ref, yaml: 'user: alice' }])).toBe(
    `${POD}---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: bob\n  labels:\n    user: alice\n`,
  );
});

it('items are added to a list that is not there yet', () => {
  const ref = { kind: 'NetworkPolicy', namespace: 'bob', name: 'deny', path: 'spec.ingress' };
  const text =
    'kind: NetworkPolicy\nmetadata: { name: deny, namespace: bob }\nspec:\n  podSelector: {} # all\n';
  expect(addToObjects(text, [{ ref, yaml: '- from:\n  - podSelector: {}' }])).toBe(
    `${text}  ingress:\n  - from:\n    - podSelector: {}\n`,
  );
});
