/**
 * Processes: what runs in user space. A process is plain data (its state) and a behaviour (a function by name) that wakes on a
 * packet, a timer or a changed object. Controllers, servers and clients are all behaviours; `sim` knows none of them by name.
 */
import type { Kernel } from '../kernel/context.ts';
import type { OpResult, TableOp } from '../kernel/op.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Origin } from '../kernel/origin.ts';
import type { Disposition, Event, HopIndex, NetNsId, SimTime, TableChange } from '../kernel/recorder.ts';
import type { SocketEvent } from '../kernel/socketTypes.ts';

export type Wake =
  | { readonly why: 'start' }
  /** `busy`: it was at work, not asleep, so the world does not stand still before */
  | { readonly why: 'timer'; readonly tag: string; readonly busy?: true }
  | { readonly why: 'socket'; readonly event: SocketEvent }
  /** the cluster's objects changed */
  | { readonly why: 'objects' }
  /** somebody else changed a row of its namespace that it `hears` of */
  | { readonly why: 'netlink' }
  /** Ctrl-C in the terminal that it was started from */
  | { readonly why: 'interrupt' };

/** What a process can do: the system calls, the tools it may run, its clock. `C` is the cluster, which sim does not look into. */
export interface Sys<C> {
  readonly pid: string;
  readonly now: SimTime;
  readonly ns: NetNsId;
  /** the objects as they are now */
  readonly cluster: C;
  /** the namespace, or undefined when it is gone */
  netns(id: NetNsId): NetNs | undefined;
  /** makes a namespace (`ip netns add`); conntrack's hooks are there when rules will be */
  addNetns(id: NetNsId, options: { readonly conntrackHooks: boolean }): void;
  deleteNetns(id: NetNsId): void;
  /** runs a command in a namespace; recorded with who ran it */
  op(ns: NetNsId, op: TableOp, origin: Origin): OpResult;
  /** what is logged is kept; while a board is set up it is not, and need not be put into words */
  readonly isRecorded: boolean;
  /** a line of the process's own log, or what it said of an object */
  log(text: string, by: Origin, more?: Partial<Pick<Event, 'kind' | 'result' | 'error' | 'detail'>>): void;
  /** somebody's doing on another machine that changed no table, as an entry of the recording */
  say(
    where: NetNsId,
    text: string,
    by: Origin,
    more?: Partial<Pick<Event, 'kind' | 'result' | 'error' | 'detail'>>,
  ): void;
  /** the process of that id, while it runs */
  process(pid: string): Process | undefined;
  /** writes objects to the API server; everybody who watches hears of it */
  setCluster(cluster: C): void;
  /** wakes this process after `ns` nanoseconds with `tag` */
  timer(after: number, tag: string): void;
  /** the same, but it works meanwhile: a run is not settled before it is done */
  work(after: number, tag: string): void;
  /** the text of a file of the machine (or pod) `ns`, undefined when there is none */
  readFile(ns: NetNsId, path: string): string | undefined;
  /** writes a file; undefined removes it */
  writeFile(ns: NetNsId, path: string, text: string | undefined): void;
  /** the paths of a machine's files, sorted */
  filesOf(ns: NetNsId): readonly string[];
  /** the kernel of this process's namespace, for socket calls */
  kernel(): Kernel;
  /** attaches this process to a TUN device of its namespace (open /dev/net/tun) */
  attachTun(dev: string, attached: boolean): void;
  /** hands a packet to the kernel by writing to the TUN */
  writeTun(dev: string, frame: Parameters<Kernel['recorder']['frame']>[0], parent: HopIndex): void;
  spawn(process: Process): void;
  /** processes that start when something first looks at `ns` */
  sleep(ns: NetNsId, processes: readonly Process[]): void;
  kill(pid: string): void;
  /** a line that the client program of an exchange prints */
  print(exchange: number, line: string): void;
  finish(exchange: number, result: Disposition): void;
}

/** A program: how its state goes on when it wakes. State is plain data and is replaced, never changed in place. */
export interface Behaviour<S, C> {
  readonly name: string;
  /** wakes when the cluster's objects change */
  readonly watches?: true;
  /**
   * Which rows of its namespace it subscribes to: it wakes when somebody else changes one. A loop that looks every so often
   * whether all is well has its next look when there is something to see, so a quiet board has no events at all.
   */
  readonly hears?: readonly Subscription[];
  wake(sys: Sys<C>, state: S, why: Wake): S;
}

/** Rows that come, change or go, and of these the ones that fit. Lines that nobody may want are not written. */
export interface Subscription extends Pick<TableChange, 'table' | 'op'> {
  fits(this: void, line: string): boolean;
}

/** A behaviour whose state type is forgotten, so that all fit in one table. */
export interface AnyBehaviour<C> {
  readonly name: string;
  readonly watches: boolean;
  readonly hears: readonly Subscription[];
  wake(sys: Sys<C>, state: unknown, why: Wake): unknown;
}

/** Forgets the state's type; the world hands back to a behaviour only what it returned itself. */
export function behaviour<S, C>(typed: Behaviour<S, C>): AnyBehaviour<C> {
  return {
    name: typed.name,
    watches: typed.watches === true,
    hears: typed.hears ?? [],
    wake: (sys, state, why) => typed.wake(sys, state as S, why),
  };
}

export interface Process {
  readonly pid: string;
  readonly behaviour: string;
  readonly ns: NetNsId;
  readonly state: unknown;
}
