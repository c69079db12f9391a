/** The words of the birth of a pod, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { birth as en } from './en/birth.ts';
import { birth as zhCN } from './zhCN/birth.ts';

export type BirthWords = SameKeys<typeof en>;

export const birthWords: Readonly<Record<Language, BirthWords>> = { en, 'zh-CN': zhCN };

export function useBirthT(): BirthWords {
  return birthWords[useBoard((state) => state.language)];
}
