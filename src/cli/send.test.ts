import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { board, NODE1, NODE2, pod, service, stream } from '../kube/manifest/manifest.testing.ts';
import { traceJson } from '../trace/json.ts';
import { Run } from '../engine/run.ts';
import { sendOn, type SendValues } from './send.ts';
import { tableLines } from './tables.ts';
import { traceLines } from './trace.ts';
import { InputError, Usage } from './words.ts';

const web = (n: number, on: string, ip: string): string =>
  pod(`web-${n}`, { on, ip }).replace('namespace: shop', 'namespace: shop\n  labels: { app: web }');

const TEXT = stream(
  NODE1,
  NODE2,
  ...[2, 3, 4].map((n) => web(n, 'node1', `10.244.1.${n}`)),
  pod('cart', { on: 'node2', ip: '10.244.2.2' }),
  service(
    'web',
    'type: NodePort',
    'clusterIP: 10.96.0.20',
    'selector: { app: web }',
    'ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]',
  ),
  board('clients: [{ name: client, ip: 203.0.113.50 }]'),
);
const cluster = must(createReader().read(TEXT).cluster, 'cluster');

const values = (more: Partial<SendValues>): SendValues => ({
  from: 'pod/shop/cart',
  to: 'svc/shop/web:80',
  proto: 'tcp',
  df: false,
  'no-df': false,
  ...more,
});

describe('--to svc/NAMESPACE/NAME, --pick SVC=ENDPOINT', () => {
  it.each(['web-2', 'web-3', 'web-4'])('the connection goes to the endpoint that was picked: %s', (name) => {
    const sent = sendOn(cluster, values({ pick: [`shop/web=pod/shop/${name}`] }));
    const { conntrack, result } = traceJson(sent.recording);
    expect(result).toBe('connected');
    const ip = `10.244.1.${name.slice(-1)}`;
    expect(conntrack['node2']?.filter(({ orig }) => orig.dst === '10.96.0.20')).toEqual([
      expect.objectContaining({ reply: expect.objectContaining({ src: ip, sport: 8080 }) as unknown }),
    ]);
  });

  it('a NodePort is a port of a node', () => {
    const sent = sendOn(
      cluster,
      values({ from: 'client/client', to: 'node/node2:30080', pick: ['shop/web=10.244.1.3'] }),
    );
    expect(traceLines(sent.recording)).toContainEqual(
      expect.stringMatching(/^ {2}DNAT 192\.168\.0\.12:30080 -> 10\.244\.1\.3:8080$/),
    );
  });

  it('says what is wrong with the words, and what is not on the board', () => {
    expect(() => sendOn(cluster, values({ pick: ['web'] }))).toThrow(Usage);
    expect(() => sendOn(cluster, values({ pick: ['shop/web=pod/shop/cart'] }))).toThrow(InputError);
    expect(() => sendOn(cluster, values({ to: 'svc/shop/wob:80' }))).toThrow(InputError);
    expect(() => sendOn(cluster, values({ to: 'node/node1' }))).toThrow(Usage);
    expect(() => sendOn(cluster, values({ sport: 'high' }))).toThrow('--sport wants a number, not "high"');
  });
});

describe('tables --ns', () => {
  const { world } = new Run(cluster);

  it('prints the rules of a node as iptables-save does, behind the tables of iproute2', () => {
    const lines = tableLines(world, 'node1');
    expect(lines.filter((line) => line.startsWith('# '))).toEqual([
      '# ip link',
      '# ip addr',
      '# ip route',
      '# ip neigh',
      '# bridge fdb',
      '# iptables-save',
      '# ipset save',
      '# conntrack -L',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^-A KUBE-SERVICES -d 10\.96\.0\.20\/32 -p tcp /));
  });

  it('names the namespaces where there is no such one', () => {
    expect(() => tableLines(world, 'node9')).toThrow(/no namespace node9; there are: .*node1/);
  });
});
