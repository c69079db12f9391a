import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { netfilter as en } from './en/netfilter.ts';
import { netfilter as zhCN } from './zhCN/netfilter.ts';

export type NetfilterWords = SameKeys<typeof en>;

export const netfilterWords: Readonly<Record<Language, NetfilterWords>> = { en, 'zh-CN': zhCN };

/** The words about rules, connections and walks, in the language that is on. Only parts that are loaded later use it. */
export function useNetfilterT(): NetfilterWords {
  return netfilterWords[useBoard((state) => state.language)];
}
