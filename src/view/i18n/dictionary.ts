/**
 * What a language has to say. English sets the keys of the interface, `MessageParams` those of the sentences; a language
 * that lacks one does not compile.
 */
import type { MessageId, MessageParams } from '../../lib/message.ts';
import type { FoldReason } from '../../trace/timeline.ts';
import type { Disposition, DropReason } from '../../trace/types.ts';
import type { ui } from './en/ui.ts';

/** One function per sentence. */
export type Sentences = { readonly [K in MessageId]: (params: MessageParams[K]) => string };

/** The same keys and parameters, in other words. */
export type SameKeys<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...params: infer P) => string
      ? (...params: P) => string
      : SameKeys<T[K]>;
};

export interface Dictionary {
  readonly ui: SameKeys<typeof ui>;
  readonly sentences: Sentences;
  /** what the kernel means by the name of a reason */
  readonly drop: Readonly<Record<DropReason, string>>;
  readonly disposition: Readonly<Record<Disposition, string>>;
  /** what a fold hides */
  readonly fold: Readonly<Record<FoldReason, string>>;
}
