/** The words of the choice of a backend, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { backend as en } from './en/backend.ts';
import { backend as zhCN } from './zhCN/backend.ts';

export type BackendWords = SameKeys<typeof en>;

export const backendWords: Readonly<Record<Language, BackendWords>> = { en, 'zh-CN': zhCN };

export function useBackendT(): BackendWords {
  return backendWords[useBoard((state) => state.language)];
}
