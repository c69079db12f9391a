import { expect, test } from 'vitest';
import { normalise } from './normalise.ts';

const LIST = `apiVersion: v1
items:
- apiVersion: v1
  kind: Node
  metadata:
    managedFields:
    - manager: kubelet
      operation: Update
    name: node1
  spec:
    podCIDR: "10.244.1.0/24" # quoted on purpose
- apiVersion: v1
  kind: Pod
  metadata: {name: web, namespace: shop}
kind: List
metadata:
  resourceVersion: ""
`;

const SPLIT = `apiVersion: v1
kind: Node
metadata:
  name: node1
spec:
  podCIDR: "10.244.1.0/24" # quoted on purpose
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
`;

test('a List becomes one document per item, as it was written', () => {
  expect(normalise(LIST)).toEqual({ text: SPLIT, changed: true });
});

test('a normal text is left as it is, byte for byte', () => {
  expect(normalise(SPLIT)).toEqual({ text: SPLIT, changed: false });
  const odd = '\n\n# nothing\n---\n\nkind:   Pod   \n...\n\n';
  expect(normalise(odd)).toEqual({ text: odd, changed: false });
});

test('normalising twice changes nothing more', () => {
  expect(normalise(normalise(LIST).text).changed).toBe(false);
});

test('what stands around a List stays', () => {
  const text = `kind: A\n---\n# the dump\n${LIST}---\nkind: B\n`;
  expect(normalise(text).text).toBe(`kind: A\n---\n# the dump\n${SPLIT}---\nkind: B\n`);
});

test('JSON becomes YAML, one document per item', () => {
  const json = JSON.stringify({
    kind: 'List',
    items: [
      {
        kind: 'Node',
        metadata: { name: 'node1', managedFields: [{}] },
        spec: { podCIDRs: ['10.244.1.0/24'] },
      },
      { kind: 'Pod', metadata: { labels: { version: '1', on: 'yes' } } },
    ],
  });
  const yaml = `kind: Node
metadata:
  name: node1
spec:
  podCIDRs:
  - 10.244.1.0/24
---
kind: Pod
metadata:
  labels:
    version: "1"
    on: "yes"`;
  const { text } = normalise(json);
  expect(text.replaceAll('"on"', 'on')).toBe(yaml);
});

test('one object of JSON becomes YAML too, and a List in flow style its items', () => {
  expect(normalise('{"kind": "Pod", "metadata": {"name": "web"}}\n').text).toBe(
    'kind: Pod\nmetadata:\n  name: web\n',
  );
  expect(normalise('--- {kind: List, items: [{kind: A}, {kind: B}]}\n').text).toBe(
    '--- \nkind: A\n---\nkind: B\n',
  );
});

test('managedFields in flow style go as well', () => {
  expect(normalise('kind: Pod\nmetadata: {name: web, managedFields: [{manager: x}]}\n').text).toBe(
    'kind: Pod\nmetadata:\n  name: web\n',
  );
});

test('items that share anchors are read as one List and printed apart', () => {
  const text = 'kind: List\nitems:\n- kind: A\n  labels: &l {app: web}\n- kind: B\n  labels: *l\n';
  expect(normalise(text).text).toBe('kind: A\nlabels:\n  app: web\n---\nkind: B\nlabels:\n  app: web\n');
});

test('a broken List stays as it was typed', () => {
  const text = 'kind: List\nitems:\n- kind: A\n  b: [1\n- kind: B\n';
  expect(normalise(text)).toEqual({ text, changed: false });
});

test('an empty List stays', () => {
  const text = 'apiVersion: v1\nitems: []\nkind: List\n';
  expect(normalise(text)).toEqual({ text, changed: false });
});

test('CRLF is normalised, so offsets are those of the editor', () => {
  expect(normalise('kind: A\r\n---\r\nkind: B\r\n')).toEqual({
    text: 'kind: A\n---\nkind: B\n',
    changed: true,
  });
});

test('a JSON depth bomb stays text', () => {
  const text = `{"kind": "Pod", "a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(normalise(text)).toEqual({ text, changed: false });
});

test('a line of an item that would be a marker in a document is not cut there', () => {
  const text = 'kind: List\nitems:\n- kind: A\n  note:\n  ...\n- kind: B\n';
  const { text: normal } = normalise(text);
  expect(normalise(normal)).toEqual({ text: normal, changed: false });
});
