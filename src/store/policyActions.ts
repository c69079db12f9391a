/** What the policy slice does; loaded when it is first needed. */
import type { DocumentSummary } from '../engine/protocol.ts';
import { seqAfter } from './moment.ts';
import { replaceAndSendAgain, rewrite } from './rewrite.ts';
import type { Asked, PolicySlice } from './slices/policy.ts';
import type { BoardState, Deps } from './state.ts';

export interface PolicyActions extends Pick<PolicySlice, 'applyEdit' | 'undoPolicyEdit'> {
  readonly refresh: () => Promise<void>;
  readonly explain: (slot: 'askedCell' | 'refused', asked: Asked) => Promise<void>;
  readonly sendCell: (asked: Asked) => Promise<void>;
  readonly readAt: (offset: number) => Promise<void>;
}

interface Means extends Deps {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
}

const atSeqOf = ({ beats, beat, recording }: BoardState): number => seqAfter(beats[beat], recording);

const isSame = (a: Asked | undefined, b: Asked): boolean =>
  a?.from === b.from && a.to === b.to && a.protocol === b.protocol && a.port === b.port;

/** The document that an offset of the text is in. */
export function documentAt(
  documents: readonly DocumentSummary[],
  offset: number,
): DocumentSummary | undefined {
  return documents.find(({ from, to }) => from <= offset && offset <= to);
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
  return {
    explain,
    refresh: async () => {
      await get().whenAlive(async () => {
        const { matrixPort, board } = get();
        const port = matrixPort === undefined ? {} : { port: matrixPort };
        const matrix = await client.call('matrix', { atSeq: atSeqOf(get()), ...port });
        if (get().board === board) set({ matrix: Object.freeze(matrix) });
        const { askedCell } = get();
        if (askedCell) await explain('askedCell', askedCell);
      });
    },
    sendCell: async ({ from, to, protocol, port }) => {
      await get().whenAlive(async () => {
        const request = {
          from,
          to: `${to}:${port}`,
          protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
        };
        const result = await client.call('send', { ...request, ...get().forkPoint() });
        if (result.status === 'refused') {
          set({ refusal: result.message });
          return;
        }
        // the bar shows what was sent, so that it can be sent again otherwise
        set({ sent: request, refusal: undefined, source: from, target: to, protocol: 'tcp' });
        get().tellSent(result);
      });
    },
    applyEdit: ({ changes }) =>
      rewrite(
        get,
        (text) =>
          client.call('applyEdit', { text, changes: changes.map(({ ref, yaml }) => ({ ref, yaml })) }),
        (policyEdit) => {
          set({ policyEdit });
        },
      ),
    undoPolicyEdit: async () => {
      const { policyEdit, text } = get();
      if (policyEdit?.after !== text) return;
      set({ policyEdit: undefined });
      await replaceAndSendAgain(get, policyEdit.before);
    },
    readAt: async (offset) => {
      const { documents, text } = get();
      const document = documentAt(documents, offset);
      if (document?.kind !== 'NetworkPolicy') {
        if (get().policyWords || get().litPods.length > 0) set({ policyWords: undefined, litPods: [] });
        return;
      }
      await get().whenAlive(async () => {
        const own = text.slice(document.from, document.to);
        const answer = await client.call('policyAt', {
          atSeq: atSeqOf(get()),
          text: own,
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
