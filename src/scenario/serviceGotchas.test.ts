/**
 * The four gotchas about Services of shared/facts/dataplane.md section 6, each held to its row: the symptom, its mechanism, and
 * what mends it. The numbers are those of the table.
 */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Engine } from '../engine/engine.ts';
import type { ApplyResult } from '../engine/protocol.ts';
import { decodeColumns, EMPTY_RECORDING, type RecordingColumns } from '../trace/columns.ts';
import { isStep, type ExchangeRecord, type Recording } from '../trace/types.ts';
import { breakIt, type BreakItId } from './breakIt.ts';
import { patched } from './derive.ts';
import { serviceBoards, type ServiceBoardId } from './serviceBoards.ts';

class Page {
  readonly #engine = new Engine();
  #recording: Recording = EMPTY_RECORDING;

  constructor(text: string) {
    this.#taken(this.#engine.handle('open', { text, revision: 1 }));
  }
  #taken(result: ApplyResult): void {
    if (result.status === 'rejected') throw new Error(JSON.stringify(result.diagnostics));
    this.#take(result.recording);
  }
  #take(columns: RecordingColumns): void {
    this.#recording = decodeColumns(this.#recording, columns);
  }
  edit(text: string): void {
    this.#taken(this.#engine.handle('apply', { text, revision: 2 }));
  }
  send(from: string, to: string): ExchangeRecord {
    const result = this.#engine.handle('send', { from, to, protocol: 'tcp' });
    if (result.status !== 'sent') throw new Error(JSON.stringify(result.message));
    this.#take(result.recording);
    return must(this.#recording.exchanges[result.exchange], 'exchange');
  }
  type(ns: string, line: string): readonly string[] {
    const result = this.#engine.handle('command', { ns, line });
    if ('recording' in result) this.#take(result.recording);
    if (result.status === 'sent') return must(this.#recording.exchanges[result.exchange], 'exchange').output;
    if ('said' in result && result.said.failed) throw new Error(result.said.lines.join('\n'));
    return 'said' in result ? result.said.lines : [];
  }
  /** reasons of the drops since the recording was as long */
  drops(since: number): readonly string[] {
    return this.#recording.entries
      .slice(since)
      .flatMap((e) => (isStep(e) && e.kind === 'drop' ? [e.reason] : []));
  }
  get length(): number {
    return this.#recording.entries.length;
  }
}

const boardOf = (id: ServiceBoardId): string => must(serviceBoards.find((b) => b.id === id)?.text, id);
const brokenOf = (id: BreakItId): string => must(breakIt.find((b) => b.id === id)?.text, id);

/** Whom the pod that answered says that it saw; undefined: nobody answered. */
const sawOf = ({ output }: ExchangeRecord): string | undefined =>
  /\bsaw ([\d.]+):/.exec(output.at(-1) ?? '')?.[1];

describe('gotcha 7: stale UDP conntrack', () => {
  const ASK = 'nc -u -p 40000 192.168.0.11 30053';
  const UDP_SERVICE = `---
apiVersion: v1
kind: Service
metadata: { name: talk, namespace: shop }
spec:
  type: NodePort
  selector: { app.kubernetes.io/name: cart }
  ports: [{ port: 53, protocol: UDP, targetPort: 5353, nodePort: 30053 }]
`;
  const answers = (page: Page): string | undefined =>
    /: (\w+) saw/.exec(page.type('client', ASK).at(-1) ?? '')?.[1];

  it('without a kube-proxy that flushes, the client talks to the old pod for as long as it keeps talking', () => {
    const page = new Page(boardOf('stale-udp'));
    expect(answers(page)).toBe('cart');
    page.type(
      'node1',
      'iptables -t nat -R PREROUTING 1 -p udp --dport 30053 -j DNAT --to-destination 10.244.2.2:5353',
    );
    // an entry that nobody refreshes lives 30 s, and 120 s once both sides kept talking: 200 s are more than that
    for (let i = 0; i < 10; i++) {
      page.type('node1', 'sleep 20');
      expect(answers(page)).toBe('cart');
    }
    page.type('node1', 'sleep 121');
    expect(answers(page)).toBe('api');
  });

  it('kube-proxy deletes the entry when the endpoint of the Service changes: the next packet meets the new pod', () => {
    const text = patched(
      boardOf('stale-udp').replace(/ {2}faults:\n(?: {2}[- ].*\n)+? {2}expect/, '  expect'),
      [{ find: 'kubeProxy: { mode: none }', replace: 'kubeProxy: { mode: iptables }' }],
    );
    const page = new Page(text + UDP_SERVICE);
    expect(answers(page)).toBe('cart');
    page.edit(text + UDP_SERVICE.replace('name: cart', 'name: api'));
    expect(answers(page)).toBe('api');
  });
});

describe('gotcha 14: the client IP is lost on a NodePort', () => {
  it.each([
    ['nodeport', 'node2', '10.244.2.1', 'cni0, where the pod is on the node that was dialled'],
    ['nodeport', 'node1', '10.244.1.0', 'flannel.1 of the node that was dialled'],
    ['nodeport-host-gw', 'node1', '192.168.0.11', 'that node itself'],
  ] as const)('%s through %s: the pod logs %s, %s', (id, node, source, _who) => {
    expect(sawOf(new Page(boardOf(id)).send('client/client', `node/${node}:30080`))).toBe(source);
  });

  it('with externalTrafficPolicy Local the pod logs the client', () => {
    expect(sawOf(new Page(boardOf('local')).send('client/client', 'node/node2:30080'))).toBe('203.0.113.50');
  });
});

describe('gotcha 21: whose rule is first in POSTROUTING', () => {
  const FAULT = 'iptables -t nat -I POSTROUTING 1 ';
  /** the same old flanneld, started before or after kube-proxy */
  const started = (when: 'before' | 'after'): Page =>
    new Page(
      patched(
        brokenOf('rule-order'),
        when === 'before' ? [] : [{ find: FAULT, replace: 'iptables -t nat -A POSTROUTING ' }],
      ),
    );

  it('decides whom the pod sees: itself, and it refuses that; or cni0', () => {
    const early = started('before');
    const since = early.length;
    expect(sawOf(early.send('pod/shop/api', 'svc/shop/api:80'))).toBeUndefined();
    expect(early.drops(since)).toContain('IP_LOCAL_SOURCE');
    expect(sawOf(started('after').send('pod/shop/api', 'svc/shop/api:80'))).toBe('10.244.2.1');
  });

  it('is out of the question today: kube-proxy puts its jump in front, and flanneld lets its mark pass by', () => {
    const rules = new Page(boardOf('hairpin')).type('node2', 'iptables -t nat -S');
    const jumps = rules.filter((line) => line.startsWith('-A POSTROUTING'));
    expect(jumps.map((line) => /-j (\S+)/.exec(line)?.[1])).toEqual(['KUBE-POSTROUTING', 'FLANNEL-POSTRTG']);
    expect(rules.find((line) => line.startsWith('-A FLANNEL-POSTRTG'))).toMatch(
      /--mark 0x4000\/0x4000 .*-j RETURN$/,
    );
  });
});

describe('gotcha 23: a pod calls its own Service', () => {
  const calls = (
    ...faults: readonly string[]
  ): { readonly saw: string | undefined; readonly drops: readonly string[] } => {
    const page = new Page(boardOf('hairpin'));
    for (const line of faults) page.type('node2', line);
    const since = page.length;
    return { saw: sawOf(page.send('pod/shop/api', 'svc/shop/api:80')), drops: page.drops(since) };
  };
  const HAIRPIN_OFF = 'bridge link set dev veth3665cf3c hairpin off';
  const NO_MASQUERADE = 'iptables -t nat -I POSTROUTING 1 -d 10.244.0.0/16 -j ACCEPT';

  it('works with hairpin mode on its bridge port and MASQUERADE: it sees cni0', () => {
    expect(calls().saw).toBe('10.244.2.1');
  });

  it('times out without hairpin mode: the bridge does not send it back where it came from', () => {
    expect(calls(HAIRPIN_OFF)).toMatchObject({
      saw: undefined,
      drops: expect.arrayContaining(['NOT_SPECIFIED']),
    });
  });

  it('times out without MASQUERADE: a packet from itself is refused', () => {
    expect(calls(NO_MASQUERADE)).toMatchObject({
      saw: undefined,
      drops: expect.arrayContaining(['IP_LOCAL_SOURCE']),
    });
  });

  it('times out without either, and then it is the bridge that keeps it', () => {
    const { saw, drops } = calls(HAIRPIN_OFF, NO_MASQUERADE);
    expect(saw).toBeUndefined();
    expect(drops).toContain('NOT_SPECIFIED');
    expect(drops).not.toContain('IP_LOCAL_SOURCE');
  });
});
