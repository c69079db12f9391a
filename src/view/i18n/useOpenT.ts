/** The words of the dialog that opens boards, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { open as en } from './en/open.ts';
import { open as zhCN } from './zhCN/open.ts';

export type OpenWords = SameKeys<typeof en>;

export const openWords: Readonly<Record<Language, OpenWords>> = { en, 'zh-CN': zhCN };

export function useOpenT(): OpenWords {
  return openWords[useBoard((state) => state.language)];
}
