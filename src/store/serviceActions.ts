/** Looking behind a Service, and switching its externalTrafficPolicy: an edit of the text, and what was sent last is sent again. */
import type { Client } from '../engine/client.ts';
import { seqAfter } from './moment.ts';
import { replaceAndSendAgain, rewrite } from './rewrite.ts';
import type { ServicesSlice, TrafficPolicy } from './slices/services.ts';
import type { BoardState } from './state.ts';

interface Store {
  readonly set: (state: Partial<BoardState>) => void;
  readonly get: () => BoardState;
  readonly client: Client;
}

interface Actions extends Pick<ServicesSlice, 'switchPolicy' | 'undoSwitch'> {
  readonly lookAtService: (service: string | undefined, node?: string) => Promise<void>;
}

export function createServiceActions({ set, get, client }: Store): Actions {
  const policyOf = (service: string): TrafficPolicy | undefined =>
    get().board?.services.find(({ namespace, name }) => `${namespace}/${name}` === service)
      ?.externalTrafficPolicy;

  return {
    lookAtService: async (service, asked) => {
      const { board, beats, beat, recording } = get();
      const node = asked ?? get().lookedAt?.node ?? board?.nodes[0]?.name;
      if (service === undefined || node === undefined) {
        set({ lookedAt: undefined });
        return;
      }
      const known = get().lookedAt;
      const isSame = known?.service === service && known.node === node;
      set({ lookedAt: Object.freeze({ service, node, detail: isSame ? known.detail : undefined }) });
      const atSeq = seqAfter(beats[beat], recording);
      await get().whenAlive(async () => {
        const detail = await client.call('service', { service, node, atSeq });
        const open = get().lookedAt;
        if (open?.service === service && open.node === node)
          set({ lookedAt: Object.freeze({ service, node, detail }) });
      });
    },
    switchPolicy: async (service, policy) => {
      const was = policyOf(service);
      if (was === undefined || was === policy) return 'done';
      return rewrite(
        get,
        (text) => client.call('choosePolicy', { text, service, policy }),
        (texts) => {
          set({ switched: { service, was, ...texts } });
        },
      );
    },
    undoSwitch: async () => {
      const { switched, text } = get();
      if (switched?.after !== text) return;
      set({ switched: undefined });
      await replaceAndSendAgain(get, switched.before);
    },
  };
}
