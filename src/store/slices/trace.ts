/** What was sent and how it is told: the recording, the beats of the exchange on show, and the playhead's beat. */
import type { Board, BoardNode, Endpoint, SendRequest, SendResult } from '../../engine/protocol.ts';
import type { Message } from '../../lib/message.ts';
import { lastAtMost } from '../../lib/search.ts';
import { decodeColumns, EMPTY_RECORDING, type RecordingColumns } from '../../trace/columns.ts';
import { beatsOf, stepOf, type Beat, type Grain } from '../../trace/timeline.ts';
import { isStep, type ExchangeRecord, type Recording, type Seq } from '../../trace/types.ts';
import { whyOf } from '../../trace/why.ts';
import { keepSelection, pickInto, requestOf, type Selection } from '../endpoints.ts';
import type { Deps, Slice } from '../state.ts';

export type Protocol = 'icmp' | 'tcp';

/** A story that can be looked at: what was recorded, and which exchange of it was told. */
export interface Branch {
  readonly recording: Recording;
  readonly exchange: ExchangeRecord | undefined;
  readonly opened: readonly Seq[];
}

/** Where playing can be made to pause. */
export type Breakpoint = 'drop' | 'encap' | 'nat';

export interface TraceSlice {
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
  readonly protocol: Protocol;
  readonly sending: boolean;
  /** why the last send was not even tried */
  readonly refusal: Message | undefined;
  readonly dismissRefusal: () => void;
  /** by reference, frozen at the top: immer leaves it alone */
  readonly recording: Recording;
  readonly exchange: ExchangeRecord | undefined;
  /** folds that were opened, by the seq of their first entry */
  readonly opened: readonly Seq[];
  readonly grain: Grain;
  /** kinds of steps at which playing pauses */
  readonly breakpoints: readonly Breakpoint[];
  readonly beats: readonly Beat[];
  /** 'before' = the story as it was before the last fork is on show; the engine has only the present one */
  readonly branch: 'now' | 'before';
  /** the branch that is not on show */
  readonly other: Branch | undefined;
  readonly beat: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly pick: (endpoint: Endpoint) => void;
  readonly chooseSource: (endpoint: Endpoint) => void;
  readonly chooseTarget: (endpoint: Endpoint) => void;
  readonly chooseProtocol: (protocol: Protocol) => void;
  readonly send: () => Promise<void>;
  /** what the bar sent last */
  readonly sent: SendRequest | undefined;
  /** sends what was sent last once more, as things are now; nothing when nothing was */
  readonly sendAgain: () => Promise<void>;
  /** sends this now, unless something is being sent; true when it was sent */
  readonly sendRequest: (request: SendRequest) => Promise<boolean>;
  /** for the terminal slice: tells what was sent there, from its beginning */
  readonly tellSent: (sent: Extract<SendResult, { readonly status: 'sent' }>) => void;
  readonly toggleFold: (seq: Seq) => void;
  /** shows the other branch */
  readonly switchBranch: () => void;
  /** for whoever changes history: the playhead, when it stands before the end; the other branch is left first */
  readonly forkPoint: () => { readonly atSeq?: number };
  readonly setGrain: (grain: Grain) => void;
  /** finer and finer, then coarse again */
  readonly nextGrain: () => void;
  readonly toggleBreakpoint: (breakpoint: Breakpoint) => void;
  readonly togglePlay: () => void;
  readonly stepForward: () => void;
  readonly stepBack: () => void;
  readonly goToStart: () => void;
  readonly goToEnd: () => void;
  readonly seek: (position: number) => void;
  /** to where the packet was dropped, when it was */
  readonly goToDrop: () => void;
  /** to the beat that tells an entry of the recording, also when it belongs to another exchange; nowhere when none tells it */
  readonly goToEntry: (seq: Seq) => void;
  readonly setSpeed: (speed: number) => void;
  /** everything that every device saw, as a pcapng file; undefined when the engine has gone */
  readonly capture: () => Promise<Uint8Array | undefined>;
  /** for the cluster slice: takes a part of the recording in; the exchange on show stays when it is still there */
  readonly receive: (columns: RecordingColumns) => void;
  /** for the cluster slice: forgets the recording, because its engine is gone */
  readonly forgetTrace: () => void;
  /** for the cluster slice: both ends exist on the present board */
  readonly keepEnds: () => void;
}

const FINER: Readonly<Record<Grain, Grain>> = { hop: 'hook', hook: 'header', header: 'hop' };

const NO_BEATS: readonly Beat[] = Object.freeze([]);

/** The beat of `next` that tells what beat `index` of `previous` told. */
function sameBeat(previous: readonly Beat[], index: number, next: readonly Beat[]): number {
  const beat = previous[index];
  return beat === undefined
    ? 0
    : Math.max(
        lastAtMost(next, beat.seq, ({ seq }) => seq),
        0,
      );
}

/** Nodes of a large board that have come to life, in place of what the board had of them. */
function withNodes(board: Board, woken: readonly BoardNode[]): Board {
  const byName = new Map(woken.map((node) => [node.name, node]));
  return Object.freeze({ ...board, nodes: board.nodes.map((node) => byName.get(node.name) ?? node) });
}

export function createTraceSlice({ client, playback }: Deps): Slice<TraceSlice> {
  return (set, get) => {
    playback.onPlayhead((playhead) => {
      const moved = playhead.beat !== get().beat;
      set(playhead);
      const { breakpoints, beats, recording } = get();
      const kind = stepOf(recording, beats[playhead.beat])?.kind;
      if (moved && playhead.playing && breakpoints.some((b) => b === kind)) playback.seek(playhead.beat);
    });

    /** Tells `exchange` anew, from the beat that was shown or from `start`. */
    const tell = (exchange: ExchangeRecord | undefined, opened: readonly Seq[], start?: number): void => {
      const { recording, beats: previous, beat } = get();
      const beats =
        exchange === undefined
          ? NO_BEATS
          : Object.freeze(beatsOf(recording, exchange.id, new Set(opened), get().grain));
      set({ exchange, opened, beats });
      playback.load(beats.length, start ?? sameBeat(previous, beat, beats));
    };

    const receive = (columns: RecordingColumns): void => {
      const { recording: former, exchange, opened } = get();
      if (columns.keptEntries < former.entries.length) get().forkTerminals(columns.keptEntries);
      const recording = Object.freeze(decodeColumns(former, columns));
      // history changed before its end: what would have come stays, to be compared with
      const forked = columns.keptEntries > 0 && columns.keptEntries < former.entries.length;
      if (forked) set({ other: Object.freeze({ recording: former, exchange, opened }) });
      else if (columns.keptEntries === 0) set({ other: undefined });
      set({ recording });
    };

    const showSent = ({
      exchange: id,
      recording,
      woken,
    }: Extract<SendResult, { readonly status: 'sent' }>): void => {
      receive(recording);
      const { board } = get();
      if (board !== undefined && woken !== undefined) set({ board: withNodes(board, woken) });
      const exchange = get().recording.exchanges.find((candidate) => candidate.id === id);
      tell(exchange, [], 0);
      get().refreshTraffic();
      playback.start();
    };

    /** Sends and tells it; true when it was sent. */
    const sendOne = async (request: SendRequest | undefined): Promise<boolean> => {
      if (request === undefined || get().sending) return false;
      set({ sending: true, refusal: undefined });
      const at = get().forkPoint();
      let isSent = false;
      await get().whenAlive(async () => {
        const result = await client.call('send', { ...request, ...at });
        isSent = result.status === 'sent';
        if (result.status === 'sent') {
          set({ sent: request });
          showSent(result);
        } else set({ refusal: result.message });
      });
      set({ sending: false });
      return isSent;
    };

    const select = (selection: Selection): void => {
      set({ ...selection, refusal: undefined });
    };

    return {
      source: undefined,
      target: undefined,
      protocol: 'icmp',
      sending: false,
      refusal: undefined,
      dismissRefusal: () => {
        set({ refusal: undefined });
      },
      recording: EMPTY_RECORDING,
      exchange: undefined,
      opened: [],
      grain: 'hop',
      breakpoints: [],
      branch: 'now',
      other: undefined,
      beats: NO_BEATS,
      beat: 0,
      playing: false,
      speed: 1,
      pick: (endpoint) => {
        select(pickInto(get(), endpoint));
      },
      chooseSource: (source) => {
        select({ source, target: get().target });
      },
      chooseTarget: (target) => {
        select({ source: get().source, target });
        // a Service is a port: whoever chooses one wants to connect, not to ping
        if (target.includes(':')) set({ protocol: 'tcp' });
      },
      chooseProtocol: (protocol) => {
        set({ protocol, refusal: undefined });
      },
      send: async () => {
        const { board, protocol } = get();
        const request = board && requestOf(board, get(), protocol);
        if (await sendOne(request)) set({ tab: 'packet' });
      },
      sent: undefined,
      sendAgain: async () => {
        await sendOne(get().sent);
      },
      sendRequest: sendOne,
      tellSent: showSent,
      switchBranch: () => {
        const { recording, exchange, opened, other, branch } = get();
        if (other === undefined) return;
        set({
          recording: other.recording,
          other: Object.freeze({ recording, exchange, opened }),
          branch: branch === 'now' ? 'before' : 'now',
        });
        tell(other.exchange, other.opened, get().beat);
        get().refreshTables();
      },
      forkPoint: () => {
        if (get().branch === 'before') {
          get().switchBranch();
          return {};
        }
        const { beats, beat, playing } = get();
        const now = beats[beat];
        return playing || now === undefined || beat >= beats.length - 1 ? {} : { atSeq: now.last + 1 };
      },
      setGrain: (grain) => {
        set({ grain });
        tell(get().exchange, get().opened);
      },
      nextGrain: () => {
        get().setGrain(FINER[get().grain]);
      },
      toggleBreakpoint: (breakpoint) => {
        const { breakpoints } = get();
        const without = breakpoints.filter((b) => b !== breakpoint);
        set({ breakpoints: without.length < breakpoints.length ? without : [...breakpoints, breakpoint] });
      },
      toggleFold: (seq) => {
        const { opened, exchange } = get();
        tell(exchange, opened.includes(seq) ? opened.filter((other) => other !== seq) : [...opened, seq]);
      },
      togglePlay: () => {
        playback.toggle();
      },
      stepForward: () => {
        playback.stepForward();
      },
      stepBack: () => {
        playback.stepBack();
      },
      goToStart: () => {
        playback.seek(0);
      },
      goToEnd: () => {
        playback.seek(get().beats.length - 1);
      },
      seek: (position) => {
        playback.seek(position);
      },
      goToDrop: () => {
        const { recording, exchange } = get();
        const why = exchange && whyOf(recording, exchange.id);
        if (why) get().goToEntry(why.seq);
      },
      goToEntry: (seq) => {
        const { recording, exchange } = get();
        const entry = recording.entries[seq];
        const of = entry && isStep(entry) ? recording.hops[entry.hop]?.exchange : exchange?.id;
        const told = recording.exchanges.find(({ id }) => id === of);
        if (entry === undefined || told === undefined) return;
        if (told.id !== exchange?.id) tell(told, [], 0);
        const { beats } = get();
        const inside = beats.find(({ seqs }) => seqs.includes(seq));
        // a command of another time belongs to no beat of this story
        const there = inside?.index ?? (isStep(entry) ? lastAtMost(beats, seq, (beat) => beat.seq) : -1);
        if (there >= 0) playback.seek(there);
      },
      setSpeed: (speed) => {
        playback.setSpeed(speed);
      },
      capture: async () => {
        let file: Uint8Array | undefined;
        await get().whenAlive(async () => {
          file = await client.call('pcapng', {});
        });
        return file;
      },
      receive: (columns) => {
        receive(columns);
        const { exchange, opened, recording } = get();
        tell(
          recording.exchanges.find((candidate) => candidate.id === exchange?.id),
          opened,
        );
      },
      forgetTrace: () => {
        set({ recording: EMPTY_RECORDING, other: undefined, branch: 'now' });
        tell(undefined, []);
      },
      keepEnds: () => {
        const { board, source, target } = get();
        if (board !== undefined) set(keepSelection(board, { source, target }));
      },
    };
  };
}
