import { describe, expect, it, test } from 'vitest';
import { board, node, NODE1, NODE2, paramsOf, pod, read, said, stream } from './manifest.testing.ts';
import { createReader } from './reader.ts';

test('a healthy text says nothing and lists its documents', () => {
  const result = read(NODE1, NODE2, pod('web', { on: 'node1', ip: '10.244.1.2' }));
  expect(said(result)).toEqual([]);
  expect(result.changed).toBe(false);
  expect(result.documents.map(({ id, kind, line }) => ({ id, kind, line }))).toEqual([
    { id: 'Node//node1', kind: 'Node', line: 1 },
    { id: 'Node//node2', kind: 'Node', line: 14 },
    { id: 'Pod/shop/web', kind: 'Pod', line: 27 },
  ]);
  for (const { from, to } of result.documents)
    expect(result.text.slice(from, to)).toMatch(/^apiVersion: v1\n/);
});

test('an empty text asks for the output of kubectl', () => {
  expect(said(read(''))).toEqual(['error manifest.empty at 1:1 ""']);
  expect(paramsOf(read('# nothing'), 'manifest.empty')).toEqual({
    command:
      'kubectl get nodes,namespaces,pods,services,endpointslices,networkpolicies,configmaps -A -o yaml',
  });
});

test.each([
  ['prose', 'hello world, this is no cluster', 'string'],
  ['a number', '42', 'number'],
  ['a list', '- a\n- b', 'array'],
])('what is YAML and no object is refused: %s', (_, text, found) => {
  expect(paramsOf(read(text), 'manifest.not-an-object')).toMatchObject({ document: '#1', found });
});

test('YAML without a kind is refused at its first word', () => {
  expect(said(read(NODE1, 'metadata:\n  name: x'))).toEqual(['error manifest.no-kind at 14:1 "metadata:"']);
});

test('YAML that is no cluster asks for nodes', () => {
  const result = read(pod('web', { on: 'node1' }));
  expect(said(result)).toEqual(['error cluster.no-nodes at 2:7 "Pod"']);
  expect(result.cluster).toBeUndefined();
});

test('a broken document is told in the line of the whole text, with its id', () => {
  const result = read(NODE1, 'kind: Pod\nmetadata:\n  name: web\n  namespace: shop\n  labels: a: b');
  expect(said(result)).toEqual(['error manifest.syntax at 18:12 ":"']);
  expect(result.diagnostics[0]).toMatchObject({
    document: 'Pod/shop/web',
    upstream: 'bad indentation of a mapping entry',
  });
  expect(result.cluster).toBeUndefined();
});

test('two documents with one id: the second is an error that names the line of the first', () => {
  const result = read(NODE1, pod('web', { on: 'node1' }), pod('web', { on: 'node1' }));
  expect(said(result)).toEqual(['error manifest.duplicate-document at 25:9 "web"']);
  expect(paramsOf(result, 'manifest.duplicate-document')).toEqual({ document: 'Pod/shop/web', line: 14 });
});

test('kinds that are not simulated yet are kept and counted once', () => {
  const job = (name: string) => `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${name}`;
  const result = read(
    NODE1,
    job('a'),
    job('b'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}',
  );
  expect(said(result)).toEqual([
    'info manifest.unsupported-kind at 15:7 "Job"',
    'info manifest.unsupported-kind at 25:7 "Deployment"',
  ]);
  expect(result.cluster).toBeDefined();
  expect(result.diagnostics[0]?.message.params).toEqual({ kind: 'Job', count: 2 });
});

test("another group's Node is no node", () => {
  const result = read(
    NODE1,
    'apiVersion: longhorn.io/v1beta2\nkind: Node\nmetadata: {name: node1, namespace: longhorn}',
  );
  expect(result.diagnostics.map(({ message }) => message.id)).toEqual(['manifest.unsupported-kind']);
});

test('more than 48 MB is not looked at and not changed', () => {
  const text = 'a'.repeat(48 * 1024 * 1024 + 1);
  const result = createReader().read(text);
  expect(result).toMatchObject({ text, changed: false, documents: [], cluster: undefined });
  expect(paramsOf(result, 'manifest.too-big')).toEqual({ megabytes: 49, limit: 48 });
});

describe('JSON, which kubectl prints 2.5 times as long', () => {
  const MB = 1024 * 1024;
  const NODE = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node1' },
    spec: { podCIDR: '10.244.1.0/24' },
  };
  const padded = (json: string, megabytes: number): string => `${' '.repeat(megabytes * MB)}${json}`;

  it('may have more than 48 MB, when what comes of it has not', () => {
    const result = createReader().read(`{"kind": "List", "items": [${padded(JSON.stringify(NODE), 50)}]}`);
    expect(result.documents.map(({ id }) => id)).toEqual(['Node//node1']);
  });

  it('that is broken is not given to the parser of YAML when it is so long', () => {
    const result = createReader().read(`{"kind": "List", ${padded('oops', 50)}`);
    expect(paramsOf(result, 'manifest.too-big')).toEqual({ megabytes: 51, limit: 48 });
  });

  it('has its own limit', () => {
    const result = createReader().read(`{${padded('}', 120)}`);
    expect(result.changed).toBe(false);
    expect(paramsOf(result, 'manifest.too-big')).toEqual({ megabytes: 121, limit: 120 });
  });
});

test('more than 20,000 documents are not read', () => {
  const result = createReader().read('a: 1\n---\n'.repeat(20_001));
  expect(paramsOf(result, 'manifest.too-many-documents')).toEqual({ count: 20_001, limit: 20_000 });
});

test('a key __proto__ is a warning, and the board stands', () => {
  const result = read(NODE1, pod('web', { on: 'node1', spec: ['__proto__: { hostNetwork: true }'] }));
  expect(said(result)).toEqual(['warning manifest.proto-key at 21:3 "__proto__"']);
  expect(result.cluster?.pods[0]?.hostNetwork).toBe(false);
});

test('beyond 200 diagnostics there is a count, and errors come first', () => {
  const pods = Array.from({ length: 300 }, (_, i) => pod(`job-${i}`, { on: 'node1', phase: 'Succeeded' }));
  const result = read(NODE1, ...pods, node('node9', { ip: [] }));
  expect(result.diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  const calm = read(NODE1, ...pods);
  expect(calm.diagnostics).toHaveLength(201);
  expect(paramsOf(calm, 'manifest.more')).toEqual({ count: 100 });
});

test('a List is read at the places of the text it becomes', () => {
  const indent = (text: string) => `- ${text.split('\n').join('\n  ')}`;
  const list = [
    'apiVersion: v1',
    'items:',
    indent(NODE1),
    indent(pod('web', { on: 'nowhere' })),
    'kind: List',
  ].join('\n');
  const result = createReader().read(list);
  expect(result.text).toBe(stream(NODE1, pod('web', { on: 'nowhere' })).trimEnd());
  expect(said(result)).toEqual(['warning cluster.pod-unknown-node at 20:13 "nowhere"']);
});

test('an edit that moves documents moves their diagnostics with them', () => {
  const reader = createReader();
  const before = reader.read(stream(NODE1, pod('web', { on: 'nowhere' })));
  const after = reader.read(`# one\n# two\n${before.text}`);
  expect(said(before)).toEqual(['warning cluster.pod-unknown-node at 20:13 "nowhere"']);
  expect(said(after)).toEqual(['warning cluster.pod-unknown-node at 22:13 "nowhere"']);
});

test('a reader that has read before gives the same result as a new one', () => {
  const texts = [
    stream(NODE1, NODE2, pod('web', { on: 'node1' })),
    stream(NODE1, NODE2, pod('web', { on: 'node2' }), board('segmants: []')),
    stream(NODE1, 'broken: [', pod('web', { on: 'node2' })),
    'hello\n---\nworld\n',
    stream('hello', NODE2, NODE1, pod('web', { on: 'node2' })),
    stream(NODE2, NODE1, pod('web', { on: 'node2' })),
  ];
  const reader = createReader();
  for (const text of texts) expect(reader.read(text)).toEqual(createReader().read(text));
});

test('progress counts documents and ends with all of them', () => {
  const calls: [number, number][] = [];
  const pods = Array.from({ length: 120 }, (_, i) => pod(`p-${i}`, { on: 'node1' }));
  createReader().read(stream(NODE1, ...pods), (done, total) => calls.push([done, total]));
  expect(calls).toEqual([
    [0, 121],
    [50, 121],
    [100, 121],
    [121, 121],
  ]);
});

test('a document without an id is called by its number in the text that results', () => {
  const list = 'kind: List\nitems:\n- kind: A\n- kind: B\n- x: 1\n---\ny: 1\n';
  const { diagnostics } = createReader().read(list);
  const numbers = diagnostics.flatMap(({ message }) =>
    message.id === 'manifest.no-kind' ? [message.params] : [],
  );
  expect(numbers).toEqual([{ document: '#3' }, { document: '#4' }]);
});
