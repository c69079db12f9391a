import { describe, expect, it } from 'vitest';
import type { MessageId, MessageParams } from '../../lib/message.ts';
import { en } from './en.ts';
import { netfilterWords } from './useNetfilterT.ts';
import { openWords } from './useOpenT.ts';
import { samples } from './samples.testing.ts';
import { zhCN } from './zhCN.ts';

const dictionaries = { en, 'zh-CN': zhCN };

type Rendered = readonly [id: MessageId, params: Readonly<Record<string, unknown>>, text: string];

function render(language: keyof typeof dictionaries): readonly Rendered[] {
  const { sentences } = dictionaries[language];
  const one = <K extends MessageId>(id: K, params: MessageParams[K]): Rendered => [
    id,
    { ...params },
    sentences[id](params),
  ];
  return (Object.keys(sentences) as MessageId[]).map((id) => one(id, samples[id]));
}

/** Every text of a dictionary that needs no parameters. */
function textsOf(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`));
}

describe.each(['en', 'zh-CN'] as const)('the words in %s', (language) => {
  it('show every parameter of every sentence', () => {
    const missing = render(language).flatMap(([id, params, text]) =>
      Object.entries(params).flatMap(([name, value]) =>
        text.includes(String(value)) ? [] : [`${id}: ${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it('have a sentence for every id that has samples, and none is empty', () => {
    expect(
      render(language)
        .map(([id]) => id)
        .toSorted(),
    ).toEqual(Object.keys(samples).toSorted());
    expect(render(language).filter(([, , text]) => text.trim() === '')).toEqual([]);
    const texts = [
      ...textsOf(dictionaries[language], language),
      ...textsOf(netfilterWords[language], 'netfilter'),
      ...textsOf(openWords[language], 'open'),
    ];
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

describe('the Chinese words', () => {
  it('are Chinese, except for names that stay as they are', () => {
    const sentences = render('zh-CN').filter(([, , text]) => !/[\u4e00-\u9fff]/.test(text));
    expect(sentences).toEqual([]);
  });

  it('use full-width punctuation at the end of a sentence', () => {
    const ends = render('zh-CN').filter(([, params, text]) => {
      const values = Object.values(params).map(String);
      return !/[。？）]$/.test(text) && !values.some((value) => text.endsWith(value));
    });
    expect(ends.map(([id]) => id)).toEqual([]);
  });
});
