import { describe, expect, it } from 'vitest';
import { ipv4 } from '../../wire/address.ts';
import { judge, type Connection } from './match.ts';
import type { NetworkPolicy, Protocol } from './networkPolicy.ts';
import { policies } from './policies.testing.ts';
import type { Subject } from './subject.ts';

const NAMESPACES = new Map([
  ['shop', { 'kubernetes.io/metadata.name': 'shop' }],
  ['ops', { 'kubernetes.io/metadata.name': 'ops', team: 'ops' }],
]);

function pod(id: string, labels: Record<string, string>, node = 'node1'): Subject {
  const [namespace = '', name = ''] = id.split('/');
  const ports = [{ port: 8080, protocol: 'TCP' as const, name: 'http' }];
  const ip = ipv4(node === 'node1' ? '10.244.1.2' : '10.244.2.2');
  return { id: `pod/${id}`, pod: { namespace, name, labels, ports }, ip, node, isNode: false };
}

const web = pod('shop/web', { app: 'web' });
const db = pod('shop/db', { app: 'db' }, 'node2');
const monitor = pod('ops/monitor', { app: 'monitor' }, 'node2');
const node1: Subject = { id: 'node/node1', ip: ipv4('192.168.0.11'), node: 'node1', isNode: true };
const node2: Subject = { id: 'node/node2', ip: ipv4('192.168.0.12'), node: 'node2', isNode: true };
const internet: Subject = { id: 'client/internet', ip: ipv4('203.0.113.50'), isNode: false };

type Port = readonly [port: number, protocol: Protocol];

function verdicts(
  list: readonly NetworkPolicy[],
  from: Subject,
  to: Subject,
  [port, protocol]: Port = [8080, 'TCP'],
) {
  const connection: Connection = { from, to, protocol, port };
  return judge({ policies: list, namespaces: NAMESPACES }, connection);
}
const allows = (list: readonly NetworkPolicy[], from: Subject, to: Subject, port: Port = [8080, 'TCP']) =>
  verdicts(list, from, to, port).allowed;

const intoDb = (rules: string): readonly NetworkPolicy[] =>
  policies(`{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: ${rules} }`);

describe('what is isolated', () => {
  it('is nobody without a policy', () => {
    expect(allows([], internet, db)).toBe(true);
  });

  it('is ingress and not egress where a policy without policyTypes has no egress rule', () => {
    const list = policies('{ podSelector: {} }');
    expect(verdicts(list, internet, db).ingress).toBe(false);
    expect(verdicts(list, db, internet).egress).toBe(true);
  });

  it('is ingress too where a policy without policyTypes has egress rules only', () => {
    const list = policies('{ podSelector: {}, egress: [{}] }');
    expect(verdicts(list, internet, db)).toEqual({ ingress: false, egress: true, allowed: false });
  });

  it('is egress only where policyTypes says so, and ingress rules beside it do nothing', () => {
    const list = policies(
      '{ podSelector: {}, policyTypes: [Egress], ingress: [{ from: [{ podSelector: {} }] }] }',
    );
    expect(verdicts(list, internet, db).ingress).toBe(true);
    expect(verdicts(list, db, internet).egress).toBe(false);
  });

  it('is never a hostNetwork pod, which is its node', () => {
    expect(allows(policies('{ podSelector: {} }'), internet, node1)).toBe(true);
  });
});

describe('empty and missing', () => {
  it('from: [] is anybody, also from outside', () => {
    expect(allows(intoDb('[{ from: [] }]'), internet, db)).toBe(true);
  });

  it('ingress: [] is nobody, as is a missing one', () => {
    expect(allows(intoDb('[]'), web, db)).toBe(false);
  });

  it('an empty namespaceSelector is every pod and nobody from outside', () => {
    const list = intoDb('[{ from: [{ namespaceSelector: {} }] }]');
    expect(allows(list, monitor, db)).toBe(true);
    expect(allows(list, internet, db)).toBe(false);
  });

  it('an empty podSelector of a peer is the policy’s own namespace', () => {
    const list = intoDb('[{ from: [{ podSelector: {} }] }]');
    expect(allows(list, web, db)).toBe(true);
    expect(allows(list, monitor, db)).toBe(false);
  });

  it('ports: [] is every port of every protocol', () => {
    expect(allows(intoDb('[{ ports: [] }]'), web, db, [9, 'SCTP'])).toBe(true);
  });
});

describe('peers', () => {
  it('both selectors in one item must hold; in two items either will do', () => {
    const and =
      '[{ from: [{ namespaceSelector: { matchLabels: { team: ops } }, podSelector: { matchLabels: { app: web } } }] }]';
    const or =
      '[{ from: [{ namespaceSelector: { matchLabels: { team: ops } } }, { podSelector: { matchLabels: { app: web } } }] }]';
    expect([allows(intoDb(and), web, db), allows(intoDb(and), monitor, db)]).toEqual([false, false]);
    expect([allows(intoDb(or), web, db), allows(intoDb(or), monitor, db)]).toEqual([true, true]);
  });

  it('except limits its own block only', () => {
    const list = intoDb(
      '[{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.244.1.0/24] } }, { ipBlock: { cidr: 10.244.1.2/32 } }] }]',
    );
    expect(allows(list, web, db)).toBe(true);
  });

  it('a block finds a hostNetwork pod of another node by its address, selectors do not', () => {
    expect(allows(intoDb('[{ from: [{ ipBlock: { cidr: 192.168.0.11/32 } }] }]'), node1, db)).toBe(true);
    expect(allows(intoDb('[{ from: [{ namespaceSelector: {} }] }]'), node1, db)).toBe(false);
  });

  it('an IPv6 block finds nobody', () => {
    expect(allows(intoDb("[{ from: [{ ipBlock: { cidr: '::/0' } }] }]"), web, db)).toBe(false);
  });
});

describe('ports', () => {
  it('default to TCP', () => {
    const list = intoDb('[{ ports: [{ port: 8080 }] }]');
    expect([allows(list, web, db), allows(list, web, db, [8080, 'UDP'])]).toEqual([true, false]);
  });

  it('a range holds both its ends', () => {
    const list = intoDb('[{ ports: [{ port: 80, endPort: 82 }] }]');
    expect([79, 80, 82, 83].map((port) => allows(list, web, db, [port, 'TCP']))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('a name is looked up on the destination, with its protocol', () => {
    const out = policies('{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: http }] }] }');
    expect([allows(out, web, db), allows(out, web, db, [80, 'TCP'])]).toEqual([true, false]);
    expect(allows(out, web, internet)).toBe(false);
    const udp = policies(
      '{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: http, protocol: UDP }] }] }',
    );
    expect(allows(udp, web, db, [8080, 'UDP'])).toBe(false);
  });

  it('of one protocol isolate the others', () => {
    expect(allows(intoDb('[{ ports: [{ protocol: SCTP }] }]'), web, db)).toBe(false);
  });
});

describe('nobody is asked', () => {
  const deny = policies('{ podSelector: {}, policyTypes: [Ingress, Egress] }');
  it('when a pod talks to itself', () => {
    expect(allows(deny, web, web)).toBe(true);
  });

  it('between a pod and its own node, whatever the node’s address', () => {
    expect([allows(deny, node1, web), allows(deny, web, node1)]).toEqual([true, true]);
    expect([allows(deny, node2, web), allows(deny, web, node2)]).toEqual([false, false]);
  });
});
