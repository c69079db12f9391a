/** The words of the legend, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { legend as en } from './en/legend.ts';
import { legend as zhCN } from './zhCN/legend.ts';

export type LegendWords = SameKeys<typeof en>;

export const legendWords: Readonly<Record<Language, LegendWords>> = { en, 'zh-CN': zhCN };

export function useLegendT(): LegendWords {
  return legendWords[useBoard((state) => state.language)];
}
