import type { BirthStep } from '../../engine/protocol.ts';
import type { BirthWords } from '../i18n/useBirthT.ts';

/** The step in words: what is done, and why. */
export function sentenceOf(words: BirthWords, { stage }: BirthStep, pod: string, node: string): string {
  const stages: Readonly<Record<BirthStep['stage'], (pod: string, node: string) => string>> = words.stages;
  return stages[stage](pod, node);
}
