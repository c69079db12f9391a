/** The boards of Services show what their texts say. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Engine } from '../engine/engine.ts';
import type { SendRequest } from '../engine/protocol.ts';
import { decodeColumns, EMPTY_RECORDING, type RecordingColumns } from '../trace/columns.ts';
import { sourcesOf } from '../trace/sources.ts';
import type { ExchangeRecord, Recording } from '../trace/types.ts';
import { serviceBoards, type ServiceBoardId } from './serviceBoards.ts';

class Page {
  readonly engine = new Engine();
  recording: Recording = EMPTY_RECORDING;

  constructor(id: ServiceBoardId) {
    const text = must(serviceBoards.find((board) => board.id === id)?.text, id);
    const opened = this.engine.handle('open', { text, revision: 1 });
    if (opened.status === 'rejected') throw new Error(JSON.stringify(opened.diagnostics));
    this.#take(opened.recording);
  }
  #take(columns: RecordingColumns): void {
    this.recording = decodeColumns(this.recording, columns);
  }
  #exchange(id: number): ExchangeRecord {
    return must(this.recording.exchanges[id], 'exchange');
  }
  send(from: string, to: string, protocol: SendRequest['protocol'] = 'tcp'): ExchangeRecord {
    const result = this.engine.handle('send', { from, to, protocol });
    if (result.status !== 'sent') throw new Error(JSON.stringify(result.message));
    this.#take(result.recording);
    return this.#exchange(result.exchange);
  }
  type(ns: string, line: string): readonly string[] {
    const result = this.engine.handle('command', { ns, line });
    if ('recording' in result) this.#take(result.recording);
    if (result.status === 'said' && result.said.failed) throw new Error(result.said.lines.join('\n'));
    return result.status === 'sent' ? this.#exchange(result.exchange).output : [];
  }
  sources({ id }: ExchangeRecord): Readonly<Record<string, string>> {
    const sights = sourcesOf(this.recording, id)?.sights ?? [];
    return Object.fromEntries(sights.map(({ ns, source }) => [ns, source]));
  }
}

it.each(serviceBoards)('$id comes to what it expects', ({ id }) => {
  const { engine, recording } = new Page(id);
  const results = engine.handle('expect', { atSeq: recording.entries.length });
  expect(results.length).toBeGreaterThan(0);
  expect(results.filter(({ holds }) => !holds)).toEqual([]);
});

describe('NodePort across nodes', () => {
  it.each([
    ['nodeport', '10.244.1.0'],
    ['nodeport-udp', '10.244.1.0'],
    ['nodeport-host-gw', '192.168.0.11'],
  ] as const)('%s: node2 and the pod see %s, not the client', (id, source) => {
    const page = new Page(id);
    const seen = page.sources(page.send('client/client', 'node/node1:30080'));
    expect(seen).toMatchObject({ node1: '203.0.113.50', node2: source, 'shop/api': source });
  });
});

it('local: where the pod is the client keeps its address', () => {
  const page = new Page('local');
  const seen = page.sources(page.send('client/client', 'node/node2:30080'));
  expect(seen).toMatchObject({ node2: '203.0.113.50', 'shop/api': '203.0.113.50' });
});

it('hairpin: the pod sees cni0', () => {
  const page = new Page('hairpin');
  const { output } = page.send('pod/shop/api', 'svc/shop/api:80');
  expect(output.at(-1)).toMatch(/^api saw 10\.244\.2\.1:/);
});

it('affinity: a pod always meets the endpoint that it met first', () => {
  const page = new Page('affinity');
  const answered = Array.from(
    { length: 12 },
    () => page.send('pod/shop/web', 'svc/shop/all:80').output.at(-1)?.split(' ')[0],
  );
  expect(new Set(answered).size).toBe(1);
});

it('dns: curl finds a Service by its name, nslookup the pods of a headless one and a partner outside', () => {
  const page = new Page('dns');
  expect(page.type('shop/web', 'curl http://api.shop').at(-1)).toMatch(/^api saw /);
  expect(page.type('shop/web', 'nslookup each').filter((line) => line.startsWith('Address: '))).toHaveLength(
    2,
  );
  expect(page.type('shop/web', 'nslookup partner')).toContain('Address: 203.0.113.50');
  expect(page.type('shop/web', 'curl nosuch.shop')).toEqual([
    'curl: (6) Could not resolve host: nosuch.shop',
  ]);
});

it('stale-udp: only the deleted entry lets the client go to the new pod', () => {
  const page = new Page('stale-udp');
  const asked = (): string | undefined =>
    /: (\w+) saw/.exec(page.type('client', 'nc -u -p 40000 192.168.0.11 30053').at(-1) ?? '')?.[1];
  expect(asked()).toBe('cart');
  page.type(
    'node1',
    'iptables -t nat -R PREROUTING 1 -p udp --dport 30053 -j DNAT --to-destination 10.244.2.2:5353',
  );
  expect(asked()).toBe('cart');
  page.type('node1', 'conntrack -D -p udp --orig-port-dst 30053');
  expect(asked()).toBe('api');
});
