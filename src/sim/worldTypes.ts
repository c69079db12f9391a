/** What a world is made from, and what a snapshot of it holds. */
import type { Queued } from '../lib/queue.ts';
import type { NetNsState } from '../kernel/netns.ts';
import type { OpResult, TableOp } from '../kernel/op.ts';
import type { RecordMark } from '../kernel/record.ts';
import type { NetNsId, SimTime } from '../kernel/recorder.ts';
import type { Happening } from './happening.ts';
import type { AnyBehaviour, Process } from './process.ts';

export type WorldEvent = Queued & Happening;

export interface WorldSnapshot<C> {
  readonly now: SimTime;
  readonly order: number;
  readonly events: number;
  readonly queue: readonly WorldEvent[];
  readonly busy: number;
  readonly namespaces: readonly (readonly [NetNsId, NetNsState])[];
  readonly processes: ReadonlyMap<string, Process>;
  readonly asleep: ReadonlyMap<NetNsId, readonly Process[]>;
  readonly files: Files;
  readonly random: number;
  readonly mark: RecordMark;
  readonly cluster: C;
}

export interface WorldOptions<C> {
  readonly behaviours: readonly AnyBehaviour<C>[];
  readonly seed: number;
  readonly cluster: C;
  /** what of the objects of before stands in those that somebody puts in their place: what programs wrote to them */
  readonly carry?: (next: C, before: C) => C;
  /** hears every command as it is carried out, those of setting up too */
  readonly onOp?: OnOp;
}

export type OnOp = (ns: NetNsId, op: TableOp, result: OpResult) => void;

export type Files = ReadonlyMap<NetNsId, ReadonlyMap<string, string>>;
