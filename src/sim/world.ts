/**
 * Many namespaces, the wires between them, the processes in them, and one clock: a deterministic discrete-event simulation.
 * Events are ordered by (time, order of asking); randomness comes from one seeded source. Everything that changes is reached
 * from here and is plain data or immutable tables, so a snapshot is cheap and a run is a pure function of its inputs.
 */
import { assert, assertUnreachable, must } from '../lib/assert.ts';
import { CopyOnWrite } from '../lib/copyOnWrite.ts';
import { Queue } from '../lib/queue.ts';
import { createRandom, type Random } from '../lib/random.ts';
import { newHop, type Effect, type Kernel, type KernelTimer } from '../kernel/context.ts';
import { createNetNs, update, withEntry, withoutEntry, type NetNs } from '../kernel/netns.ts';
import { apply, type Listens, type Namespaces, type OpResult, type TableOp } from '../kernel/op.ts';
import { printOp } from '../kernel/opText.ts';
import type { Origin } from '../kernel/origin.ts';
import { fragmentsTimer } from '../kernel/defrag.ts';
import { PATH, receive } from '../kernel/path.ts';
import { neighTimer } from '../kernel/neigh.ts';
import { Recorder } from '../kernel/record.ts';
import type { Trial } from '../kernel/netfilter/probe.ts';
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import { tcpTimer } from '../kernel/tcpTimer.ts';
import { isBusy, type Happening } from './happening.ts';
import { DELAY } from './link.ts';
import { sysOf, type Inside } from './sys.ts';
import { LISTENS_TO_NOTHING, listensFor, subscribers } from './netlink.ts';
import type { AnyBehaviour, Process, Sys, Wake } from './process.ts';
import type { OnOp, WorldEvent, WorldOptions, WorldSnapshot } from './worldTypes.ts';

export type { OnOp, WorldOptions, WorldSnapshot } from './worldTypes.ts';

export class World<C> {
  readonly recorder = new Recorder();
  #now = 0 as SimTime;
  #order = 0;
  #events = 0;
  #busy = 0;
  #queue = new Queue<WorldEvent>();
  readonly #namespaces = new Map<NetNsId, NetNs>();
  readonly #processes = new CopyOnWrite<string, Process>();
  /** what starts in a namespace when something first looks at it */
  readonly #asleep = new CopyOnWrite<NetNsId, readonly Process[]>();
  /** what programs wrote to the machines' disks, by path; goes with the namespace */
  readonly #files = new CopyOnWrite<NetNsId, ReadonlyMap<string, string>>();
  readonly #random: Random;
  readonly #behaviours: ReadonlyMap<string, AnyBehaviour<C>>;
  /** those that subscribe to rows */
  readonly #hearing: readonly AnyBehaviour<C>[];
  readonly #isHeard: Listens;
  readonly #onOp: OnOp | undefined;
  /** hears of namespaces that come and go */
  onNetns: ((id: NetNsId, what: 'add' | 'del') => void) | undefined;
  readonly #carry: WorldOptions<C>['carry'];
  #cluster: C;
  /** while false, commands are carried out but not recorded: the board is being set up */
  recordOps = false;
  /** while true, no program hears of changed rows: the tables are looked at as if those who wrote them were gone */
  deaf = false;
  /** hears of every rule of iptables before it is tried (Kernel.onTrial) */
  onTrial: ((trial: Trial) => void) | undefined;

  /** what only programs do */
  readonly #inside: Inside = {
    push: (after, happening) => {
      this.#push(after, happening);
    },
    addNetns: (id, options) => {
      assert(!this.#namespaces.has(id), `namespace ${id} exists`);
      this.#namespaces.set(id, createNetNs(id, options));
      this.onNetns?.(id, 'add');
    },
    deleteNetns: (id) => {
      if (this.#namespaces.delete(id)) this.onNetns?.(id, 'del');
      this.#asleep.delete(id);
      this.#files.delete(id);
    },
    sleep: (ns, processes) => {
      this.#asleep.set(ns, processes);
    },
  };

  constructor({ behaviours, seed, cluster, carry, onOp }: WorldOptions<C>) {
    this.#carry = carry;
    this.#random = createRandom(seed);
    this.#behaviours = new Map(behaviours.map((b) => [b.name, b]));
    assert(this.#behaviours.size === behaviours.length, 'two behaviours of one name');
    this.#hearing = behaviours.filter(({ hears }) => hears.length > 0);
    this.#isHeard = listensFor(this.#hearing);
    this.#cluster = cluster;
    this.#onOp = onOp;
  }

  get now(): SimTime {
    return this.#now;
  }
  /** how many events have been carried out: the exact position of the world in its run */
  get events(): number {
    return this.#events;
  }
  /** nothing is on its way and nobody is about to run; only timers may be waiting */
  get quiet(): boolean {
    return this.#busy === 0;
  }
  get cluster(): C {
    return this.#cluster;
  }
  get random(): Random {
    return this.#random;
  }

  readonly namespaces: Namespaces & { ids(): readonly NetNsId[] } = {
    get: (id: NetNsId): NetNs | undefined => this.#namespaces.get(id),
    ids: (): readonly NetNsId[] => [...this.#namespaces.keys()],
  };

  /** The namespace `id`; asserts that it exists. */
  netns(id: NetNsId): NetNs {
    return must(this.#namespaces.get(id), `namespace ${id}`);
  }

  /** Somebody edits the objects. */
  setCluster(cluster: C): void {
    this.writeObjects(this.#carry?.(cluster, this.#cluster) ?? cluster);
  }

  /** The objects are these, whole; whoever watches hears of it. */
  writeObjects(cluster: C): void {
    this.#cluster = cluster;
    for (const { pid, behaviour } of this.#processes.now.values()) {
      if (this.#behaviours.get(behaviour)?.watches === true)
        this.#push(0, { what: 'wake', pid, why: { why: 'objects' } });
    }
  }

  spawn(process: Process): void {
    assert(!this.#processes.now.has(process.pid), `process ${process.pid} exists`);
    assert(this.#behaviours.has(process.behaviour), `no behaviour ${process.behaviour}`);
    this.#processes.set(process.pid, process);
    this.#push(0, { what: 'wake', pid: process.pid, why: { why: 'start' } });
  }

  /** Whether the machine of this namespace has not been touched yet: its processes have not begun. */
  sleeps(ns: NetNsId): boolean {
    return this.#asleep.now.has(ns);
  }

  /**
   * Starts what sleeps in a namespace: on a board of a thousand nodes flanneld and the pods of a node come to life when the
   * first IP packet reaches it or something is sent from it. Like the rest of setting up, this is not recorded.
   */
  touch(ns: NetNsId): void {
    const sleepers = this.#asleep.now.get(ns);
    if (!sleepers) return;
    this.#asleep.delete(ns);
    const recorded = this.recordOps;
    this.recordOps = false;
    for (const process of sleepers) {
      this.#processes.set(process.pid, process);
      this.#wake(process.pid, { why: 'start' });
    }
    this.recordOps = recorded;
  }

  /** The text of a file of a machine, undefined when there is none. */
  readFile(ns: NetNsId, path: string): string | undefined {
    return this.#files.now.get(ns)?.get(path);
  }

  /** Writes a file of a machine; undefined removes it. */
  writeFile(ns: NetNsId, path: string, text: string | undefined): void {
    const files = this.#files.now.get(ns) ?? new Map<string, string>();
    const changed = text === undefined ? withoutEntry(files, path) : withEntry(files, path, text);
    this.#files.set(ns, changed);
  }

  /** The paths of a machine's files, sorted. */
  filesOf(ns: NetNsId): readonly string[] {
    return [...(this.#files.now.get(ns)?.keys() ?? [])].toSorted();
  }

  process(pid: string): Process | undefined {
    return this.#processes.now.get(pid);
  }

  /** Records what a program said, or what somebody did that changed no table. */
  say(ns: NetNsId, text: string, by: Origin, more: Parameters<Sys<C>['log']>[2] = {}): void {
    const { kind = 'process', result = 'ok', ...rest } = more;
    if (this.recordOps)
      this.recorder.event({ at: this.#now, ns, by, kind, result, text, changes: [], ...rest });
  }

  /** Carries out a command in a namespace and records it; `by` is the process that gave it. */
  op(ns: NetNsId, op: TableOp, origin: Origin, by?: string): OpResult {
    const hearing = this.deaf ? [] : this.#hearing;
    const isTold = this.recordOps ? undefined : this.deaf ? LISTENS_TO_NOTHING : this.#isHeard;
    const result = apply(this.namespaces, this.netns(ns), op, { at: this.#now, origin, isTold });
    this.#onOp?.(ns, op, result);
    for (const pid of subscribers(result.changes ?? [], hearing, this.#processes.now.values(), by))
      this.#push(0, { what: 'wake', pid, why: { why: 'netlink' } });
    if (this.recordOps) {
      const outcome = result.ok
        ? { result: 'ok' as const, changes: result.changes }
        : { result: result.errno, error: result.text, changes: result.changes ?? [] };
      this.recorder.event({ at: this.#now, ns, by: origin, kind: 'op', text: printOp(op), ...outcome });
    }
    return result;
  }

  /** Carries out the next event. @returns false when there is none */
  step(): boolean {
    const event = this.#queue.pop();
    if (!event) return false;
    assert(event.at >= this.#now, 'time went back');
    this.#now = event.at as SimTime;
    this.#events++;
    if (isBusy(event)) this.#busy--;
    this.#carryOut(event);
    return true;
  }

  /** Lets time pass: what is due until `at` happens, then it is `at`. Time never goes back. */
  wait(at: SimTime): void {
    for (let next = this.#queue.peek(); next && next.at <= at; next = this.#queue.peek()) this.step();
    if (at > this.#now) this.#now = at;
  }

  #push(after: number, happening: Happening): void {
    if (isBusy(happening)) this.#busy++;
    this.#queue.push({ at: this.#now + after, order: this.#order++, ...happening });
  }

  #carryOut(event: WorldEvent): void {
    switch (event.what) {
      case 'arrive': {
        const ns = this.#namespaces.get(event.ns);
        // the far end is gone: the frame is lost on the wire, as when a cable is pulled
        if (!ns) return;
        if (event.frame.payload.kind === 'ipv4') this.touch(event.ns);
        const k = this.kernel(ns);
        const exchange = this.recorder.exchangeOf(event.parent);
        receive(k, { hop: newHop(k, { parent: event.parent, cause: 'wire', exchange }), ...event });
        return;
      }
      case 'softirq': {
        const ns = this.#namespaces.get(event.ns);
        if (ns) receive(this.kernel(ns), event);
        return;
      }
      case 'timer': {
        const ns = this.#namespaces.get(event.ns);
        if (ns) this.#kernelTimer(ns, event.timer);
        return;
      }
      case 'wake':
        this.#wake(event.pid, event.why);
        return;
      case 'waited':
        return;
      default:
        assertUnreachable(event);
    }
  }

  /** Somebody waits, as an event that a journal can go back to: the world is not quiet before so many nanoseconds have passed. */
  pause(after: number): void {
    this.#push(after, { what: 'waited' });
  }

  #kernelTimer(ns: NetNs, timer: KernelTimer): void {
    const k = this.kernel(ns);
    switch (timer.timer) {
      case 'neigh':
        neighTimer(k, timer.key, timer.generation);
        return;
      case 'tcp':
        tcpTimer(k, timer.socket, timer.generation);
        return;
      case 'fragments':
        fragmentsTimer(k, timer.key, timer.generation);
        return;
      default:
        assertUnreachable(timer);
    }
  }

  #wake(pid: string, why: Wake): void {
    const process = this.#processes.now.get(pid);
    if (!process) return;
    const behaviour = must(this.#behaviours.get(process.behaviour), `behaviour ${process.behaviour}`);
    const state = behaviour.wake(sysOf(this, this.#inside, process), process.state, why);
    if (this.#processes.now.has(pid) && state !== process.state) {
      this.#processes.set(pid, { ...process, state });
    }
  }

  /** The kernel of a namespace at this moment. */
  kernel(ns: NetNs): Kernel {
    return {
      ns,
      now: this.#now,
      recorder: this.recorder,
      random: this.#random,
      path: PATH,
      depth: 0,
      onTrial: this.onTrial,
      farEnd: ({ ns: far, dev }) => this.#namespaces.get(far)?.state.devices.get(dev),
      emit: (effect) => {
        this.#effect(ns.id, effect);
      },
    };
  }

  #effect(from: NetNsId, effect: Effect): void {
    switch (effect.kind) {
      case 'transmit': {
        const { kind: _kind, to, hop, medium, ...rest } = effect;
        this.#push(DELAY[medium], { what: 'arrive', ns: to.ns, dev: to.dev, parent: hop, ...rest });
        return;
      }
      case 'softirq': {
        const { kind: _kind, ...rest } = effect;
        this.#push(DELAY.softirq, { what: 'softirq', ns: from, ...rest });
        return;
      }
      case 'timer':
        this.#push(effect.after, { what: 'timer', ns: from, timer: effect.timer });
        return;
      case 'wake':
        this.#push(DELAY.wake, {
          what: 'wake',
          pid: effect.owner,
          why: { why: 'socket', event: effect.event },
        });
        return;
      default:
        assertUnreachable(effect);
    }
  }

  /** Ctrl-C: a program may say a last word; one that is gone hears nothing. */
  interrupt(pid: string): void {
    // what has just been delivered wakes it first
    if (this.#processes.now.has(pid))
      this.#push(DELAY.wake, { what: 'wake', pid, why: { why: 'interrupt' } });
  }

  /** Ends a process: its sockets close, its TUN devices disappear (they live as long as the file descriptor). */
  kill(pid: string): void {
    const process = this.#processes.now.get(pid);
    if (!process) return;
    this.#processes.delete(pid);
    const ns = this.#namespaces.get(process.ns);
    if (!ns) return;
    const sockets = new Map([...ns.state.sockets].filter(([, socket]) => socket.owner !== pid));
    update(ns, { sockets });
    for (const device of ns.state.devices.values()) {
      if (device.kind === 'tun' && device.owner === pid)
        this.op(ns.id, { op: 'link-del', name: device.name }, { by: 'kernel' });
    }
  }

  snapshot(): WorldSnapshot<C> {
    return {
      now: this.#now,
      order: this.#order,
      events: this.#events,
      busy: this.#busy,
      queue: this.#queue.snapshot(),
      namespaces: [...this.#namespaces].map(([id, ns]) => [id, ns.state] as const),
      processes: this.#processes.keep(),
      asleep: this.#asleep.keep(),
      files: this.#files.keep(),
      random: this.#random.state,
      mark: this.recorder.mark(),
      cluster: this.#cluster,
    };
  }

  restore(snapshot: WorldSnapshot<C>): void {
    this.#now = snapshot.now;
    this.#order = snapshot.order;
    this.#events = snapshot.events;
    this.#busy = snapshot.busy;
    this.#queue = new Queue(snapshot.queue);
    this.#namespaces.clear();
    for (const [id, state] of snapshot.namespaces) this.#namespaces.set(id, { id, state });
    this.#processes.putBack(snapshot.processes);
    this.#asleep.putBack(snapshot.asleep);
    this.#files.putBack(snapshot.files);
    this.#random.state = snapshot.random;
    this.recorder.cut(snapshot.mark);
    this.#cluster = snapshot.cluster;
  }
}
