/** The words of the terminal, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { terminal as en } from './en/terminal.ts';
import { terminal as zhCN } from './zhCN/terminal.ts';

export type TerminalWords = SameKeys<typeof en>;

const words: Readonly<Record<Language, TerminalWords>> = { en, 'zh-CN': zhCN };

export function useTerminalT(): TerminalWords {
  return words[useBoard((state) => state.language)];
}
