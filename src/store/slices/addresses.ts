/** The figure of the addresses: who has which, and where the next comes from, at the playhead. */
import type { AddressPlan } from '../../engine/protocol.ts';
import type { ObjectRef } from '../../trace/types.ts';
import { seqAfter } from '../moment.ts';
import type { Deps, Slice } from '../state.ts';

export interface AddressesSlice {
  /** undefined until the engine has said it */
  readonly addresses: AddressPlan | undefined;
  /** opens the figure; of the nodes' ranges it shows that of `node`, or of the first */
  readonly openAddresses: (node?: string) => Promise<void>;
  /** closes what lies over the page and opens the text at an object */
  readonly leaveFor: (ref: ObjectRef) => void;
}

export function createAddressesSlice({ client, playback }: Deps): Slice<AddressesSlice> {
  return (set, get) => {
    let newest = 0;
    return {
      addresses: undefined,
      openAddresses: async (node) => {
        if (get().board === undefined) return;
        const asked = ++newest;
        playback.pause();
        set(get().dialog === 'addresses' ? {} : { dialog: 'addresses', addresses: undefined });
        const { beats, beat, recording, branch, whenAlive } = get();
        const now = branch === 'now' ? beats[beat] : undefined;
        const atSeq = seqAfter(now, recording);
        await whenAlive(async () => {
          const plan = await client.call('addresses', { atSeq, ...(node === undefined ? {} : { node }) });
          if (asked === newest) set({ addresses: Object.freeze(plan) });
        });
      },
      leaveFor: (ref) => {
        set({ dialog: 'none' });
        get().showObject(ref);
        get().growPanel(true);
      },
    };
  };
}
