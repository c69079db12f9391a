/** Rules at scale: the first packet through those of 10,000 Services, compiled against the linear walk, and one rule changed. */
import { Run } from '../engine/run.ts';
import type { Kernel } from '../kernel/context.ts';
import { createNetNs, update, type NetNs } from '../kernel/netns.ts';
import { evaluate } from '../kernel/netfilter/evaluate.ts';
import { restore } from '../kernel/netfilter/restore.ts';
import type { Ruleset } from '../kernel/netfilter/rule.ts';
import { BY_USER } from '../kernel/origin.ts';
import { PATH } from '../kernel/path.ts';
import { Recorder } from '../kernel/record.ts';
import type { HopIndex, IfName, NetNsId, SimTime } from '../kernel/recorder.ts';
import { newSkb } from '../kernel/skb.ts';
import { nodeNs } from '../kube/ids.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { createRandom } from '../lib/random.ts';
import { gallery } from '../scenario/gallery.ts';
import { ipv4, type Ipv4 } from '../wire/address.ts';
import type { Packet, TcpSegment } from '../wire/frame.ts';
import type { Bench, Row } from './bench.ts';

const ENDPOINTS = 3;

function address(block: number, i: number): string {
  return `10.${block}.${i >> 8}.${i & 255}`;
}

/** What kube-proxy writes for so many Services of three endpoints: eleven rules each. */
function servicesText(services: number): string {
  const chains: string[] = [];
  const rules: string[] = [];
  for (let i = 0; i < services; i++) {
    const vip = address(96 + (i >> 16), i & 0xffff);
    chains.push(`:KUBE-SVC-${i} - [0:0]`);
    rules.push(
      `-A KUBE-SERVICES -d ${vip}/32 -p tcp -m comment --comment "ns/s${i} cluster IP" -m tcp --dport 80 -j KUBE-SVC-${i}`,
      `-A KUBE-SVC-${i} ! -s 10.244.0.0/16 -d ${vip}/32 -p tcp -m comment --comment "ns/s${i} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    );
    for (let e = 0; e < ENDPOINTS; e++) {
      const pod = address(244, i * ENDPOINTS + e);
      const chance = (1 / (ENDPOINTS - e)).toFixed(11);
      const choice = e === ENDPOINTS - 1 ? '' : ` -m statistic --mode random --probability ${chance}`;
      chains.push(`:KUBE-SEP-${i}-${e} - [0:0]`);
      rules.push(
        `-A KUBE-SVC-${i} -m comment --comment "ns/s${i} -> ${pod}:8080"${choice} -j KUBE-SEP-${i}-${e}`,
        `-A KUBE-SEP-${i}-${e} -s ${pod}/32 -m comment --comment "ns/s${i}" -j KUBE-MARK-MASQ`,
        `-A KUBE-SEP-${i}-${e} -p tcp -m comment --comment "ns/s${i}" -m tcp -j DNAT --to-destination ${pod}:8080`,
      );
    }
  }
  return [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':KUBE-SERVICES - [0:0]',
    ':KUBE-MARK-MASQ - [0:0]',
    ...chains,
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    ...rules,
    'COMMIT',
    '',
  ].join('\n');
}

function load(rules: Ruleset, nextId: number, text: string, noflush: boolean): Ruleset {
  const context = { rules, origin: BY_USER, nextId, hasSet: () => false };
  const { committed, error } = restore(text, context, { noflush, counters: false, test: false });
  if (error) throw new Error(error.text);
  return Object.fromEntries([...Object.entries(rules), ...committed.map(({ name, after }) => [name, after])]);
}

function syn(dst: Ipv4): Packet {
  const flags = { fin: false, syn: true, rst: false, psh: false, ack: false, urg: false };
  const none = new Uint8Array(0);
  const payload: TcpSegment = {
    kind: 'tcp',
    sport: 40000,
    dport: 80,
    seq: 1,
    ack: 0,
    flags,
    window: 64240,
    options: [],
    data: none,
  };
  return {
    kind: 'ipv4',
    tos: 0,
    id: 1,
    df: true,
    mf: false,
    offset: 0,
    ttl: 64,
    protocol: 6,
    src: ipv4('10.244.1.2'),
    dst,
    payload,
  };
}

function kernelOf(ns: NetNs): Kernel {
  return {
    ns,
    now: 0 as SimTime,
    recorder: new Recorder(),
    random: createRandom(1),
    path: PATH,
    depth: 0,
    emit: () => undefined,
    farEnd: () => undefined,
  };
}

/** One packet through nat PREROUTING: how many milliseconds, and what was recorded. */
function walk(ns: NetNs, dst: Ipv4, linear: boolean): { readonly ms: number; readonly steps: string } {
  const k = kernelOf(ns);
  const skb = newSkb({ frame: { kind: 'raw', payload: syn(dst) }, hop: 0 as HopIndex });
  const place = { hook: 'PREROUTING', iif: 'cni0' as IfName, bridged: false, linear } as const;
  const from = performance.now();
  evaluate(k, skb, 'nat', place);
  const ms = performance.now() - from;
  return { ms, steps: JSON.stringify(k.recorder.recording().entries) };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function scale(services: number): readonly Row[] {
  const text = servicesText(services);
  const loaded = performance.now();
  let rules = load({}, 1, text, false);
  const parsed = performance.now() - loaded;
  const ns = createNetNs('n' as NetNsId);
  update(ns, { rules });
  const at = (i: number): Ipv4 => ipv4(address(96 + (i >> 16), i & 0xffff));
  const cold = walk(ns, at(services - 1), false);
  const targets = Array.from({ length: 41 }, (_, i) => at(Math.floor((i * (services - 1)) / 40)));
  for (const dst of targets) walk(ns, dst, true);
  const compiled = median(targets.map((dst) => walk(ns, dst, false).ms));
  const linear = median(targets.map((dst) => walk(ns, dst, true).ms));
  const same = targets.every((dst) => walk(ns, dst, false).steps === walk(ns, dst, true).steps);
  const change = [
    '*nat',
    `-A KUBE-SERVICES -d 10.200.0.1/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    'COMMIT',
    '',
  ].join('\n');
  const from = performance.now();
  rules = load(rules, 1_000_000, change, true);
  update(ns, { rules });
  const applied = performance.now() - from;
  const recompiled = walk(ns, at(1), false).ms;
  const name = `${services.toLocaleString('en')} Services (${(services * (2 + ENDPOINTS * 3)).toLocaleString('en')} rules)`;
  return [
    { what: `${name}: iptables-restore`, value: parsed, unit: 'ms' },
    { what: `${name}: first packet of all, chain compiled`, value: cold.ms, unit: 'ms' },
    {
      what: `${name}: first packet of a flow, compiled`,
      value: compiled * 1000,
      unit: 'us',
      goal: '< 1000 us',
    },
    { what: `${name}: the same, every rule tried`, value: linear * 1000, unit: 'us' },
    {
      what: `${name}: times faster (${same ? 'same walk' : 'ANOTHER WALK'})`,
      value: linear / compiled,
      unit: 'x',
      goal: '> 50 x',
    },
    { what: `${name}: one rule added`, value: applied, unit: 'ms' },
    { what: `${name}: and the next packet, chain compiled again`, value: recompiled, unit: 'ms' },
  ];
}

/** A connection between pods of two nodes, with and without rules on both. */
function hops(): readonly Row[] {
  const rate = (rules: string | undefined): number => {
    const { cluster } = createReader().read(gallery[0]?.text ?? '');
    if (!cluster) throw new Error('no cluster');
    const run = new Run(cluster);
    for (const { name } of cluster.nodes) {
      if (rules === undefined) continue;
      const op = {
        op: 'iptables-restore',
        text: rules,
        noflush: false,
        counters: false,
        test: false,
      } as const;
      const result = run.world.op(nodeNs(name), op, BY_USER);
      if (!result.ok) throw new Error(result.text);
    }
    const injection = { protocol: 'icmp', from: 'shop/web' as NetNsId, dst: ipv4('10.244.2.3') } as const;
    for (let i = 0; i < 200; i++) run.give({ input: 'send', injection });
    const before = run.recording.hops.length;
    const from = performance.now();
    for (let i = 0; i < 500; i++) run.give({ input: 'send', injection });
    return ((run.recording.hops.length - before) / (performance.now() - from)) * 1000;
  };
  return [
    { what: 'vxlan ping, hops a second, no rules', value: Math.round(rate(undefined)), unit: '/s' },
    {
      what: 'vxlan ping, hops a second, 1,000 rules and conntrack on each node',
      value: Math.round(rate(servicesText(91))),
      unit: '/s',
    },
  ];
}

const bench: Bench = { name: 'netfilter', run: () => [...hops(), ...scale(1_000), ...scale(10_000)] };
export default bench;
