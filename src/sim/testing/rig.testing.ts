/** Small networks for tests, written as the commands that build them: `rig({ a: ['ip addr add ...'], b: [...] })`. */
import { must } from '../../lib/assert.ts';
import { ipv4 } from '../../wire/address.ts';
import type { OpResult } from '../../kernel/op.ts';
import { parseOp } from '../../kernel/opText.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { DropReason, ExchangeRecord, NetNsId, Step } from '../../kernel/recorder.ts';
import { isStep } from '../../trace/types.ts';
import { tapLines } from '../../trace/text.ts';
import { validate } from '../../trace/trace.ts';
import type { ServerState } from '../apps/server.ts';
import { APPS, inject, type Injection } from '../inject.ts';
import { behaviour } from '../process.ts';
import { runUntilSettled, type RunEnd } from '../run.ts';
import { World } from '../world.ts';

const maker = behaviour<undefined, readonly string[]>({
  name: 'maker',
  wake(sys) {
    for (const id of sys.cluster) sys.addNetns(id as NetNsId, { conntrackHooks: false });
    return undefined;
  },
});

export class Rig {
  readonly world: World<readonly string[]>;

  constructor(namespaces: Readonly<Record<string, readonly string[]>>, seed = 1) {
    const names = Object.keys(namespaces);
    this.world = new World<readonly string[]>({ behaviours: [...APPS, maker], seed, cluster: names });
    this.world.spawn({ pid: 'maker', behaviour: 'maker', ns: '' as NetNsId, state: undefined });
    while (this.world.step());
    for (const [ns, commands] of Object.entries(namespaces))
      for (const command of commands) this.must(ns, command);
  }

  /** Gives a command, whatever Linux answers. */
  run(ns: string, command: string): OpResult {
    const op = parseOp(command);
    if (!op.ok) throw new Error(`${command}: ${op.error}`);
    return this.world.op(ns as NetNsId, op.value, BY_USER);
  }

  /** Gives a command that must be accepted. */
  must(ns: string, command: string): void {
    const result = this.run(ns, command);
    if (!result.ok) throw new Error(`${ns}: ${command}: ${result.text}`);
  }

  /** What Linux says to a command; '' when it is accepted. */
  error(ns: string, command: string): string {
    const result = this.run(ns, command);
    return result.ok ? '' : result.text;
  }

  serve(ns: string, ports: { readonly tcp?: readonly number[]; readonly udp?: readonly number[] }): void {
    const state: ServerState = { name: ns, tcp: ports.tcp ?? [], udp: ports.udp ?? [], peers: {} };
    this.world.spawn({ pid: `server@${ns}`, behaviour: 'server', ns: ns as NetNsId, state });
    while (!this.world.quiet) this.world.step();
  }

  /** Starts an exchange without running it. */
  start(from: string, to: string, injection: Partial<Injection> = {}): number {
    return inject(this.world, { protocol: 'icmp', ...injection, from: from as NetNsId, dst: ipv4(to) });
  }

  settle(budget?: number): RunEnd {
    return runUntilSettled(this.world, () => this.world.step(), budget);
  }

  /** Sends, runs to the end, and holds the recording to its laws. */
  send(from: string, to: string, injection: Partial<Injection> = {}): ExchangeRecord {
    const exchange = this.start(from, to, injection);
    if (this.settle() !== 'settled') throw new Error('did not settle');
    const problems = validate(this.world.recorder.recording());
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return this.world.recorder.exchange(exchange);
  }

  ping(from: string, to: string, injection: Partial<Injection> = {}): string {
    return must(this.send(from, to, injection).result, 'a settled exchange has a result');
  }

  get steps(): readonly Step[] {
    return this.world.recorder.recording().entries.filter(isStep);
  }

  get drops(): readonly DropReason[] {
    return this.steps.flatMap((step) => (step.kind === 'drop' ? [step.reason] : []));
  }

  /** What the taps of a namespace saw, `DEV DIR FRAME`. */
  taps(ns: string): readonly string[] {
    return tapLines(this.world.recorder.recording(), ns as NetNsId).map(
      ({ dev, dir, text }) => `${dev} ${dir} ${text}`,
    );
  }

  state(ns: string) {
    return this.world.netns(ns as NetNsId).state;
  }
}

/** Two hosts joined by a wire: a 10.0.0.1, b 10.0.0.2. */
export const TWO_HOSTS = {
  a: [],
  b: [
    'ip link add eth0 address 02:00:00:00:00:0b type veth peer name eth0 address 02:00:00:00:00:0a netns a',
    'ip addr add 10.0.0.2/24 brd + dev eth0',
    'ip link set eth0 up',
  ],
} as const;

/** Finishes TWO_HOSTS: the far end exists only after b made the pair. */
export function twoHosts(
  extra: { readonly a?: readonly string[]; readonly b?: readonly string[] } = {},
): Rig {
  const rig = new Rig(TWO_HOSTS);
  for (const command of ['ip addr add 10.0.0.1/24 brd + dev eth0', 'ip link set eth0 up', ...(extra.a ?? [])])
    rig.must('a', command);
  for (const command of extra.b ?? []) rig.must('b', command);
  return rig;
}

/** a 10.0.1.2 - r 10.0.1.1 | 10.0.2.1 - b 10.0.2.2, with r forwarding. */
export function routed(
  extra: {
    readonly a?: readonly string[];
    readonly r?: readonly string[];
    readonly b?: readonly string[];
  } = {},
): Rig {
  const rig = new Rig({
    a: [],
    b: [],
    r: [
      'ip link add r1 address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:01:02 netns a',
      'ip link add r2 address 02:00:00:00:02:01 type veth peer name eth0 address 02:00:00:00:02:02 netns b',
      'ip addr add 10.0.1.1/24 brd + dev r1',
      'ip addr add 10.0.2.1/24 brd + dev r2',
      'ip link set r1 up',
      'ip link set r2 up',
      'sysctl -w net.ipv4.ip_forward=1',
    ],
  });
  const host = (ns: 'a' | 'b', n: number): void => {
    for (const command of [
      `ip addr add 10.0.${n}.2/24 brd + dev eth0`,
      'ip link set eth0 up',
      `ip route add default via 10.0.${n}.1`,
    ]) {
      rig.must(ns, command);
    }
  };
  host('a', 1);
  host('b', 2);
  for (const ns of ['a', 'r', 'b'] as const) for (const command of extra[ns] ?? []) rig.must(ns, command);
  return rig;
}

/** Three hosts on one bridge: h1 10.0.0.1 behind p1, h2 behind p2, h3 behind p3; the switch itself has 10.0.0.254. */
export function bridged(extra: readonly string[] = []): Rig {
  const rig = new Rig({
    h1: [],
    h2: [],
    h3: [],
    sw: ['ip link add br0 address 02:00:00:00:00:fe type bridge', 'ip link set br0 up'],
  });
  for (const n of [1, 2, 3]) {
    rig.must(
      'sw',
      `ip link add p${n} address fe:00:00:00:00:0${n} type veth peer name eth0 address 02:00:00:00:00:0${n} netns h${n}`,
    );
    rig.must('sw', `ip link set p${n} master br0`);
    rig.must('sw', `ip link set p${n} up`);
    rig.must(`h${n}`, `ip addr add 10.0.0.${n}/24 brd + dev eth0`);
    rig.must(`h${n}`, 'ip link set eth0 up');
  }
  rig.must('sw', 'ip addr add 10.0.0.254/24 brd + dev br0');
  for (const command of extra) rig.must('sw', command);
  return rig;
}
