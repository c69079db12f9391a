import { describe, expect, it } from 'vitest';
import type { Language } from '../../store/settings.ts';
import type { Dictionary } from './dictionary.ts';
import { en } from './en.ts';
import { loadWords } from './words.ts';
import { zhCN } from './zhCN.ts';

const all: Readonly<Record<Language, Dictionary>> = { en, 'zh-CN': zhCN };

/** A network that loses what is in `lost`, and notes what it was asked for. */
function network(lost: readonly Language[] = []) {
  const missing = new Set(lost);
  const asked: Language[] = [];
  return {
    missing,
    asked,
    fetchWords: (language: Language) => {
      asked.push(language);
      return missing.has(language)
        ? Promise.reject(new Error(`no ${language}`))
        : Promise.resolve(all[language]);
    },
  };
}

describe('the words of the page', () => {
  it('are those of one language, until the other is asked for', async () => {
    const { asked, fetchWords } = network();
    const words = await loadWords('zh-CN', fetchWords);
    expect(asked).toEqual(['zh-CN']);
    expect(words).toMatchObject({ first: 'zh-CN', trouble: undefined });
    expect(words.of('zh-CN')).toBe(zhCN);
    expect(() => words.of('en')).toThrow('before they are loaded');
    expect(await words.load('en')).toBeUndefined();
    expect(words.of('en')).toBe(en);
  });

  it('are fetched once', async () => {
    const { asked, fetchWords } = network();
    const words = await loadWords('en', fetchWords);
    await words.load('zh-CN');
    await words.load('zh-CN');
    expect(asked).toEqual(['en', 'zh-CN']);
  });

  it('are of the other language when the wanted one does not arrive, with the reason', async () => {
    const words = await loadWords('zh-CN', network(['zh-CN']).fetchWords);
    expect(words).toMatchObject({ first: 'en', trouble: 'no zh-CN' });
    expect(words.of('en')).toBe(en);
  });

  it('can be asked for again after they did not arrive', async () => {
    const { missing, fetchWords } = network(['zh-CN']);
    const words = await loadWords('en', fetchWords);
    expect(await words.load('zh-CN')).toBe('no zh-CN');
    missing.clear();
    expect(await words.load('zh-CN')).toBeUndefined();
    expect(words.of('zh-CN')).toBe(zhCN);
  });

  it('fail when neither language arrives', async () => {
    await expect(loadWords('en', network(['en', 'zh-CN']).fetchWords)).rejects.toThrow('no en; no zh-CN');
  });

  it('come from the files of the languages', async () => {
    const words = await loadWords('zh-CN');
    await words.load('en');
    expect([words.of('en'), words.of('zh-CN')]).toEqual([en, zhCN]);
  });
});
