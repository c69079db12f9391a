/** flanneld on the board: ended, started, its machine started again, and that taken back. What is done is a command of a terminal. */
import { isStep } from '../../trace/types.ts';
import type { Deps, Slice } from '../state.ts';

export interface DaemonSlice {
  /** the node whose flanneld is looked at */
  readonly daemon: string | undefined;
  /** the last command that was given so, while the recording still has it at `seq` */
  readonly acted: { readonly ns: string; readonly line: string; readonly seq: number } | undefined;
  readonly openDaemon: (node: string) => void;
  /** types the command on the machine, at the playhead */
  readonly act: (ns: string, line: string) => Promise<void>;
  /** the last command never was; what was sent and typed since is the former branch */
  readonly takeBack: () => Promise<void>;
}

export function createDaemonSlice({ client }: Deps): Slice<DaemonSlice> {
  return (set, get) => ({
    daemon: undefined,
    acted: undefined,
    openDaemon: (daemon) => {
      set({ daemon, dialog: 'daemon' });
    },
    act: async (ns, line) => {
      await get().runLine(ns, line);
      const done = get().recording.entries.findLast(
        (entry) => !isStep(entry) && entry.ns === ns && entry.text === line && entry.by.by === 'user',
      );
      set({ acted: done && { ns, line, seq: done.seq } });
    },
    takeBack: async () => {
      const { acted, branch } = get();
      if (acted === undefined) return;
      if (branch === 'before') get().switchBranch();
      set({ acted: undefined });
      await get().whenAlive(async () => {
        const { recording, board } = await client.call('takeBack', { atSeq: acted.seq });
        get().receive(recording);
        set({ board: Object.freeze(board) });
        get().keepEnds();
        get().refreshTraffic();
        get().refreshTables();
      });
    },
  });
}
