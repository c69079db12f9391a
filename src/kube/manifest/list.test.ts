import { expect, test } from 'vitest';
import { dropManagedFields, sliceList } from './list.ts';

test('the items of kubectl output become documents, dedented', () => {
  const list =
    'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Pod\nkind: List\nmetadata:\n  resourceVersion: ""\n';
  expect(sliceList(list)).toEqual([
    'apiVersion: v1\nkind: Node\nmetadata:\n  name: a',
    'apiVersion: v1\nkind: Pod',
  ]);
});

test('PodList and indented items are sliced as well', () => {
  expect(sliceList('kind: PodList\nitems:\n  - kind: Pod\n    a: 1\n  -\n    kind: Pod\n    a: 2\n')).toEqual(
    ['kind: Pod\na: 1', 'kind: Pod\na: 2'],
  );
});

test('comments stay with what they stand above', () => {
  const list =
    '# head\nkind: List\nitems:\n# first\n- a: 1 # one\n  # inside\n  b: 2\n\n# second\n- a: 2\n# tail\n';
  expect(sliceList(list)).toEqual(['# head\n# first\na: 1 # one\n# inside\nb: 2', '# second\na: 2\n# tail']);
});

test('a dash inside a literal block is no item', () => {
  const [only] = sliceList('kind: List\nitems:\n- text: |\n    - not an item\n\n    end\n  b: 1\n') ?? [];
  expect(only).toBe('text: |\n  - not an item\n\n  end\nb: 1');
});

test('an object, an empty List and a List in flow style are not sliced', () => {
  expect(sliceList('kind: Pod\nmetadata:\n  name: a\n')).toBeUndefined();
  expect(sliceList('kind: List\nitems: []\n')).toBeUndefined();
  expect(sliceList('{kind: List, items: [{a: 1}]}')).toBeUndefined();
});

test('a List whose indentation makes no sense is left to the parser', () => {
  expect(sliceList('kind: List\nitems:\n  - a: 1\n - a: 2\n')).toBeUndefined();
});

test('managedFields go with all their lines and nothing else does', () => {
  const pod =
    'kind: Pod\nmetadata:\n  labels:\n    managedFields: no\n  managedFields:\n  - manager: kubelet\n    fieldsV1:\n      f:status: {}\n\n  - manager: x\n  name: a\nspec:\n  managedFields:\n  - kept\n';
  expect(dropManagedFields(pod)).toBe(
    'kind: Pod\nmetadata:\n  labels:\n    managedFields: no\n  name: a\nspec:\n  managedFields:\n  - kept\n',
  );
});

test('managedFields as the last key end where the next top-level key begins', () => {
  expect(dropManagedFields('metadata:\n  name: a\n  managedFields:\n    - manager: x\nspec: {}\n')).toBe(
    'metadata:\n  name: a\nspec: {}\n',
  );
});
