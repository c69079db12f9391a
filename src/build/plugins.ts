import type { Plugin } from 'vite';
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
