/** The words of the page: those of one language are loaded with it, those of the other when they are asked for. */
import { must } from '../../lib/assert.ts';
import type { Language } from '../../store/settings.ts';
import type { Dictionary } from './dictionary.ts';

export interface Words {
  /** The language that is there from the start. */
  readonly first: Language;
  /** Why it is not the one that was wanted. */
  readonly trouble: string | undefined;
  /** Only of a language that has been loaded. */
  readonly of: (language: Language) => Dictionary;
  /** Answers why it failed; it can be tried again. */
  readonly load: (language: Language) => Promise<string | undefined>;
}

const fetchers: Readonly<Record<Language, () => Promise<Dictionary>>> = {
  en: async () => (await import('./en.ts')).en,
  'zh-CN': async () => (await import('./zhCN.ts')).zhCN,
};

/** Words in the wanted language, or in the other one when they do not arrive. Rejects when neither does. */
export async function loadWords(
  wanted: Language,
  fetchWords: (language: Language) => Promise<Dictionary> = (language) => fetchers[language](),
): Promise<Words> {
  const loaded = new Map<Language, Dictionary>();
  const load = async (language: Language): Promise<string | undefined> => {
    if (loaded.has(language)) return undefined;
    try {
      loaded.set(language, await fetchWords(language));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const trouble = await load(wanted);
  let first = wanted;
  if (trouble !== undefined) {
    first = wanted === 'en' ? 'zh-CN' : 'en';
    const again = await load(first);
    if (again !== undefined) throw new Error(`${trouble}; ${again}`);
  }
  return {
    first,
    trouble,
    of: (language) => must(loaded.get(language), `the words of ${language} are shown before they are loaded`),
    load,
  };
}
