/** Sending to Services: by name, and with the endpoint chosen by hand. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { board, NODE1, NODE2, pod, service, stream } from '../kube/manifest/manifest.testing.ts';
import { validate } from '../trace/trace.ts';
import { resolveEndpoint, resolvePick } from './endpoint.ts';
import { checkExpectations } from './expect.ts';
import { injectionOf } from './injection.ts';
import type { SendRequest } from './protocol.ts';
import { Run } from './run.ts';

const web = (n: number, on: string, ip: string): string =>
  pod(`web-${n}`, { on, ip }).replace('namespace: shop', 'namespace: shop\n  labels: { app: web }');

const TEXT = stream(
  NODE1,
  NODE2,
  ...[2, 3, 4, 5].map((n) => web(n, 'node1', `10.244.1.${n}`)),
  pod('cart', { on: 'node2', ip: '10.244.2.2' }),
  service(
    'web',
    'type: NodePort',
    'clusterIP: 10.96.0.20',
    'selector: { app: web }',
    'ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]',
  ),
  service('none', 'clusterIP: None', 'selector: { app: web }'),
  service('out', 'type: ExternalName', 'externalName: example.com'),
  board('clients: [{ name: client, ip: 203.0.113.50 }]'),
);

function run(): Run {
  return new Run(must(createReader().read(TEXT).cluster, 'cluster'), { seed: 7 });
}

/** What the client prints. */
function sent(r: Run, request: Omit<SendRequest, 'protocol'>): readonly string[] {
  const injection = injectionOf(r.world.cluster, { protocol: 'tcp', ...request });
  if ('id' in injection) throw new Error(JSON.stringify(injection));
  expect(r.give({ input: 'send', injection })).toBe('settled');
  expect(validate(r.recording)).toEqual([]);
  return r.recording.exchanges.at(-1)?.output ?? [];
}

const answered = (lines: readonly string[]): string | undefined => /^(\S+) saw/.exec(lines.at(-1) ?? '')?.[1];

describe('svc/NAMESPACE/NAME[:PORT] as a destination', () => {
  const { cluster } = run().world;

  it('is the ClusterIP, with the first port where none is named', () => {
    const dialled = { ip: must(cluster.services[0]?.clusterIP, 'clusterIP'), port: 80 };
    expect(resolveEndpoint(cluster, 'svc/shop/web')).toEqual({ ok: true, value: dialled });
    expect(resolveEndpoint(cluster, 'svc/shop/web:80')).toEqual({ ok: true, value: dialled });
  });

  it.each([
    ['svc/shop/web:81', 'send.no-service-port'],
    ['svc/shop/none:80', 'send.no-cluster-ip'],
    ['svc/shop/out', 'send.no-cluster-ip'],
    ['svc/shop/wob', 'send.unknown-endpoint'],
  ])('%s is refused: %s', (endpoint, id) => {
    expect(resolveEndpoint(cluster, endpoint)).toMatchObject({ ok: false, error: { id } });
  });

  it('is answered by one of its endpoints', () => {
    expect(answered(sent(run(), { from: 'pod/shop/cart', to: 'svc/shop/web' }))).toMatch(/^web-\d$/);
  });
});

describe('which endpoint', () => {
  it('is drawn by lot: the same seed draws the same ones, and all of them in the long run', () => {
    const many = (r: Run): readonly (string | undefined)[] =>
      Array.from({ length: 30 }, () => answered(sent(r, { from: 'pod/shop/cart', to: 'svc/shop/web' })));
    const drawn = many(run());
    expect(many(run())).toEqual(drawn);
    expect(new Set(drawn).size).toBe(4);
  });

  it.each([2, 3, 4, 5])('is web-%i when that is picked, from a pod and through a NodePort', (n) => {
    const pick = [`shop/web=pod/shop/web-${n}`];
    const r = run();
    for (let i = 0; i < 5; i++) {
      expect(answered(sent(r, { from: 'pod/shop/cart', to: 'svc/shop/web', pick }))).toBe(`web-${n}`);
      const outside = {
        from: 'client/client',
        to: 'node/node2:30080',
        pick: [`svc/shop/web=10.244.1.${n}:8080`],
      };
      expect(answered(sent(r, outside))).toBe(`web-${n}`);
    }
  });

  it.each([2, 5])('is web-%i, from port 40000, when an expectation says so', (n) => {
    const expected = `{ from: pod/shop/cart, to: svc/shop/web, protocol: tcp, sport: 40000, pick: [shop/web=pod/shop/web-${n}], result: connected, via: [shop/web-${n}/eth0] }`;
    const text = TEXT.replace('\nspec:\n  clients', `\nspec:\n  expect:\n  - ${expected}\n  clients`);
    const r = new Run(must(createReader().read(text).cluster, 'cluster'));
    const results = checkExpectations(r, { atSeq: r.recording.entries.length });
    expect(results).toMatchObject([{ holds: true, sport: 40000 }]);
  });

  it('that is picked binds nobody but that exchange', () => {
    const r = run();
    sent(r, { from: 'pod/shop/cart', to: 'svc/shop/web', pick: ['shop/web=pod/shop/web-5'] });
    const later = Array.from({ length: 20 }, () =>
      answered(sent(r, { from: 'pod/shop/cart', to: 'svc/shop/web' })),
    );
    expect(new Set(later).size).toBeGreaterThan(1);
  });

  it.each([
    ['shop/web', 'send.bad-pick'],
    ['shop/wob=10.244.1.2', 'send.unknown-endpoint'],
    ['shop/web=10.244.2.2', 'send.not-an-endpoint'],
    ['shop/web=10.244.1.2:81', 'send.not-an-endpoint'],
    ['shop/web=pod/shop/gone', 'send.unknown-endpoint'],
  ])('picked as %s is refused: %s', (pick, id) => {
    expect(resolvePick(run().world.cluster, pick)).toMatchObject({ ok: false, error: { id } });
  });
});
