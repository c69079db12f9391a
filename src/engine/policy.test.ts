import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { boardText } from '../kube/policy/board.testing.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { policyBoards } from '../scenario/policyBoards.ts';
import { Engine } from './engine.ts';
import { CELL, type MatrixAnswer } from './protocol.ts';

const API_AT_5432 =
  '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }';

function opened(...specs: readonly string[]): Engine {
  const engine = new Engine();
  engine.handle('open', { text: boardText(...specs), revision: 1 });
  return engine;
}

const END = Number.MAX_SAFE_INTEGER;

function cell({ subjects, cells }: MatrixAnswer, from: string, to: string): number {
  const index = (id: string) => subjects.findIndex((subject) => subject.id === id);
  return cells[index(from) * subjects.length + index(to)] ?? 0;
}

describe('the matrix of a board', () => {
  it('is about the first port that a rule names', () => {
    const matrix = opened(API_AT_5432).handle('matrix', { atSeq: END });
    expect(matrix.ports[matrix.chosen]).toEqual({
      ranges: ['TCP 5432'],
      protocol: 'TCP',
      port: 5432,
      isRest: false,
    });
    expect(cell(matrix, 'pod/shop/api', 'pod/shop/db') & CELL.allowed).toBe(CELL.allowed);
    expect(cell(matrix, 'pod/shop/web', 'pod/shop/db') & CELL.allowed).toBe(0);
    expect(matrix.controller).toBe('kube-router');
  });

  it('tells what an edit opened and closed', () => {
    const engine = opened(API_AT_5432);
    expect(engine.handle('matrix', { atSeq: END }).diff).toBeUndefined();
    engine.handle('apply', { text: boardText(API_AT_5432.replace('app: api', 'app: web')), revision: 2 });
    const { diff } = engine.handle('matrix', { atSeq: END });
    expect(diff).toMatchObject({ opened: 1, closed: 1 });
    expect(engine.handle('matrix', { atSeq: END, port: { protocol: 'UDP', port: 53 } }).diff).toEqual(diff);
  });

  it('has the same edition until policies or pods change', () => {
    const engine = opened(API_AT_5432);
    const edition = () => engine.handle('matrix', { atSeq: END }).edition;
    const first = edition();
    expect(engine.handle('matrix', { atSeq: END, port: { protocol: 'UDP', port: 53 } }).edition).toBe(first);
    engine.handle('apply', { text: boardText('{ podSelector: {} }'), revision: 2 });
    expect(edition()).not.toBe(first);
  });

  it('says what made a pod: its Deployment, whose ReplicaSet it names', () => {
    const owned = (hash: string) =>
      boardText().replace(
        'labels: { app: web }',
        `labels: { app: web, pod-template-hash: ${hash} }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4f, uid: u, controller: true }]`,
      );
    const workload = (text: string) => {
      const engine = new Engine();
      engine.handle('open', { text, revision: 1 });
      const { subjects } = engine.handle('matrix', { atSeq: END });
      return subjects.find(({ id }) => id === 'pod/shop/web')?.workload;
    };
    expect([workload(owned('5d4f')), workload(owned('other')), workload(boardText())]).toEqual([
      'Deployment/web',
      'ReplicaSet/web-5d4f',
      undefined,
    ]);
  });

  it('is that of the playhead', () => {
    const engine = opened(API_AT_5432);
    const before = engine.handle('send', { from: 'pod/shop/api', to: 'pod/shop/db:5432', protocol: 'tcp' });
    const atSeq = 'recording' in before ? before.recording.keptEntries : 0;
    engine.handle('apply', { text: boardText('{ podSelector: {} }'), revision: 2 });
    const [then, now] = [atSeq, END].map((seq) =>
      cell(
        engine.handle('matrix', { atSeq: seq, port: { protocol: 'TCP', port: 5432 } }),
        'pod/shop/api',
        'pod/shop/db',
      ),
    );
    expect([(then ?? 0) & CELL.allowed, (now ?? 0) & CELL.allowed]).toEqual([CELL.allowed, 0]);
  });

  it('shows everybody to everybody where nobody enforces', () => {
    const engine = new Engine();
    const board = 'apiVersion: flannelboard.dev/v1\nkind: Board\nspec: { policyController: none }';
    engine.handle('open', { text: `${boardText('{ podSelector: {} }')}\n---\n${board}`, revision: 1 });
    const matrix = engine.handle('matrix', { atSeq: END });
    expect(matrix.controller).toBe('none');
    expect(matrix.cells.every((bits) => (bits & CELL.allowed) !== 0)).toBe(true);
  });
});

describe('the matrix of a text that is about to be applied', () => {
  const edited = boardText(API_AT_5432.replace('app: api', 'app: web'));

  it('is what it will be, and the edit is told once', () => {
    const engine = opened(API_AT_5432, '{ podSelector: { matchLabels: { app: web } } }');
    const next = boardText(
      API_AT_5432.replace('app: api', 'app: web'),
      '{ podSelector: { matchLabels: { app: web } } }',
    );
    const first = engine.handle('matrix', { atSeq: END });
    const preview = must(engine.handle('previewMatrix', { text: next }).matrix, 'a preview');
    expect(preview.diff).toMatchObject({ opened: 1, closed: 1 });
    expect(preview.edition).toBe(first.edition + 1);
    engine.handle('apply', { text: next, revision: 2 });
    expect(engine.handle('matrix', { atSeq: END })).toEqual(preview);
  });

  it('leaves board and rules as they are', () => {
    const engine = opened(API_AT_5432);
    engine.handle('previewMatrix', { text: edited });
    const sent = engine.handle('send', { from: 'pod/shop/web', to: 'pod/shop/db:5432', protocol: 'tcp' });
    expect(sent.status === 'sent' && sent.recording.exchanges[0]?.result).toBe('refused');
  });

  it('was never, where the text is refused after all', () => {
    const engine = opened(API_AT_5432);
    const first = engine.handle('matrix', { atSeq: END });
    engine.handle('previewMatrix', { text: edited });
    engine.handle('apply', { text: `${edited}\n---\nkind: [`, revision: 2 });
    expect(engine.handle('matrix', { atSeq: END })).toEqual(first);
  });

  it('is not there where more than one policy is edited, or what is no policy, or one is refused', () => {
    const engine = opened(API_AT_5432);
    const previewed = (text: string) => engine.handle('previewMatrix', { text }).matrix;
    expect(previewed(edited)).toBeDefined();
    expect(previewed(boardText(API_AT_5432))).toBeUndefined();
    expect(previewed(boardText(API_AT_5432, '{ podSelector: {} }'))).toBeUndefined();
    expect(previewed(edited.replace('app: db', 'app: data'))).toBeUndefined();
    expect(previewed(boardText(API_AT_5432.replace('port: 5432', 'port: 0')))).toBeUndefined();
    expect(previewed(boardText(API_AT_5432).replace('name: p0', 'name: p9'))).toBeUndefined();
  });
});

describe('why', () => {
  it('has the rule that refuses and those that lead to the policies, where they stand', () => {
    const engine = opened(API_AT_5432);
    const question = {
      atSeq: END,
      from: 'pod/shop/web',
      to: 'pod/shop/db',
      protocol: 'TCP',
      port: 5432,
    } as const;
    engine.handle('send', { from: 'pod/shop/web', to: 'pod/shop/db:5432', protocol: 'tcp' });
    const why = must(engine.handle('policyWhy', question).why, 'an answer');
    expect(why.allowed).toBe(false);
    expect(why.rules).toMatchObject([
      { ns: 'node2', table: 'filter', policy: 'shop/p0', packets: 1 },
      { ns: 'node2', table: 'filter', packets: 1 },
    ]);
    expect(why.rules[1]?.text).toMatch(/--mark 0x10000\/0x10000 -j REJECT/);
    expect(why.edits.length).toBeGreaterThan(0);
  });

  it('has no answer about somebody who is not there', () => {
    const question = {
      atSeq: END,
      from: 'pod/shop/nobody',
      to: 'pod/shop/db',
      protocol: 'TCP',
      port: 1,
    } as const;
    expect(opened().handle('policyWhy', question)).toEqual({});
  });
});

describe('a policy under the cursor', () => {
  const document = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
  - from:
    - podSelector: { matchLabels: { app: api } }
`;
  const at = (word: string) =>
    opened().handle('policyAt', { atSeq: END, text: document, offset: document.indexOf(word) });

  it('is told in sentences, each with its field', () => {
    expect(at('podSelector').sentences.map(({ path, message }) => `${message.id} ${path}`)).toEqual([
      'policy.selects spec.podSelector',
      'policy.isolates spec',
      'policy.rule spec.ingress[0]',
    ]);
  });

  it('lights the pods that the selector there means', () => {
    expect(at('podSelector').lit).toEqual(['pod/shop/db']);
    expect(at('- podSelector').lit).toEqual(['pod/shop/api']);
    expect(at('metadata').lit).toBeUndefined();
  });

  it('is nothing in a document of another kind', () => {
    expect(opened().handle('policyAt', { atSeq: END, text: 'kind: Pod\n', offset: 0 }).sentences).toEqual([]);
  });
});

it('a field of an object is found in its document', () => {
  const text = 'kind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { a: b } }\n';
  const { from, to } = opened().handle('locate', { text, path: 'spec.podSelector.matchLabels.a' });
  expect(text.slice(from, to)).toBe('b');
});

describe('an edit', () => {
  const DENY_DB = '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }';

  /** The recording of a connection from api to db. */
  function sentThrough(engine: Engine) {
    const result = engine.handle('send', { from: 'pod/shop/api', to: 'pod/shop/db:5432', protocol: 'tcp' });
    if (result.status !== 'sent') throw new Error('not sent');
    return decodeColumns(EMPTY_RECORDING, result.recording);
  }

  it('meets a packet in flight where it is then', () => {
    const engine = opened(API_AT_5432);
    const sent = sentThrough(engine);
    const { entries } = sent;
    const onTheWire = entries.findIndex(
      (entry) => entry.kind === 'tx' && entry.ns === 'node1' && entry.dev === 'eth0',
    );
    const result = engine.handle('apply', { text: boardText(DENY_DB), revision: 2, atSeq: onTheWire + 1 });
    const recording = result.status === 'committed' ? decodeColumns(sent, result.recording) : undefined;
    expect(recording?.exchanges[0]?.result).toBe('refused');
  });

  it('that the API server would refuse leaves board and matrix as they are', () => {
    const engine = opened(API_AT_5432);
    const before = engine.handle('matrix', { atSeq: END });
    const wrong = API_AT_5432.replace('port: 5432', 'port: 5432, endPort: 80');
    const result = engine.handle('apply', { text: boardText(wrong), revision: 2 });
    expect(result).toMatchObject({
      status: 'rejected',
      diagnostics: [
        {
          severity: 'error',
          upstream:
            'spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`',
        },
      ],
    });
    expect(engine.handle('matrix', { atSeq: END }).cells).toEqual(before.cells);
  });
});

describe('a suggested edit, written into the text,', () => {
  it.each(policyBoards)('opens the cell it was suggested for, on $id', ({ text }) => {
    const engine = new Engine();
    engine.handle('open', { text, revision: 1 });
    const matrix = engine.handle('matrix', { atSeq: END });
    const port = must(matrix.ports[matrix.chosen], 'ports');
    const pods = matrix.subjects.filter(({ kind }) => kind === 'pod');
    const shut = pods.flatMap((from) =>
      pods.flatMap((to) =>
        cell(matrix, from.id, to.id) & CELL.allowed ? [] : [{ from: from.id, to: to.id }],
      ),
    );
    // one of each destination: the others are told the same kinds of edits
    for (const { from, to } of shut.filter(
      ({ to: end }, i) => shut.findIndex((one) => one.to === end) === i,
    )) {
      const asked = { from, to, protocol: port.protocol, port: port.port, atSeq: END };
      const edits = engine.handle('policyWhy', asked).why?.edits ?? [];
      expect(edits.length).toBeGreaterThan(0);
      for (const { changes } of edits) {
        const written = engine.handle('applyEdit', { text, changes }).text ?? '';
        const other = new Engine();
        expect(other.handle('open', { text: written, revision: 1 }).status).toBe('committed');
        expect(other.handle('policyWhy', asked).why?.allowed, written).toBe(true);
      }
    }
  });
});
