/**
 * A run: a world and its journal. The inputs, and how each applies, are here: with the documents and the seed they are the
 * whole board, so a run can be gone back in, forked, saved and shared.
 */
import { perform, type Action } from '../kube/action.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createBoard, touch } from '../kube/board.ts';
import type { Naming } from '../kube/naming.ts';
import type { Trial } from '../kernel/netfilter/probe.ts';
import type { TableOp } from '../kernel/op.ts';
import { BY_USER } from '../kernel/origin.ts';
import type { NetNsId, Recording } from '../kernel/recorder.ts';
import { inject, type Injection } from '../sim/inject.ts';
import { Journal } from '../sim/journal.ts';
import { runUntilSettled, type RunEnd } from '../sim/run.ts';
import type { World, WorldSnapshot } from '../sim/world.ts';

export type Input =
  /** the documents changed: controllers give commands for the difference */
  | { readonly input: 'cluster'; readonly cluster: Cluster }
  | { readonly input: 'send'; readonly injection: Injection }
  /** somebody typed a command in a terminal */
  | { readonly input: 'command'; readonly ns: NetNsId; readonly op: TableOp }
  /** somebody ended or started a program, removed a file, wiped a lease */
  | { readonly input: 'action'; readonly ns: NetNsId; readonly action: Action }
  /** somebody waited: so many nanoseconds pass, and timers fire */
  | { readonly input: 'wait'; readonly after: number }
  /** a process is killed */
  | { readonly input: 'kill'; readonly pid: string }
  /** Ctrl-C */
  | { readonly input: 'interrupt'; readonly pid: string };

export class Run {
  readonly world: World<Cluster>;
  /** what the board began with */
  readonly first: Cluster;
  readonly journal: Journal<Input, WorldSnapshot<Cluster>>;

  constructor(cluster: Cluster, options: { readonly seed?: number; readonly naming?: Naming } = {}) {
    const world = createBoard(cluster, options);
    this.world = world;
    this.first = cluster;
    this.journal = new Journal<Input, WorldSnapshot<Cluster>>({
      get events() {
        return world.events;
      },
      get length() {
        return world.recorder.length;
      },
      apply: (input) => {
        applyInput(world, input);
      },
      advance: () => world.step(),
      snapshot: () => world.snapshot(),
      restore: (snapshot) => {
        world.restore(snapshot);
      },
    });
  }

  /** The cluster that was given last, as its text says; programs may have written to its objects since. */
  get given(): Cluster {
    const last = this.journal.applied.findLast(({ input }) => input.input === 'cluster')?.input;
    return last?.input === 'cluster' ? last.cluster : this.first;
  }

  get recording(): Recording {
    return this.world.recorder.recording();
  }

  /**
   * Gives an input now and runs until everything is answered. A run that exceeds the step budget (a bridge loop) is taken
   * back as a whole: the board is as it was before.
   */
  give(input: Input): RunEnd {
    const before = this.journal.mark();
    this.journal.apply(input);
    const ended = runUntilSettled(this.world, () => this.journal.advance());
    if (ended === 'budget') this.journal.rollback(before);
    return ended;
  }

  /** Inputs that were given after this moment never were; what is under way ends as it would have without them. */
  goOnWithout(): void {
    this.journal.forget();
    runUntilSettled(this.world, () => this.journal.advance());
  }

  /** What `read` sees (and does) in the world as it was after `atSeq` entries; the run stays where and as it is. */
  at<T>(atSeq: number, read: (world: World<Cluster>) => T): T {
    return this.#elsewhere(() => {
      if (atSeq < this.world.recorder.length) this.journal.seek(atSeq);
      return read(this.world);
    });
  }

  /** The same, in the world as it was before the event that wrote entry `atSeq`, when that event also wrote earlier ones. */
  before<T>(atSeq: number, read: (world: World<Cluster>) => T): T {
    return this.#elsewhere(() => {
      if (atSeq < this.world.recorder.length) this.journal.seekBefore(atSeq);
      return read(this.world);
    });
  }

  /**
   * The same, at the very moment at which entry `atSeq` - 1 was written, in the midst of an event if need be. Kernel code
   * changes rules and connections before it records that it did. `read` only reads.
   */
  midway<T>(atSeq: number, read: (world: World<Cluster>) => T): T {
    const { world } = this;
    const { recorder } = world;
    if (atSeq >= recorder.length) return read(world);
    return this.#elsewhere(() => {
      let seen: { readonly value: T } | undefined;
      recorder.onEntry = () => {
        if (recorder.length === atSeq) seen ??= { value: read(world) };
      };
      this.journal.seek(atSeq);
      return seen ? seen.value : read(world);
    });
  }

  /** Plays entries `from` to `to` - 1 again while `hear` is told of every rule that is tried; `read`s what is there behind them. */
  again<T>(
    { from, to }: { readonly from: number; readonly to: number },
    hear: (trial: Trial) => void,
    read: (world: World<Cluster>) => T,
  ): T {
    const { world } = this;
    const { recorder } = world;
    return this.#elsewhere(() => {
      this.journal.seekBefore(from);
      world.onTrial = (trial) => {
        if (recorder.length >= from && recorder.length < to) hear(trial);
      };
      this.journal.onTo(to);
      return read(world);
    });
  }

  /** Plays entries `from` to `to` - 1 again; `look` sees the world right after each, in the midst of events. It only reads. */
  replay(
    { from, to }: { readonly from: number; readonly to: number },
    look: (world: World<Cluster>, seq: number) => void,
  ): void {
    const { world } = this;
    this.#elsewhere(() => {
      this.journal.seekBefore(from);
      world.recorder.onEntry = () => {
        const seq = world.recorder.length - 1;
        if (seq >= from && seq < to) look(world, seq);
      };
      this.journal.onTo(to);
    });
  }

  /** The recording comes back as it was, not as it is played again: what was tried out elsewhere leaves nothing behind. */
  #elsewhere<T>(read: () => T): T {
    const { world, journal } = this;
    const here = journal.mark();
    const kept = world.recorder.keep();
    const result = read();
    world.onTrial = undefined;
    world.recorder.onEntry = undefined;
    journal.rollback(here);
    world.recorder.putBack(kept);
    return result;
  }
}

function applyInput(world: World<Cluster>, input: Input): void {
  switch (input.input) {
    case 'cluster':
      world.setCluster(input.cluster);
      return;
    case 'send':
      touch(world, input.injection.from);
      inject(world, input.injection);
      return;
    case 'command':
      touch(world, input.ns);
      world.op(input.ns, input.op, BY_USER);
      return;
    case 'action':
      touch(world, input.ns);
      perform(world, input.ns, input.action, BY_USER);
      return;
    case 'wait':
      world.pause(input.after);
      return;
    case 'kill':
      world.kill(input.pid);
      return;
    case 'interrupt':
      world.interrupt(input.pid);
  }
}
