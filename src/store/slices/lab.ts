/** The lab: the board as a script for a Linux machine, made when somebody asks for it. */
import type { LabResult } from '../../engine/protocol.ts';
import type { Deps, Slice } from '../state.ts';

export interface LabSlice {
  /** undefined until the engine has written it */
  readonly lab: LabResult | undefined;
  /** opens the dialog, and has the engine write the script of the board as it is now */
  readonly openLab: () => Promise<void>;
}

export function createLabSlice({ client, playback }: Deps): Slice<LabSlice> {
  return (set, get) => ({
    lab: undefined,
    openLab: async () => {
      if (get().board === undefined) return;
      playback.pause();
      set({ dialog: 'lab', lab: undefined });
      await get().whenAlive(async () => {
        const lab = await client.call('lab', {});
        set({ lab: Object.freeze(lab) });
      });
    },
  });
}
