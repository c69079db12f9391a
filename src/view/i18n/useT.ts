import type { Message, MessageId, MessageParams } from '../../lib/message.ts';
import type { Language } from '../../store/persist.ts';
import { useBoard } from '../page.ts';
import type { Dictionary } from './dictionary.ts';
import { en } from './en.ts';
import { zhCN } from './zhCN.ts';

export const dictionaries: Readonly<Record<Language, Dictionary>> = { en, 'zh-CN': zhCN };

/** The words of the language that is on. */
export function useT(): Dictionary {
  return dictionaries[useBoard((state) => state.language)];
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
