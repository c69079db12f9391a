/**
 * Terminals, one for each namespace: what was typed, what was printed, and what still runs. What a program prints is read from the
 * recording as far as the playhead has come, so it arrives as the packets do; when history is forked, what it had printed by then stays.
 * What they do is in terminalActions.ts, which comes with the first command.
 */
import type { Said } from '../../engine/protocol.ts';
import type { Message } from '../../lib/message.ts';
import type { Capture } from '../../trace/tcpdump.ts';
import type { Deps, Slice } from '../state.ts';

/** One command and what became of it. */
export interface LogEntry {
  readonly id: number;
  readonly line: string;
  /** printed at once, or before anything else */
  readonly lines: readonly string[];
  readonly failed: boolean;
  readonly hint?: Said['hint'];
  readonly refusal?: Message;
  /** the exchange whose client prints here */
  readonly exchange?: number;
  /** a tcpdump, from and (when it was stopped) up to an entry of the recording */
  readonly capture?: { readonly of: Capture; readonly from: number; readonly to?: number };
  /** history was changed before this, so it is no longer so */
  readonly forked: boolean;
}

export interface Terminal {
  readonly log: readonly LogEntry[];
  /** what was typed, oldest first */
  readonly history: readonly string[];
}

export interface TerminalActions {
  readonly runLine: (ns: string, line: string) => Promise<void>;
  /** Ctrl-C: ends what runs there; nothing when nothing does */
  readonly stopProgram: (ns: string) => Promise<void>;
  readonly clearTerminal: (ns: string) => void;
  readonly completeLine: (
    ns: string,
    text: string,
  ) => Promise<{ readonly start: number; readonly candidates: readonly string[] }>;
  /** for the trace slice: all behind this many entries is about to be forgotten */
  readonly forkTerminals: (kept: number) => void;
}

export interface TerminalSlice extends TerminalActions {
  /** the namespace the reader holds on to; undefined = that of the packet's source */
  readonly terminalNs: string | undefined;
  readonly terminals: Readonly<Record<string, Terminal>>;
  readonly holdTerminal: (ns: string | undefined) => void;
}

export function createTerminalSlice({ client }: Deps): Slice<TerminalSlice> {
  return (set, get) => {
    let loaded: TerminalActions | undefined;
    const load = async (): Promise<TerminalActions> => {
      const { createTerminalActions } = await import('../terminalActions.ts');
      loaded ??= createTerminalActions({ set, get, client });
      return loaded;
    };
    return {
      terminalNs: undefined,
      terminals: {},
      holdTerminal: (terminalNs) => {
        set({ terminalNs });
      },
      runLine: async (ns, line) => (await load()).runLine(ns, line),
      stopProgram: async (ns) => (await load()).stopProgram(ns),
      completeLine: async (ns, text) => (await load()).completeLine(ns, text),
      // where nothing was typed there is nothing to clear, and nothing to keep
      clearTerminal: (ns) => loaded?.clearTerminal(ns),
      forkTerminals: (kept) => loaded?.forkTerminals(kept),
    };
  };
}
