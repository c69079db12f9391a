/** What terminals do; loaded with the first of them, since most visits type nothing. */
import type { Client } from '../engine/client.ts';
import type { CommandResult } from '../engine/protocol.ts';
import type { ExchangeRecord, Recording } from '../trace/types.ts';
import { seqAfter } from './moment.ts';
import type { LogEntry, Terminal, TerminalActions } from './slices/terminal.ts';
import type { BoardState } from './state.ts';

/** More commands than this are not kept in view. */
const MOST_LOGGED = 200;

export const NO_TERMINAL: Terminal = Object.freeze({ log: [], history: [] });

/** How much of the recording has happened where the playhead stands. */
export function happened({
  beats,
  beat,
  recording,
}: Pick<BoardState, 'beats' | 'beat' | 'recording'>): number {
  return seqAfter(beat >= beats.length - 1 ? undefined : beats[beat], recording);
}

/** The lines that the client of an exchange has printed by then. */
export function printedBy(exchange: ExchangeRecord | undefined, at: number): readonly string[] {
  const { output = [], printedAt } = exchange ?? {};
  return printedAt === undefined ? output : output.filter((_, i) => (printedAt[i] ?? 0) <= at);
}

function exchangeOf(recording: Recording, { exchange }: LogEntry): ExchangeRecord | undefined {
  return exchange === undefined ? undefined : recording.exchanges[exchange];
}

/** True while it prints, or may print, more. */
export function isRunning(entry: LogEntry, state: Pick<BoardState, 'beats' | 'beat' | 'recording'>): boolean {
  if (entry.forked) return false;
  if (entry.capture !== undefined) return entry.capture.to === undefined;
  const exchange = exchangeOf(state.recording, entry);
  return exchange !== undefined && printedBy(exchange, happened(state)).length < exchange.output.length;
}

/** The entry after history before it was changed: with what it had printed when it last was true. */
function frozen(entry: LogEntry, recording: Recording, kept: number): LogEntry {
  const { capture } = entry;
  if (capture !== undefined)
    return capture.from < kept
      ? entry
      : { ...entry, capture: { ...capture, from: kept, ...(capture.to === undefined ? {} : { to: kept }) } };
  const exchange = exchangeOf(recording, entry);
  if (exchange === undefined || exchange.startSeq < kept) return entry;
  const { exchange: _gone, ...rest } = entry;
  return { ...rest, lines: [...entry.lines, ...exchange.output], forked: true };
}

interface Store {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
  readonly client: Client;
}

export function createTerminalActions({ set, get, client }: Store): TerminalActions {
  let lastId = 0;
  const terminalOf = (ns: string): Terminal => get().terminals[ns] ?? NO_TERMINAL;
  const put = (ns: string, terminal: Terminal): void => {
    set({ terminals: Object.freeze({ ...get().terminals, [ns]: Object.freeze(terminal) }) });
  };
  const change = (ns: string, id: number, fields: Partial<LogEntry>): void => {
    const { log, history } = terminalOf(ns);
    put(ns, { log: log.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry)), history });
  };
  /** What a line prints at once goes into its entry; the rest comes with the recording. */
  const told = (ns: string, id: number, result: CommandResult): void => {
    switch (result.status) {
      case 'said':
        change(ns, id, result.said);
        return;
      case 'refused':
        change(ns, id, { failed: true, refusal: result.message });
        return;
      case 'changed': {
        const from = result.recording.keptEntries;
        const isFork = from < get().recording.entries.length;
        get().receive(result.recording);
        if (result.board !== undefined) set({ board: Object.freeze(result.board) });
        change(ns, id, result.said);
        // in the midst of a story the command is a beat of it
        const command = get().recording.entries[from];
        if (isFork && command !== undefined) get().goToEntry(command.seq);
        // it happened behind all that is told: a send from an earlier moment would forget it
        else get().goToEnd();
        get().keepEnds();
        get().refreshTraffic();
        get().refreshTables();
        return;
      }
      case 'sent':
        get().tellSent(result);
        change(ns, id, { exchange: result.exchange });
        return;
      case 'listening': {
        const at = happened(get());
        const { capture: of, head, reads } = result;
        change(ns, id, { lines: head, capture: reads ? { of, from: 0, to: at } : { of, from: at } });
      }
    }
  };

  return {
    runLine: async (ns, line) => {
      const { log, history } = terminalOf(ns);
      const typed = line.trim();
      if (typed === 'clear') {
        put(ns, { log: [], history: [...history, typed] });
        return;
      }
      const id = ++lastId;
      const entry: LogEntry = { id, line, lines: [], failed: false, forked: false };
      const remembered = typed === '' || history.at(-1) === typed ? history : [...history, typed];
      put(ns, { log: [...log, entry].slice(-MOST_LOGGED), history: remembered });
      if (typed === '') return;
      const at = get().forkPoint();
      await get().whenAlive(async () => {
        told(ns, id, await client.call('command', { ns, line, ...at }));
      });
    },
    stopProgram: async (ns) => {
      const running = terminalOf(ns).log.findLast((entry) => isRunning(entry, get()));
      if (running === undefined) return;
      const { capture, exchange, id } = running;
      if (capture !== undefined) {
        change(ns, id, { capture: { ...capture, to: happened(get()) } });
        return;
      }
      if (exchange === undefined) return;
      // also while it plays: this is the moment
      const atSeq = happened(get());
      await get().whenAlive(async () => {
        const { recording } = await client.call('interrupt', { exchange, atSeq });
        get().receive(recording);
        get().goToEnd();
      });
    },
    clearTerminal: (ns) => {
      put(ns, { log: [], history: terminalOf(ns).history });
    },
    completeLine: async (ns, text) => {
      let found = { start: text.length, candidates: [] as readonly string[] };
      await get().whenAlive(async () => {
        found = await client.call('complete', { ns, text, atSeq: happened(get()) });
      });
      return found;
    },
    forkTerminals: (kept) => {
      const { terminals, recording } = get();
      const next = Object.entries(terminals).map(([ns, { log, history }]) => [
        ns,
        Object.freeze({ log: log.map((entry) => frozen(entry, recording, kept)), history }),
      ]);
      set({ terminals: Object.freeze(Object.fromEntries(next)) });
    },
  };
}
