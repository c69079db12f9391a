/** What the Board document expects (`spec.expect`), and whether it holds. What it does comes with the panel (expectActions.ts). */
import type { ExpectationResult } from '../../engine/protocol.ts';
import type { Deps, Slice } from '../state.ts';

export interface ExpectSlice {
  /** what came of each; undefined: not tried yet */
  readonly expectations: readonly ExpectationResult[] | undefined;
  /** tries them, and again after every change of the board or of what was sent; the answer ends that */
  readonly watchExpectations: () => () => void;
  /** sends what is expected, to be looked at step by step */
  readonly sendExpected: (expected: ExpectationResult) => Promise<void>;
}

export function createExpectSlice(deps: Deps): Slice<ExpectSlice> {
  return (set, get, { subscribe }) => {
    const load = async () =>
      (await import('../expectActions.ts')).createExpectActions({ set, get, subscribe, ...deps });
    return {
      expectations: undefined,
      watchExpectations: () => {
        const watching = load().then(({ watch }) => watch());
        return () =>
          void watching.then((end) => {
            end();
          });
      },
      sendExpected: async (expected) => (await load()).sendExpected(expected),
    };
  };
}
