/** What a program can do, as the world does it: the system calls of one process, made anew whenever it wakes. */
import { assert, must } from '../lib/assert.ts';
import { update, withEntry, type NetNs } from '../kernel/netns.ts';
import type { OpResult, TableOp } from '../kernel/op.ts';
import type { Origin } from '../kernel/origin.ts';
import type { Kernel } from '../kernel/context.ts';
import type { Recorder } from '../kernel/record.ts';
import type { IfName, NetNsId, Seq, SimTime } from '../kernel/recorder.ts';
import type { Happening } from './happening.ts';
import { DELAY } from './link.ts';
import type { Process, Sys } from './process.ts';

/** The world as everybody sees it, as far as programs use it. */
interface Outside<C> extends Pick<
  Sys<C>,
  'process' | 'say' | 'readFile' | 'writeFile' | 'filesOf' | 'spawn' | 'kill'
> {
  readonly now: SimTime;
  readonly cluster: C;
  readonly recorder: Recorder;
  readonly recordOps: boolean;
  readonly namespaces: { get(id: NetNsId): NetNs | undefined };
  /** asserts that it exists */
  netns(id: NetNsId): NetNs;
  kernel(ns: NetNs): Kernel;
  op(ns: NetNsId, op: TableOp, origin: Origin, by?: string): OpResult;
  writeObjects(cluster: C): void;
}

/** What only programs do. */
export interface Inside extends Pick<Sys<unknown>, 'addNetns' | 'deleteNetns' | 'sleep'> {
  /** something happens so many nanoseconds from now */
  push(after: number, happening: Happening): void;
}

export function sysOf<C>(world: Outside<C>, inside: Inside, { pid, ns }: Process): Sys<C> {
  const { recorder } = world;
  const wakeAfter = (after: number, tag: string, busy: { readonly busy?: true }): void => {
    inside.push(after, { what: 'wake', pid, why: { why: 'timer', tag, ...busy } });
  };
  return {
    pid,
    now: world.now,
    ns,
    // what it wrote itself it reads again
    get cluster() {
      return world.cluster;
    },
    netns: (id) => world.namespaces.get(id),
    addNetns: inside.addNetns,
    deleteNetns: inside.deleteNetns,
    setCluster: (cluster) => {
      world.writeObjects(cluster);
    },
    op: (where, op, origin) => world.op(where, op, origin, pid),
    isRecorded: world.recordOps,
    log: (text, by, more) => {
      world.say(ns, text, by, more);
    },
    say: (where, text, by, more) => {
      world.say(where, text, by, more);
    },
    process: (id) => world.process(id),
    timer: (after, tag) => {
      wakeAfter(after, tag, {});
    },
    work: (after, tag) => {
      wakeAfter(after, tag, { busy: true });
    },
    readFile: (where, path) => world.readFile(where, path),
    writeFile: (where, path, text) => {
      world.writeFile(where, path, text);
    },
    filesOf: (where) => world.filesOf(where),
    kernel: () => world.kernel(world.netns(ns)),
    attachTun: (dev, attached) => {
      attachTun(world.netns(ns), dev as IfName, attached ? pid : undefined);
    },
    writeTun: (dev, frame, parent) => {
      inside.push(DELAY.softirq, { what: 'arrive', ns, dev: dev as IfName, frame, parent });
    },
    spawn: (child) => {
      world.spawn(child);
    },
    sleep: inside.sleep,
    kill: (victim) => {
      world.kill(victim);
    },
    print: (exchange, line) => {
      const { output, printedAt = [] } = recorder.exchange(exchange);
      recorder.updateExchange(exchange, {
        output: [...output, line],
        printedAt: [...printedAt, recorder.length as Seq],
      });
    },
    finish: (exchange, result) => {
      const end = { endSeq: recorder.length as Seq, endAt: world.now };
      recorder.updateExchange(exchange, { result, ...end });
    },
  };
}

function attachTun(ns: NetNs, dev: IfName, owner: string | undefined): void {
  const device = must(ns.state.devices.get(dev), `TUN ${dev}`);
  assert(device.kind === 'tun', `${dev} is not a TUN`);
  const { owner: _before, ...rest } = device;
  const attached = { ...rest, carrier: owner !== undefined, ...(owner === undefined ? {} : { owner }) };
  update(ns, { devices: withEntry(ns.state.devices, dev, attached) });
}
