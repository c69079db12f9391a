import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import type { Cluster } from '../cluster.ts';
import { readBoard } from './board.testing.ts';
import { editsFor } from './edits.ts';
import type { Connection } from './match.ts';
import { subjectsOf } from './reach.ts';
import { whyInputOf, whyOf, type RuleWhy } from './why.ts';

const ALLOW_API = `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }] }`;
const DENY_ALL = '{ podSelector: {}, policyTypes: [Ingress] }';

function connection(cluster: Cluster, from: string, to: string, port = 5432): Connection {
  const find = (id: string) =>
    must(
      subjectsOf(cluster).find((subject) => subject.id === id),
      id,
    );
  return { from: find(from), to: find(to), protocol: 'TCP', port };
}

const [WEB, API, DB, MONITOR] = ['pod/shop/web', 'pod/shop/api', 'pod/shop/db', 'pod/ops/monitor'];

function why(cluster: Cluster, from: string, to: string, port?: number) {
  return whyOf(whyInputOf(cluster), connection(cluster, from, to, port));
}

const ids = ({ peers, ports }: RuleWhy) =>
  [...peers, ...ports].map(({ message, ref }) => `${message.id} ${ref.path}`);

describe('why not', () => {
  it('names everybody who isolates the pod, and the first condition of each rule that does not hold', () => {
    const [egress, ingress] = why(readBoard(ALLOW_API, DENY_ALL), WEB, DB).sides;
    expect(egress?.state).toBe('open');
    expect(ingress?.state).toBe('denied');
    expect(ingress?.message).toEqual({
      id: 'side.denied',
      params: { who: DB, direction: 'ingress', policies: ['shop/p0', 'shop/p1'] },
    });
    expect(ingress?.rules.map(ids)).toEqual([
      ['miss.label spec.ingress[0].from[0].podSelector.matchLabels.app'],
    ]);
  });

  it('tells a port that does not fit from a peer', () => {
    const [, ingress] = why(readBoard(ALLOW_API), API, DB, 80).sides;
    expect(ingress?.rules.map(ids)).toEqual([['miss.port spec.ingress[0].ports[0].port']]);
  });

  it('says that no rule is there where a policy has none', () => {
    expect(why(readBoard(DENY_ALL), WEB, DB).sides[1]?.message.id).toBe('side.denied.no-rules');
  });

  it('says which policy lets a connection in', () => {
    const { allowed, sides } = why(readBoard(DENY_ALL, ALLOW_API), API, DB);
    expect(allowed).toBe(true);
    expect(sides[1]?.message).toEqual({
      id: 'side.admitted',
      params: { who: DB, direction: 'ingress', policy: 'shop/p1' },
    });
  });

  it('says that a pod’s own node is never kept out', () => {
    expect(why(readBoard(DENY_ALL), 'node/node2', DB).sides.map(({ state }) => state)).toEqual([
      'exempt',
      'exempt',
    ]);
  });

  it('says where kube-router lets a rule of the other direction decide', () => {
    const both = '{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}] }';
    const { allowed, sides } = why(readBoard(both), WEB, DB);
    expect(allowed).toBe(true);
    expect(sides[0]?.rules).toMatchObject([{ admits: true, turned: true, ref: { path: 'spec.ingress[0]' } }]);
  });
});

describe('the smallest edits', () => {
  const told = (cluster: Cluster, from: string, to: string, port?: number) =>
    editsFor(cluster, connection(cluster, from, to, port)).map(({ changes, alsoOpens }) => [
      changes.map(({ message }) => message.id).join(' + '),
      alsoOpens,
    ]);

  it('add the source to a rule, but never make it somebody else', () => {
    expect(told(readBoard(ALLOW_API), WEB, DB)).toEqual([
      ['edit.add-peer', 0],
      ['edit.add-rule', 0],
    ]);
  });

  it('give the source a label that a rule asks for', () => {
    const reader = ALLOW_API.replace('app: api', 'role: reader');
    expect(told(readBoard(reader), WEB, DB)[0]).toEqual(['edit.label-pod', 0]);
  });

  it('add a port where only that is missing, and count whom else it lets in', () => {
    const wide = `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] }`;
    expect(told(readBoard(wide), API, DB, 80)[0]).toEqual(['edit.add-port', 1]);
  });

  it('name the namespace where the source is in another', () => {
    const cluster = readBoard(DENY_ALL);
    const [edit] = editsFor(cluster, connection(cluster, MONITOR, DB));
    expect(edit?.changes[0]?.yaml).toBe(
      [
        '- from:',
        '  - namespaceSelector:',
        '      matchLabels:',
        '        kubernetes.io/metadata.name: ops',
        '    podSelector:',
        '      matchLabels:',
        '        app: "monitor"',
        '  ports:',
        '  - port: 5432',
      ].join('\n'),
    );
  });

  it('change both sides where both deny', () => {
    const out = '{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }';
    expect(told(readBoard(ALLOW_API, out), WEB, DB)[0]).toEqual(['edit.add-rule + edit.add-peer', 0]);
  });

  it('are none where the connection is allowed', () => {
    expect(told(readBoard(), WEB, DB)).toEqual([]);
  });
});
