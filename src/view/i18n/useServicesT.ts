/** The words around Services, apart from the rest: they are loaded with them. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { services as en } from './en/services.ts';
import { services as zhCN } from './zhCN/services.ts';

export type ServicesWords = SameKeys<typeof en>;

export const servicesWords: Readonly<Record<Language, ServicesWords>> = { en, 'zh-CN': zhCN };

export function useServicesT(): ServicesWords {
  return servicesWords[useBoard((state) => state.language)];
}
