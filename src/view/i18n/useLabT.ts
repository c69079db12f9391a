/** The words of the lab, apart from the rest: they are loaded with its dialog. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { lab as en } from './en/lab.ts';
import { lab as zhCN } from './zhCN/lab.ts';

export type LabWords = SameKeys<typeof en>;

export const labWords: Readonly<Record<Language, LabWords>> = { en, 'zh-CN': zhCN };

export function useLabT(): LabWords {
  return labWords[useBoard((state) => state.language)];
}
