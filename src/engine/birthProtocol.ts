/** The birth of a pod, step by step, with what stands on its node after each. */
import type { BirthStage } from '../trace/birth.ts';
import type { Event } from '../trace/types.ts';
import type { BoardNode, BoardSegment } from './protocol.ts';

export type BirthStep = Pick<Event, 'text' | 'error' | 'detail' | 'result' | 'kind'> & {
  readonly ns: string;
  readonly by: Event['by']['by'];
  readonly stage: BirthStage;
  /** programs that run each other at this moment, outermost first */
  readonly callers: readonly string[];
  /** a file that was read for it */
  readonly read?: { readonly path: string; readonly text: string };
  /** the node, with the pod as far as it is there: without a program, with pause, with its own */
  readonly node: BoardNode;
};

export type BirthResult =
  | {
      readonly status: 'born';
      readonly node: string;
      readonly segments: readonly BoardSegment[];
      readonly steps: readonly BirthStep[];
    }
  /** it has no network of its own (hostNetwork), or is not on the board */
  | { readonly status: 'none' };
