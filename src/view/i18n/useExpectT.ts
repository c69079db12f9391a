/** The words around expectations, apart from the rest: they are loaded with them. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { expect as en } from './en/expect.ts';
import { expect as zhCN } from './zhCN/expect.ts';

export type ExpectWords = SameKeys<typeof en>;

export const expectWords: Readonly<Record<Language, ExpectWords>> = { en, 'zh-CN': zhCN };

export function useExpectT(): ExpectWords {
  return expectWords[useBoard((state) => state.language)];
}
