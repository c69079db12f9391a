import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { validate } from '../trace/trace.ts';
import type { Recording } from '../trace/types.ts';
import { Engine } from './engine.ts';
import type { ApplyResult, Committed, NamespaceTables, SendRequest, TableLine } from './protocol.ts';
import { redo } from './tables.ts';

/** An engine and what a page would hold of it: the same messages, without a worker. */
class Page {
  readonly engine = new Engine();
  readonly text = must(this.engine.handle('scenario', { id: 'two-nodes' }), 'two-nodes');
  recording: Recording = EMPTY_RECORDING;
  revision = 0;

  #take(result: ApplyResult): ApplyResult {
    if (result.status === 'committed') this.recording = decodeColumns(this.recording, result.recording);
    return result;
  }
  open(text = this.text): ApplyResult {
    return this.#take(this.engine.handle('open', { text, revision: ++this.revision }));
  }
  apply(text: string, atSeq?: number): ApplyResult {
    return this.#take(
      this.engine.handle('apply', {
        text,
        revision: ++this.revision,
        ...(atSeq === undefined ? {} : { atSeq }),
      }),
    );
  }
  send(request: Partial<SendRequest> = {}) {
    const result = this.engine.handle('send', {
      from: 'pod/shop/web',
      to: 'pod/shop/db',
      protocol: 'icmp',
      ...request,
    });
    if (result.status === 'sent') {
      this.recording = decodeColumns(this.recording, result.recording);
      const problems = validate(this.recording);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    }
    return result;
  }
}

function typed(page: Page, ns: string, line: string): void {
  const result = page.engine.handle('command', { ns, line });
  if ('recording' in result) page.recording = decodeColumns(page.recording, result.recording);
}

function committed(result: ApplyResult): Committed {
  if (result.status !== 'committed') throw new Error(JSON.stringify(result.diagnostics));
  return result;
}

describe('opening the default scenario', () => {
  const { board, recording } = committed(new Page().open());

  it('draws two nodes with two pods each, on one segment, with a router and a client outside', () => {
    expect(board.nodes.map((n) => [n.name, n.podCIDR, n.pods.length])).toEqual([
      ['node1', '10.244.1.0/24', 2],
      ['node2', '10.244.2.0/24', 2],
    ]);
    expect(board.segments.map((s) => s.name)).toEqual(['a', 'outside']);
    expect(board.backend).toBe('vxlan');
    expect(board.clients.map((c) => c.ip)).toEqual(['203.0.113.50']);
  });

  it('shows every device as a door, with its far end', () => {
    const [node] = board.nodes;
    expect(node?.devices.map((d) => d.name.replace(/^veth.*/, 'veth'))).toEqual([
      'lo',
      'eth0',
      'flannel.1',
      'cni0',
      'veth',
      'veth',
    ]);
    expect(node?.devices.find((d) => d.name === 'eth0')?.peer?.ns).toBe('segment/a');
    expect(node?.pods[0]?.devices.find((d) => d.name === 'eth0')?.peer?.ns).toBe('node1');
  });

  it('records nothing: setting up is not part of the story', () => {
    expect(recording.at).toHaveLength(0);
  });
});

describe('sending', () => {
  it('a ping is answered, and the page gets the whole recording', () => {
    const page = new Page();
    page.open();
    expect(page.send()).toMatchObject({ status: 'sent', exchange: 0 });
    expect(page.recording.exchanges[0]).toMatchObject({ result: 'replied' });
  });

  it('history that is changed before an edit keeps the edit: the text says what holds', () => {
    const page = new Page();
    page.open();
    page.send();
    const { length } = page.recording.entries;
    const text = must(
      page.engine.handle('chooseBackend', { text: page.text, backend: 'host-gw' }).text,
      'text',
    );
    page.apply(text);
    expect(page.recording.entries.length).toBeGreaterThan(length);
    page.send({ atSeq: 10 });
    const lines = page.engine.handle('tables', { ns: 'node1', atSeq: page.recording.entries.length }).route;
    expect(lines.map((line) => line.text)).toContain('10.244.2.0/24 via 192.168.0.12 dev eth0');
    expect(page.recording.entries.some((entry) => entry.kind === 'encap' && entry.seq > 10)).toBe(false);
  });

  it('a second send adds to the recording; at an earlier playhead it forks it', () => {
    const page = new Page();
    page.open();
    page.send();
    const { length } = page.recording.entries;
    page.send({ to: 'pod/shop/cart' });
    expect(page.recording.exchanges).toHaveLength(2);
    page.send({ to: 'pod/shop/api', atSeq: length });
    expect(page.recording.exchanges.map((e) => e.to)).toEqual([
      '10.244.2.3',
      expect.stringMatching(/^10\.244\./),
    ]);
    expect(page.recording.entries.slice(0, 5).map((e) => e.seq)).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    [{ to: 'pod/shop/nobody' }, 'send.unknown-endpoint'],
    [{ from: 'pod/nowhere/web' }, 'send.unknown-endpoint'],
    [{ from: '10.0.0.1' }, 'send.not-a-sender'],
    [{ protocol: 'tcp' as const }, 'send.no-port'],
  ])('%j is refused with a message, and nothing moves', (request, id) => {
    const page = new Page();
    page.open();
    expect(page.send(request)).toMatchObject({ status: 'refused', message: { id } });
    expect(page.recording.entries).toEqual([]);
  });
});

describe('an edit', () => {
  it('of a text that is broken is rejected, and the board goes on as it was', () => {
    const page = new Page();
    page.open();
    expect(page.apply(`${page.text}\n---\nkind: [`)).toMatchObject({ status: 'rejected' });
    expect(page.send()).toMatchObject({ status: 'sent' });
  });

  it('a pod that goes is unplugged by commands of the CNI, which are recorded; the other rows stay', () => {
    const page = new Page();
    page.open();
    page.send();
    const without = page.text
      .split(/^---$/m)
      .filter((document) => !/kind: Pod/.test(document) || !/name: api$/m.test(document))
      .join('---');
    const { board } = committed(page.apply(without));
    expect(board.nodes.flatMap((n) => n.pods.map((p) => p.name))).not.toContain('api');
    const commands = page.recording.entries.flatMap((e) =>
      'by' in e && e.kind === 'op' ? [`${e.ns} ${e.by.by} ${e.text}`] : [],
    );
    expect(commands).toEqual(['shop/api cni ip link del eth0']);
    const neigh = page.engine.handle('tables', { ns: 'node1', atSeq: page.recording.entries.length }).neigh;
    expect(neigh.some((line) => line.text.includes('192.168.0.12 dev eth0'))).toBe(true);
  });

  it('that deletes a pod without an address of its own renumbers no other', () => {
    const page = new Page();
    const pod = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {nodeName: node1, containers: []}\n`;
    const text = (...names: string[]): string => [page.text, ...names.map(pod)].join('\n---\n');
    page.open(text('p1', 'p2'));
    const ipOf = (result: ApplyResult, name: string) =>
      committed(result)
        .board.nodes.flatMap((n) => n.pods)
        .find((p) => p.name === name)?.ip;
    expect(ipOf(page.apply(text('p1', 'p2', 'p3')), 'p2')).toBe('10.244.1.5');
    expect(ipOf(page.apply(text('p2', 'p3')), 'p2')).toBe('10.244.1.5');
  });

  it('a node that moves its podCIDR makes the other flanneld change its route, and its own pods meet the old cni0', () => {
    const page = new Page();
    page.open();
    committed(page.apply(page.text.replaceAll('10.244.2.', '10.244.7.')));
    const onNode1 = page.recording.entries.flatMap((e) =>
      'by' in e && e.ns === 'node1' && e.kind === 'op' ? [e.text] : [],
    );
    expect(onNode1).toEqual([
      'ip neigh del 10.244.2.0 dev flannel.1',
      'bridge fdb del 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent',
      'ip route del 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      'ip neigh replace 10.244.7.0 lladdr 0e:f1:a0:00:00:02 dev flannel.1 nud permanent',
      'bridge fdb replace 0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent',
      'ip route replace 10.244.7.0/24 via 10.244.7.0 dev flannel.1 onlink',
    ]);
    const failed = page.recording.entries.find(
      (e) => e.kind === 'object' && e.text === 'FailedCreatePodSandBox',
    );
    expect(failed && 'error' in failed ? failed.error : '').toContain(
      'plugin type="flannel" failed (add): failed to set bridge addr: "cni0" already has an IP address different from 10.244.7.1/24',
    );
    expect(page.send()).toMatchObject({ status: 'refused' });
    typed(page, 'node2', 'ip link del cni0');
    typed(page, 'node2', 'sleep 10');
    expect(page.send()).toMatchObject({ status: 'sent' });
    expect(page.recording.exchanges.at(-1)?.result).toBe('replied');
  });
});

describe('running traffic', () => {
  const board = (to: string): string =>
    `apiVersion: flannelboard.dev/v1\nkind: Board\nspec:\n  traffic:\n  - { from: pod/shop/web, to: "${to}", protocol: icmp, every: 500ms }\n`;

  it('is sent on a branch of its own: the flow has its answer, the journal and the recording stay as they were', () => {
    const page = new Page();
    page.open(`${page.text}\n---\n${board('pod/shop/db')}`);
    page.send();
    const before = page.recording.entries.length;
    const [flow] = page.engine.handle('traffic', { atSeq: before });
    if (flow?.status !== 'sent') throw new Error('not sent');
    const branch = decodeColumns(page.recording, flow.recording);
    expect(validate(branch)).toEqual([]);
    expect(branch.exchanges[flow.exchange]).toMatchObject({ result: 'replied', to: '10.244.2.3' });
    expect(flow.every).toBe(500_000_000);
    page.send();
    expect(page.recording.exchanges).toHaveLength(2);
  });

  it('sent in the past leaves what came later as it was', () => {
    const page = new Page();
    page.open(`${page.text}\n---\n${board('pod/shop/cart')}`);
    page.send();
    const before = page.engine.handle('pcapng', {});
    expect(page.engine.handle('traffic', { atSeq: 9 })[0]?.status).toBe('sent');
    expect(page.engine.handle('pcapng', {})).toEqual(before);
    page.send();
    expect(validate(page.recording)).toEqual([]);
  });

  it('to somebody who is not there is refused with a message', () => {
    const page = new Page();
    page.open(`${page.text}\n---\n${board('pod/shop/ghost')}`);
    expect(page.engine.handle('traffic', { atSeq: 0 })).toMatchObject([
      { status: 'refused', message: { id: 'send.unknown-endpoint' } },
    ]);
  });

  it('with a time that is none is an error at its field', () => {
    const page = new Page();
    const result = page.open(`${page.text}\n---\n${board('pod/shop/db').replace('500ms', 'often')}`);
    expect(result).toMatchObject({
      status: 'rejected',
      diagnostics: [{ message: { id: 'manifest.bad-duration' } }],
    });
  });
});

describe('tables', () => {
  it('show at every entry what the changes up to it made, and nothing that the same pass through a kernel did later', () => {
    const page = new Page();
    page.open();
    page.send();
    const texts = ({ ns: _, ...tables }: NamespaceTables) =>
      Object.values(tables)
        .flat()
        // that a neighbour grows stale and is used again is no change that a step records
        .map(({ text }: TableLine) => text.replace(/ (STALE|DELAY|REACHABLE)$/, ''))
        .toSorted();
    const at = (atSeq: number) => page.engine.handle('tables', { ns: 'node1', atSeq });
    let changed = 0;
    for (const { seq, changes } of page.recording.entries) {
      const next = redo(at(seq), changes ?? []);
      if (changes?.some(({ ns }) => ns === 'node1') === true) changed++;
      expect(texts(at(seq + 1)), `after entry ${seq}`).toEqual(texts(next));
    }
    expect(changed).toBeGreaterThan(3);
  });

  it('at the playhead: what ARP taught is not there before it happened', () => {
    const page = new Page();
    page.open();
    page.send();
    const neighs = (atSeq: number): number =>
      page.engine.handle('tables', { ns: 'node1', atSeq }).neigh.length;
    expect([neighs(0), neighs(page.recording.entries.length)]).toEqual([1, 3]);
  });

  it('every line says who wrote it', () => {
    const page = new Page();
    page.open();
    const { route, fdb } = page.engine.handle('tables', { ns: 'node1', atSeq: 0 });
    expect(route.find((line) => line.text.startsWith('10.244.2.0/24'))).toMatchObject({
      by: 'flanneld',
      object: { kind: 'Node', name: 'node2', path: 'spec.podCIDR' },
    });
    expect(fdb.find((line) => line.text.includes('flannel.1'))?.object?.path).toContain('public-ip');
  });
});
