/** Rules, connections and "why not this rule?" on the default board, with rules that somebody typed. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { parseOp } from '../kernel/opText.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { defaultScenario } from '../scenario/gallery.ts';
import type { Injection } from '../sim/inject.ts';
import { isStep, type Step } from '../trace/types.ts';
import { ipv4 } from '../wire/address.ts';
import { explainRule } from './explainRule.ts';
import { countersAt, netfilterOf } from './netfilter.ts';
import type { NetfilterTables, RulesView } from './rulesProtocol.ts';
import { Run } from './run.ts';

const NODE = 'node1' as NetNsId;
const VIEW: RulesView = { text: '', flipped: [], from: [], chains: 100 };

/** The rules in these tests are those that somebody typed, and no others. */
const bare = (cluster: Cluster): Cluster => ({
  ...cluster,
  kubeProxy: { ...cluster.kubeProxy, mode: 'none' },
  flannel: { ...cluster.flannel, trafficManager: 'none' },
});

class Bench {
  readonly run = new Run(bare(must(createReader().read(defaultScenario.text).cluster, 'cluster')));

  constructor(...commands: readonly string[]) {
    for (const command of commands) {
      const op = parseOp(command);
      if (!op.ok) throw new Error(`${command}: ${op.error}`);
      this.run.give({ input: 'command', ns: NODE, op: op.value });
    }
  }

  send(injection: Partial<Injection> = {}): this {
    const from = 'shop/web' as NetNsId;
    this.run.give({
      input: 'send',
      injection: { protocol: 'icmp', from, dst: ipv4('203.0.113.50'), ...injection },
    });
    return this;
  }

  get steps(): readonly Step[] {
    return this.run.recording.entries.filter(isStep);
  }

  find<K extends Step['kind']>(
    kind: K,
    fits: (step: Extract<Step, { kind: K }>) => boolean = () => true,
  ): Extract<Step, { kind: K }> {
    const found = this.steps.find(
      (step): step is Extract<Step, { kind: K }> =>
        step.kind === kind && step.ns === NODE && fits(step as Extract<Step, { kind: K }>),
    );
    return must(found, kind);
  }

  tables(atSeq: number, view: Partial<RulesView> = {}): NetfilterTables {
    const recording = { ...this.run.recording, entries: [...this.run.recording.entries] };
    const now = must(recording.entries[atSeq - 1], 'entry').at;
    return this.run.midway(atSeq, (world) => {
      const ns = world.netns(NODE);
      return netfilterOf(ns, { ...VIEW, ...view }, { now, counters: countersAt(ns, recording, atSeq) });
    });
  }
}

const MASQUERADE = [
  'iptables -t nat -N OUT',
  'iptables -t nat -A OUT -s 10.9.9.9 -j RETURN',
  'iptables -t nat -A OUT -j MASQUERADE',
  'iptables -t nat -A POSTROUTING -d 10.244.0.0/16 -j RETURN',
  'iptables -t nat -A POSTROUTING -s 10.244.0.0/16 -j OUT',
];

describe('the rules at the playhead', () => {
  it('are there from the command on that wrote them, and not before', () => {
    const { run } = new Bench(...MASQUERADE);
    const count = (atSeq: number): number =>
      run.midway(
        atSeq,
        (world) => world.netns(NODE).state.rules.nat?.chains.get('POSTROUTING')?.rules.length ?? 0,
      );
    const last = run.recording.entries.length;
    expect([last - 2, last - 1, last].map(count)).toEqual([0, 1, 2]);
  });

  it('count what the walk has counted so far, also in its midst, and come out as the kernel writes them', () => {
    const bench = new Bench(...MASQUERADE).send();
    const packets = (atSeq: number): readonly number[] =>
      bench
        .tables(atSeq, { flipped: [{ table: 'nat', chain: 'OUT' }] })
        .tables.flatMap(({ chains }) => chains)
        .filter(({ chain }) => chain === 'POSTROUTING' || chain === 'OUT')
        .flatMap(({ lines }) => lines.map((line) => line.packets));
    const jump = bench.find('chain', ({ to }) => to === 'OUT');
    const masquerade = bench.find('chain', ({ verdict }) => verdict === 'MASQUERADE');
    expect(packets(jump.seq)).toEqual([0, 0, 0, 0]);
    expect(packets(jump.seq + 1)).toEqual([0, 1, 0, 0]);
    expect(packets(masquerade.seq + 1)).toEqual([0, 1, 0, 1]);
    expect(packets(bench.run.recording.entries.length)).toEqual([0, 1, 0, 1]);
  });

  it('of a long chain come in part, around the rule that the packet is at', () => {
    const many = Array.from({ length: 200 }, (_, i) => `iptables -A FORWARD -d 198.51.100.${i} -j DROP`);
    const bench = new Bench(...many).send();
    const end = bench.run.recording.entries.length;
    const forward = (view: Partial<RulesView>) =>
      must(
        bench.tables(end, view).tables[0]?.chains.find(({ chain }) => chain === 'FORWARD'),
        'FORWARD',
      );
    const numbers = (view: Partial<RulesView>) => {
      const { before, after, lines } = forward(view);
      return [before, lines[0]?.number, lines.at(-1)?.number, after];
    };
    const ref = { table: 'filter', chain: 'FORWARD' } as const;
    expect(numbers({})).toEqual([0, 1, 60, 140]);
    expect(numbers({ at: { ...ref, number: 150 } })).toEqual([141, 142, 200, 0]);
    expect(numbers({ from: [{ ...ref, number: 61 }] })).toEqual([60, 61, 120, 80]);
    expect(forward({ text: '.100.7' })).toMatchObject({ rules: 11, open: true });
    expect(forward({ flipped: [ref] }).lines).toEqual([]);
  });
});

describe('the connections at the playhead', () => {
  const bench = new Bench(...MASQUERADE).send();

  it('a connection is born when its first packet has got through, not when conntrack first sees it', () => {
    const created = bench.find('conntrack', ({ action }) => action === 'created');
    const confirmed = bench.find('conntrack', ({ action }) => action === 'confirmed');
    expect(bench.tables(created.seq + 1).conntrack).toEqual([]);
    expect(bench.tables(confirmed.seq).conntrack).toEqual([]);
    expect(bench.tables(confirmed.seq + 1).conntrack).toMatchObject([
      { protocol: 'icmp', nat: true, seenReply: false, left: 30, text: confirmed.row?.line },
    ]);
  });

  it('the answer finds the same row, and is noted in it', () => {
    const reply = bench.find('conntrack', ({ direction }) => direction === 'reply');
    expect(bench.tables(reply.seq).conntrack).toMatchObject([{ seenReply: false }]);
    const [line] = bench.tables(reply.seq + 1).conntrack;
    expect(line).toMatchObject({ seenReply: true, text: reply.row?.line });
    expect(line?.reply).toMatch(/^203\.0\.113\.50 → 192\.168\.0\.11 id \d+$/);
  });
});

describe('why not this rule?', () => {
  const bench = new Bench(
    'iptables -t mangle -A FORWARD -s 10.244.1.2 -j MARK --set-mark 0x10',
    'iptables -A FORWARD -p tcp -j DROP',
    'iptables -A FORWARD -m mark ! --mark 0x10 -j DROP',
    'iptables -A FORWARD -o eth0 -m conntrack --ctstate NEW -j ACCEPT',
    'iptables -A FORWARD -j DROP',
    ...MASQUERADE,
  ).send();
  const at = bench.find('chain', ({ table }) => table === 'filter');
  const ask = (
    number: number,
    chain = 'FORWARD',
    table: 'filter' | 'nat' = 'filter',
    seq: number = at.seq,
  ) => {
    const answer = explainRule(bench.run, { seq, table, chain, number });
    if (!answer.asked) return answer.why;
    return `${answer.fate}: ${answer.conditions.map(({ says, holds }) => `${says.id} ${holds}`).join(', ')}`;
  };

  it('names the condition that failed, on the packet as the rule saw it', () => {
    expect(ask(1)).toBe('passed: rule.proto no');
    // the mark that another table gave it on the way
    expect(ask(2)).toBe('passed: rule.mark.not no');
  });

  it('of the rule that did match, every condition holds, the state of its connection too', () => {
    expect(ask(3)).toBe('matched: rule.out yes, rule.ctstate yes');
  });

  it('of a rule that the walk did not come to, says what would have been', () => {
    expect(ask(4)).toBe('unreached: ');
  });

  it('asks the walk nearest to the step, through chains that were jumped to as well', () => {
    expect(ask(1, 'OUT', 'nat')).toBe('passed: rule.source no');
    expect(ask(2, 'OUT', 'nat')).toBe('matched: ');
  });

  it('says that nat is asked once for a flow', () => {
    const reply = bench.find('conntrack', ({ direction }) => direction === 'reply');
    expect(ask(1, 'OUT', 'nat', reply.seq)).toBe('nat-known');
  });

  it('does not know a rule that is not there', () => {
    expect(ask(99)).toBe('no-such-rule');
  });

  it('leaves run and recording as they were', () => {
    const before = JSON.stringify([bench.run.recording.entries, bench.run.world.snapshot().random]);
    ask(1);
    expect(JSON.stringify([bench.run.recording.entries, bench.run.world.snapshot().random])).toBe(before);
    expect(bench.run.world.onTrial).toBeUndefined();
  });
});
