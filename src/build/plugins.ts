import type { HtmlTagDescriptor, Plugin } from 'vite';
import { printPolicy } from './csp.ts';

/**
 * Puts the policy into the built page, before anything it could govern. Not in `vite dev`: the refresh preamble of the
 * React plugin is an inline script.
 */
export function cspMeta(): Plugin {
  return {
    name: 'flannelboard:csp-meta',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: printPolicy() },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}

/**
 * Loads the page's chunk together with the script that imports it: `start.ts` begins the worker first, and what it then
 * imports should be there already.
 */
export function preloadPage(): Plugin {
  return {
    name: 'flannelboard:preload-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const page = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('/src/main.tsx')));
        if (!page) throw new Error('main.tsx has no chunk of its own');
        const needed = chunks.filter(({ fileName }) => [page.fileName, ...page.imports].includes(fileName));
        const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        return [
          ...needed
            .filter(({ fileName }) => !html.includes(fileName))
            .map(({ fileName }) => link('modulepreload', fileName)),
          ...styles.map((name) => link('stylesheet', name)),
        ];
      },
    },
  };
}

/**
 * Tells V8 to compile all of these chunks while they arrive, on a thread of its own, and not each function when it is first
 * called: most of what is loaded first is called at once (v8.dev/blog/explicit-compile-hints). Others take it for a comment.
 * At the end, because the comment counts only at the top of a file.
 */
export function compileAtOnce(names: readonly string[]): Plugin {
  return {
    name: 'flannelboard:compile-at-once',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        for (const name of names) {
          const chunk = chunks.find((one) => one.name === name);
          if (!chunk) throw new Error(`there is no chunk "${name}"`);
          chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
        }
      },
    },
  };
}

function link(rel: string, name: string): HtmlTagDescriptor {
  return { tag: 'link', attrs: { rel, crossorigin: true, href: `./${name}` }, injectTo: 'head' };
}
