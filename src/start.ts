/**
 * What index.html loads. The worker of the simulator is begun before anything else: while it starts, which takes a thread of
 * its own, the page and the words of its language load.
 */
import { createClient } from './engine/client.ts';
import { begin } from './store/beginning.ts';
import { createPersist, INDEXED_DB } from './store/persist.ts';
import { firstLanguage } from './store/settings.ts';
import { loadWords } from './view/i18n/words.ts';

/** Not awaited at the top level: the page's chunk imports this one, and would wait for it for ever. */
async function start(): Promise<void> {
  const client = createClient();
  const persist = createPersist(() => localStorage, INDEXED_DB);
  const beginning = begin(client, persist);
  const language = firstLanguage(() => localStorage, navigator.languages);
  try {
    const [{ show }, words] = await Promise.all([import('./main.tsx'), loadWords(language)]);
    show({ client, persist, beginning, words });
  } catch (error) {
    // There are no words yet, so it is said in every language; the reason is for the console.
    document.body.textContent =
      'Flannelboard could not be loaded. Please reload the page. · 页面未能加载，请刷新重试。';
    throw error;
  }
}

void start();
