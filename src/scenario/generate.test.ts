import { expect, test } from 'vitest';
import { createReader } from '../kube/manifest/reader.ts';
import { generateDump } from './generate.ts';

test('the same options give the same text, another seed another one', () => {
  const options = { nodes: 3, pods: 12, seed: 7, style: 'list', managedFields: true } as const;
  expect(generateDump(options)).toBe(generateDump(options));
  expect(generateDump({ ...options, seed: 8 })).not.toBe(generateDump(options));
});

test.each([
  [3, 12],
  [50, 500],
  [300, 600],
])('a cluster of %i nodes and %i pods opens without a word', (nodes, pods) => {
  const result = createReader().read(
    generateDump({ nodes, pods, seed: 1, style: 'list', managedFields: false }),
  );
  expect(result.diagnostics).toEqual([]);
  expect(result.cluster?.nodes).toHaveLength(nodes);
  expect(result.cluster?.pods).toHaveLength(pods);
  expect(result.documents).toHaveLength(nodes + pods);
});

test('list and stream are the same documents, and managedFields leave no trace', () => {
  const options = { nodes: 2, pods: 5, seed: 3, managedFields: false } as const;
  const stream = generateDump({ ...options, style: 'stream' });
  const list = createReader().read(generateDump({ ...options, style: 'list' }));
  const managed = createReader().read(generateDump({ ...options, style: 'list', managedFields: true }));
  expect(list.text.trimEnd()).toBe(stream.trimEnd());
  expect(managed.text).toBe(list.text);
  expect(createReader().read(stream)).toMatchObject({ changed: false, cluster: list.cluster });
});

test('a dump as JSON is the same cluster', () => {
  const list = createReader().read(
    generateDump({ nodes: 2, pods: 5, seed: 3, style: 'list', managedFields: false }),
  );
  const ids = list.documents.map(({ id }) => id);
  const items = list.cluster?.nodes.map(({ name }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
  }));
  const json = createReader().read(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  expect(json.documents.map(({ id }) => id)).toEqual(ids.slice(0, 2));
});

test('a 5 MB dump is read with progress in between, and an edit of it is seen', () => {
  const text = generateDump({ nodes: 100, pods: 1250, seed: 1, style: 'list', managedFields: false });
  expect(text.length).toBeGreaterThan(4.9e6);
  const reader = createReader();
  const steps: number[] = [];
  const first = reader.read(text, (done) => steps.push(done));
  expect(Math.max(...steps.slice(1).map((done, i) => done - (steps[i] ?? 0)))).toBeLessThanOrEqual(100);
  const second = reader.read(first.text.replace('containerPort: 8080', 'containerPort: 8081'));
  expect(second.cluster?.pods[0]?.ports[0]?.port).toBe(8081);
});
