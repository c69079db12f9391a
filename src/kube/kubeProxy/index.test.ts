/** kube-proxy on the nodes of a board: when it writes, what it writes then, and what it leaves alone. */
import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { parseOp } from '../../kernel/opText.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { inject } from '../../sim/inject.ts';
import { runUntilSettled } from '../../sim/run.ts';
import { isStep } from '../../trace/types.ts';
import { ipv4 } from '../../wire/address.ts';
import { createBoard } from '../board.ts';
import { board, NODE1, NODE2, pod, read, service } from '../manifest/manifest.testing.ts';
import { CANARY } from './staticRules.ts';

const NODE = 'node1' as NetNsId;
const SECOND = 1_000_000_000;
const labelled = (name: string, on: string, ip: string): string =>
  pod(name, { on, ip }).replace(`  name: ${name}\n`, `  name: ${name}\n  labels: { app: web }\n`);
const WEB = service('web', 'clusterIP: 10.96.0.20', 'selector: { app: web }', 'ports: [{ port: 80 }]');
const DNS = service(
  'dns',
  'clusterIP: 10.96.0.10',
  'selector: { app: web }',
  'ports: [{ port: 53, protocol: UDP }]',
);
const POD1 = labelled('one', 'node1', '10.244.1.2');
const POD2 = labelled('two', 'node2', '10.244.2.2');

class Bench {
  readonly world;

  constructor(...documents: readonly string[]) {
    this.world = createBoard(must(read(...documents).cluster, 'cluster'));
  }

  edit(...documents: readonly string[]): void {
    this.world.setCluster(must(read(...documents).cluster, 'cluster'));
    while (!this.world.quiet) this.world.step();
  }

  command(text: string): void {
    const op = parseOp(text);
    const result = this.world.op(NODE, must(op.ok ? op.value : undefined, text), BY_USER);
    if (!result.ok) throw new Error(`${text}: ${result.text}`);
  }

  /** What kube-proxy on node1 ordered from entry `from` on. */
  ops(from = 0): readonly string[] {
    return this.world.recorder
      .recording()
      .entries.slice(from)
      .flatMap((e) => (e.kind === 'op' && e.ns === NODE && e.by.by === 'kube-proxy' ? [e.text] : []));
  }

  wait(seconds: number): void {
    const until = this.world.now + seconds * SECOND;
    while (this.world.now < until && this.world.step());
  }

  rules(table: 'nat' | 'filter', chain: string): readonly string[] {
    const rules = this.world.netns(NODE).state.rules[table]?.chains.get(chain)?.rules ?? [];
    return rules.map(({ text }) => text);
  }

  chains(): readonly string[] {
    return [...(this.world.netns(NODE).state.rules.nat?.chains.keys() ?? [])];
  }
}

const jumpsTo = (rules: readonly string[]): readonly string[] =>
  rules.map((text) => / -j (\S+)/.exec(` ${text}`)?.[1] ?? '');

describe('at its start kube-proxy', () => {
  it('lets 127.0.0.1 be routed, sets its canaries and puts its jumps first', () => {
    const bench = new Bench(NODE1, POD1, WEB);
    const { state } = bench.world.netns(NODE);
    expect(state.sysctl.get('net.ipv4.conf.all.route_localnet')).toBe('1');
    expect(state.rules.mangle?.chains.has(CANARY)).toBe(true);
    expect(jumpsTo(bench.rules('filter', 'FORWARD')).slice(0, 4)).toEqual([
      'KUBE-PROXY-FIREWALL',
      'KUBE-FORWARD',
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
    ]);
  });

  it('says of every rule for which field of which object it is', () => {
    const bench = new Bench(NODE1, POD1, WEB);
    const chains = must(bench.world.netns(NODE).state.rules.nat, 'nat').chains;
    const origin = (chain: RegExp, at: number) =>
      [...chains].find(([name]) => chain.test(name))?.[1].rules[at]?.origin;
    expect(origin(/^KUBE-SERVICES$/, 0)).toEqual({
      by: 'kube-proxy',
      object: { kind: 'Service', namespace: 'shop', name: 'web', path: 'spec.ports[0]' },
    });
    expect(origin(/^KUBE-SEP/, 1)).toEqual({
      by: 'kube-proxy',
      object: { kind: 'Pod', namespace: 'shop', name: 'one', path: 'status.podIP' },
    });
    expect(origin(/^KUBE-SERVICES$/, 1)).toEqual({ by: 'kube-proxy' });
  });

  it('that is switched off writes nothing, and switched off later leaves what stands', () => {
    const none = board('kubeProxy: { mode: none }');
    const chains = new Bench(NODE1, POD1, WEB, none).chains();
    expect(chains.filter((name) => name.startsWith('KUBE-'))).toEqual([]);
    const bench = new Bench(NODE1, POD1, WEB);
    const before = bench.chains();
    bench.edit(NODE1, POD1, none);
    expect(bench.chains()).toEqual(before);
  });
});

describe('after a change', () => {
  it('of one Service only its chains are written, and those that all share', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB);
    bench.edit(NODE1, NODE2, POD1, WEB, DNS);
    const [text, ...more] = bench.ops();
    expect(more).toEqual([]);
    const declared = [...(text ?? '').matchAll(/^:(KUBE-S(?:VC|EP)\S+)/gm)].map(([, name]) => name);
    expect(declared).toHaveLength(2);
    expect(text).toMatch(/^-A KUBE-SERVICES .*shop\/web cluster IP/m);
    expect(text).not.toMatch(/^-A KUBE-SEP-\S+ .*shop\/web /m);
  });

  it('of nothing that concerns it, nothing is written', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB);
    bench.edit(NODE1, NODE2, POD1, WEB, pod('other', { on: 'node1', ip: '10.244.1.9' }));
    expect(bench.ops()).toEqual([]);
  });

  it('a Service that went takes its chains with it', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB, DNS);
    const own = bench.chains().filter((name) => /^KUBE-S(VC|EP)/.test(name));
    bench.edit(NODE1, NODE2, POD1, WEB);
    const left = bench.chains().filter((name) => /^KUBE-S(VC|EP)/.test(name));
    expect([own.length, left.length]).toEqual([4, 2]);
  });

  it('an endpoint that came shares the load, and one that went does not', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB);
    const chain = must(
      bench.chains().find((name) => name.startsWith('KUBE-SVC')),
      'SVC',
    );
    expect(bench.rules('nat', chain)).toHaveLength(2);
    bench.edit(NODE1, NODE2, POD1, POD2, WEB);
    expect(bench.rules('nat', chain)[1]).toContain('--probability 0.50000000000');
    bench.edit(NODE1, NODE2, WEB);
    expect(bench.chains()).not.toContain(chain);
    expect(bench.rules('filter', 'KUBE-SERVICES')[0]).toMatch(/has no endpoints.* -j REJECT/);
  });
});

describe('somebody else at the tables', () => {
  it('who deletes one rule is not noticed', () => {
    const bench = new Bench(NODE1, POD1, WEB);
    bench.command('iptables -t nat -D KUBE-SERVICES 1');
    bench.wait(120);
    expect(bench.rules('nat', 'KUBE-SERVICES')).toHaveLength(1);
  });

  it('who flushes them all is made up for within 30 s: the canary is gone', () => {
    const bench = new Bench(NODE1, POD1, WEB);
    const before = bench.rules('nat', 'KUBE-SERVICES');
    for (const table of ['mangle', 'nat', 'filter'])
      for (const option of ['-F', '-X']) bench.command(`iptables -t ${table} ${option}`);
    bench.wait(31);
    expect(bench.rules('nat', 'KUBE-SERVICES')).toEqual(before);
    expect(jumpsTo(bench.rules('nat', 'PREROUTING'))).toContain('KUBE-SERVICES');
  });

  it('who takes a jump away is not noticed before the next full sync, an hour later', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB);
    bench.command('iptables -t nat -D PREROUTING 1');
    bench.edit(NODE1, NODE2, POD1, WEB, DNS);
    expect(bench.rules('nat', 'PREROUTING')).toEqual([]);
    bench.wait(3600);
    bench.edit(NODE1, NODE2, POD1, WEB);
    expect(jumpsTo(bench.rules('nat', 'PREROUTING'))).toEqual(['KUBE-SERVICES']);
  });

  it('whose chain cannot be written into makes the sync fail; half a minute later all is written anew', () => {
    const bench = new Bench(NODE1, NODE2, POD1, WEB);
    bench.edit(NODE1, NODE2, POD1, DNS);
    // kube-proxy wants to delete a chain that somebody else jumps to
    const chain = must(
      bench.chains().find((name) => name.startsWith('KUBE-SVC')),
      'SVC',
    );
    bench.command(`iptables -t nat -A OUTPUT -d 192.0.2.1 -j ${chain}`);
    bench.edit(NODE1, NODE2, POD1, WEB);
    const log = bench.world.recorder
      .recording()
      .entries.filter((e) => !isStep(e) && e.kind === 'process' && e.by.by === 'kube-proxy');
    expect(log.map((e) => ('text' in e ? e.text : ''))[0]).toMatch(/^Failed to execute iptables-restore/);
    bench.command(`iptables -t nat -D OUTPUT -d 192.0.2.1 -j ${chain}`);
    bench.wait(31);
    expect(bench.rules('nat', 'KUBE-SERVICES')[0]).toContain('shop/web');
  });
});

describe('connections of UDP', () => {
  const asks = (bench: Bench): void => {
    inject(bench.world, {
      protocol: 'udp',
      from: 'shop/client' as NetNsId,
      dst: ipv4('10.96.0.10'),
      dport: 53,
      sport: 40000,
    });
    runUntilSettled(bench.world, () => bench.world.step());
  };
  const led = (bench: Bench): readonly string[] =>
    [...bench.world.netns(NODE).state.conntrack.entries.values()]
      .filter(({ original }) => original.dst === ipv4('10.96.0.10'))
      .map(({ reply }) => (reply.src === ipv4('10.244.2.2') ? 'two' : 'elsewhere'));
  const CLIENT = pod('client', { on: 'node1', ip: '10.244.1.7' });

  it('that lead to an endpoint that went are deleted; the same source port reaches the next one', () => {
    const bench = new Bench(NODE1, NODE2, CLIENT, POD2, DNS);
    asks(bench);
    expect(led(bench)).toEqual(['two']);
    const from = bench.world.recorder.recording().entries.length;
    bench.edit(NODE1, NODE2, CLIENT, labelled('three', 'node2', '10.244.2.3'), DNS);
    expect(bench.ops(from).at(-1)).toMatch(/^conntrack -D -p udp .*--orig-dst 10\.96\.0\.10 .*--sport 40000/);
    expect(led(bench)).toEqual([]);
  });

  it('are left to time out when there is no endpoint at all', () => {
    const bench = new Bench(NODE1, NODE2, CLIENT, POD2, DNS);
    asks(bench);
    bench.edit(NODE1, NODE2, CLIENT, DNS);
    expect(led(bench)).toEqual(['two']);
  });
});
