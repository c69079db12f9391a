import type { Message, MessageId, MessageParams } from '../../lib/message.ts';
import { useBoard, useWords } from '../page.ts';
import type { Dictionary } from './dictionary.ts';

/** The words of the language that is on. */
export function useT(): Dictionary {
  return useWords().of(useBoard((state) => state.language));
}

function sentence<K extends MessageId>(
  { sentences }: Dictionary,
  { id, params }: { readonly id: K; readonly params: MessageParams[K] },
): string {
  return sentences[id](params);
}

/** A message in words. */
export function say(t: Dictionary, message: Message): string {
  return sentence(t, message);
}
