/** The words of flanneld's dialog, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { daemon as en } from './en/daemon.ts';
import { daemon as zhCN } from './zhCN/daemon.ts';

export type DaemonWords = SameKeys<typeof en>;

export const daemonWords: Readonly<Record<Language, DaemonWords>> = { en, 'zh-CN': zhCN };

export function useDaemonT(): DaemonWords {
  return daemonWords[useBoard((state) => state.language)];
}
