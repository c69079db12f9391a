import type { PolicyMessage, PolicyMessageId, PolicyMessageParams } from '../../lib/policyMessages.ts';
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { policy as en } from './en/policy.ts';
import { policySentences as enSentences, type PolicySentences } from './en/policySentences.ts';
import { policy as zhCN } from './zhCN/policy.ts';
import { policySentences as zhCNSentences } from './zhCN/policySentences.ts';

export type PolicyWords = SameKeys<typeof en>;

export const policyWords: Readonly<Record<Language, PolicyWords>> = { en, 'zh-CN': zhCN };
export const policySentencesIn: Readonly<Record<Language, PolicySentences>> = {
  en: enSentences,
  'zh-CN': zhCNSentences,
};

/** The words about policies, in the language that is on. Only parts that are loaded later use it. */
export function usePolicyT(): PolicyWords {
  return policyWords[useBoard((state) => state.language)];
}

/** Says what the engine has to say about policies. */
export function useSayPolicy(): (message: PolicyMessage) => string {
  const sentences = policySentencesIn[useBoard((state) => state.language)];
  return (message) => sayPolicy(sentences, message);
}

export function sayPolicy<K extends PolicyMessageId>(
  sentences: PolicySentences,
  { id, params }: { readonly id: K; readonly params: PolicyMessageParams[K] },
): string {
  return sentences[id](params);
}
