/** The birth of a pod as a story of its own, with its own playhead. */
import type { BirthResult } from '../../engine/protocol.ts';
import type { Playback } from '../playback.ts';
import { seqAfter } from '../moment.ts';
import type { Deps, Slice } from '../state.ts';

export interface Birth {
  /** `NAMESPACE/NAME` */
  readonly pod: string;
  /** undefined until the engine has said it */
  readonly result: BirthResult | undefined;
  readonly playback: Playback;
}

export interface BirthSlice {
  readonly birth: Birth | undefined;
  /** opens the story of a pod: of this one, or of the one that is chosen as the sender, or of the first */
  readonly openBirth: (pod?: string) => Promise<void>;
}

const POD = 'pod/';

export function createBirthSlice({ client, playback }: Deps): Slice<BirthSlice> {
  return (set, get) => ({
    birth: undefined,
    openBirth: async (asked) => {
      const { board, source, beats, beat, recording, branch, whenAlive } = get();
      const pods = board?.nodes.flatMap((node) => node.pods.map(({ ns }) => ns)) ?? [];
      const chosen = source?.startsWith(POD) === true ? source.slice(POD.length) : undefined;
      const pod = [asked, chosen].find((each) => each !== undefined && pods.includes(each)) ?? pods[0];
      if (pod === undefined) return;
      playback.pause();
      const own = playback.another();
      const birth: Birth = { pod, result: undefined, playback: own };
      set({ dialog: 'birth', birth: Object.freeze(birth) });
      const now = branch === 'now' ? beats[beat] : undefined;
      const atSeq = seqAfter(now, recording);
      await whenAlive(async () => {
        const result = await client.call('birth', { pod, atSeq });
        // another pod was asked for meanwhile
        if (get().birth?.playback !== own) return;
        own.load(result.status === 'born' ? result.steps.length : 0, 0);
        set({ birth: Object.freeze({ ...birth, result: Object.freeze(result) }) });
      });
    },
  });
}
