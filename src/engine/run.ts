/**
 * A run: a world and its journal. The inputs, and how each applies, are here: with the documents and the seed they are the
 * whole board, so a run can be gone back in, forked, saved and shared.
 */
import type { Cluster } from '../kube/cluster.ts';
import { createBoard, touch } from '../kube/board.ts';
import type { Naming } from '../kube/naming.ts';
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
  /** a process is killed */
  | { readonly input: 'kill'; readonly pid: string };

export class Run {
  readonly world: World<Cluster>;
  readonly journal: Journal<Input, WorldSnapshot<Cluster>>;

  constructor(cluster: Cluster, options: { readonly seed?: number; readonly naming?: Naming } = {}) {
    const world = createBoard(cluster, options);
    this.world = world;
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

  /** What `read` sees (and does) in the world as it was after `atSeq` entries; the run stays where and as it is. */
  at<T>(atSeq: number, read: (world: World<Cluster>) => T): T {
    return this.#elsewhere(atSeq, 'seek', read);
  }

  /** The same, in the world as it was before the event that wrote entry `atSeq`, when that event also wrote earlier ones. */
  before<T>(atSeq: number, read: (world: World<Cluster>) => T): T {
    return this.#elsewhere(atSeq, 'seekBefore', read);
  }

  #elsewhere<T>(atSeq: number, seek: 'seek' | 'seekBefore', read: (world: World<Cluster>) => T): T {
    const { world } = this;
    const here = { snapshot: world.snapshot(), length: world.recorder.length };
    if (atSeq < world.recorder.length) this.journal[seek](atSeq);
    const result = read(world);
    if (world.recorder.length < here.length) this.journal.replay({ events: here.snapshot.events });
    else world.restore(here.snapshot);
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
    case 'kill':
      world.kill(input.pid);
  }
}
