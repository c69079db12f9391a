/** What the policy slice does; loaded when it is first needed. */
import { seqAfter } from './moment.ts';
import { decodeText, MOST_BYTES } from './textFile.ts';
import { replaceAndSendAgain, rewrite } from './rewrite.ts';
import type { Asked, PolicySlice } from './slices/policy.ts';
import type { BoardState, Deps } from './state.ts';

export interface PolicyActions extends Pick<
  PolicySlice,
  'applyEdit' | 'editDash' | 'editField' | 'readFile' | 'undoPolicyEdit'
> {
  readonly refresh: () => Promise<void>;
  /** asks at once and does not wait for the answer */
  readonly preview: (text: string) => void;
  readonly explain: (slot: 'askedCell' | 'refused', asked: Asked) => Promise<void>;
  readonly sendCell: (asked: Asked) => Promise<void>;
  readonly compare: () => Promise<void>;
  readonly readClusterWords: () => Promise<void>;
  readonly readAt: (offset: number) => Promise<void>;
}

interface Means extends Deps {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
}

/** Each undo is a text, and texts may be large. */
const MOST_UNDO = 20;

const atSeqOf = ({ beats, beat, recording }: BoardState): number => seqAfter(beats[beat], recording);

const isSame = (a: Asked | undefined, b: Asked): boolean =>
  a?.from === b.from && a.to === b.to && a.protocol === b.protocol && a.port === b.port;

/** The document of a YAML stream that an offset is in, as the text stands now, half typed or not. */
function documentAt(text: string, offset: number): { readonly from: number; readonly text: string } {
  const marker = /^---(?=\s|$)[^\n]*\n?/gm;
  let from = 0;
  for (const found of text.matchAll(marker)) {
    if (found.index > offset) return { from, text: text.slice(from, found.index) };
    from = found.index + found[0].length;
  }
  return { from, text: text.slice(from) };
}

export function createPolicyActions({ set, get, client }: Means): PolicyActions {
  const explain = async (slot: 'askedCell' | 'refused', asked: Asked): Promise<void> => {
    await get().whenAlive(async () => {
      const { from, to, protocol, port } = asked;
      const { why } = await client.call('policyWhy', { from, to, protocol, port, atSeq: atSeqOf(get()) });
      if (isSame(get()[slot], asked))
        set({ [slot]: Object.freeze({ ...asked, ...(why ? { answer: Object.freeze(why) } : {}) }) });
    });
  };
  const write = (ask: (text: string) => Promise<{ readonly text?: string }>) =>
    rewrite(get, ask, (texts) => {
      set({ policyEdits: Object.freeze([...get().policyEdits, texts].slice(-MOST_UNDO)) });
    });
  const compare = async (): Promise<void> => {
    await get().whenAlive(async () => {
      const { compared } = get();
      if (!compared) return;
      const { name, text } = compared;
      const answer = await client.call('compare', { atSeq: atSeqOf(get()), text });
      if (get().compared?.text === text)
        set({ compared: Object.freeze({ name, text, answer: Object.freeze(answer) }) });
    });
  };
  return {
    readFile: async (file) => (file.size > MOST_BYTES ? '' : decodeText(await file.arrayBuffer())),
    compare,
    explain,
    refresh: async () => {
      await get().whenAlive(async () => {
        const { matrixPort, board } = get();
        const port = matrixPort === undefined ? {} : { port: matrixPort };
        const matrix = await client.call('matrix', { atSeq: atSeqOf(get()), ...port });
        if (get().board === board) set({ matrix: Object.freeze(matrix) });
        const { askedCell } = get();
        if (askedCell) await explain('askedCell', askedCell);
        await compare();
      });
    },
    preview: (text) => {
      void get().whenAlive(async () => {
        const { matrixPort } = get();
        const port = matrixPort === undefined ? {} : { port: matrixPort };
        const { matrix } = await client.call('previewMatrix', { text, ...port });
        if (matrix && get().text === text) set({ matrix: Object.freeze(matrix) });
      });
    },
    sendCell: async ({ from, to, protocol, port }) => {
      const sends = protocol === 'UDP' ? 'udp' : 'tcp';
      if (await get().sendRequest({ from, to: `${to}:${port}`, protocol: sends }))
        // the bar shows what was sent, so that it can be sent again otherwise
        set({ source: from, target: to, protocol: 'tcp' });
    },
    applyEdit: ({ changes }) =>
      write((text) =>
        client.call('applyEdit', { text, changes: changes.map(({ ref, yaml }) => ({ ref, yaml })) }),
      ),
    editField: (ref, value) => write((text) => client.call('editField', { text, ref, value })),
    editDash: ({ refs, change, otherwise }) =>
      write(async (text) => {
        const places = await Promise.all(
          refs.map(async ({ kind, namespace, name, path }) => {
            const document = get().documents.find(({ id }) => id === `${kind}/${namespace}/${name}`);
            if (!document) return -1;
            const own = text.slice(document.from, document.to);
            return document.from + (await client.call('locate', { text: own, path })).from;
          }),
        );
        const at = Math.max(...places);
        const changed = at < 0 || get().textStatus === 'pending' ? undefined : change(text, at);
        return changed === undefined ? client.call('editField', { text, ...otherwise }) : { text: changed };
      }),
    undoPolicyEdit: async () => {
      const { policyEdits, text } = get();
      const last = policyEdits.at(-1);
      if (last?.after !== text) return;
      set({ policyEdits: policyEdits.slice(0, -1) });
      await replaceAndSendAgain(get, last.before);
    },
    readClusterWords: async () => {
      await get().whenAlive(async () => {
        const { board } = get();
        const words = await client.call('clusterWords', { atSeq: atSeqOf(get()) });
        if (get().board === board) set({ clusterWords: Object.freeze(words) });
      });
    },
    readAt: async (offset) => {
      const { text } = get();
      const document = documentAt(text, offset);
      if (!/\bkind["']?\s*:\s*["']?NetworkPolicy\b/.test(document.text)) {
        if (get().policyWords || get().litPods.length > 0) set({ policyWords: undefined, litPods: [] });
        return;
      }
      await get().whenAlive(async () => {
        const answer = await client.call('policyAt', {
          atSeq: atSeqOf(get()),
          text: document.text,
          offset: offset - document.from,
        });
        set({
          cursorAt: offset,
          policyWords: Object.freeze(answer),
          litPods: Object.freeze([...(answer.lit ?? [])]),
        });
      });
    },
  };
}
