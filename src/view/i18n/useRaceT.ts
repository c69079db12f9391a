/** The words of the race, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { race as en } from './en/race.ts';
import { race as zhCN } from './zhCN/race.ts';

export type RaceWords = SameKeys<typeof en>;

export const raceWords: Readonly<Record<Language, RaceWords>> = { en, 'zh-CN': zhCN };

export function useRaceT(): RaceWords {
  return raceWords[useBoard((state) => state.language)];
}
