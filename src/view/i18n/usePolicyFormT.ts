import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { policyForm as en } from './en/policyForm.ts';
import { policyForm as zhCN } from './zhCN/policyForm.ts';

export type PolicyFormWords = SameKeys<typeof en>;

export const policyFormWords: Readonly<Record<Language, PolicyFormWords>> = { en, 'zh-CN': zhCN };

/** The words of the form. Only parts that are loaded later use it. */
export function usePolicyFormT(): PolicyFormWords {
  return policyFormWords[useBoard((state) => state.language)];
}
