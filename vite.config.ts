import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chunkPerEntry } from './src/build/chunks.ts';
import { printPolicy } from './src/build/csp.ts';
import { compileAtOnce, cspMeta, preloadPage } from './src/build/plugins.ts';

/** Packages that only the editor needs; it is opened later than the board, so they are one chunk of their own. */
const editorPackages =
  /[\\/]node_modules[\\/](?:@codemirror|@lezer|@marijn|crelt|style-mod|w3c-keyname)[\\/]/;

const firstLoad = chunkPerEntry({
  start: fileURLToPath(new URL('./src/start.ts', import.meta.url)),
  page: fileURLToPath(new URL('./src/main.tsx', import.meta.url)),
});

export default defineConfig({
  // Relative, so that dist/ can be put under any path of any static host.
  base: './',
  plugins: [react(), cspMeta(), preloadPage(), compileAtOnce(['start', 'page', 'en', 'zhCN'])],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // The polyfill is for browsers older than the target, and inlined assets are `data:` URLs that the policy refuses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'codemirror', test: editorPackages }, ...firstLoad] },
      },
    },
  },
  preview: {
    headers: { 'Content-Security-Policy': printPolicy(), 'X-Content-Type-Options': 'nosniff' },
  },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    environment: 'node',
    // Tests share no state (there is no module-level state to share), so workers are not made anew for every file: 19 s, not 50.
    pool: 'threads',
    isolate: false,
    // The default leaves one processor to the watching of files, which is half of two.
    maxWorkers: '100%',
    // Generous, because continuous integration runs on two busy cores; a hang still ends.
    testTimeout: 20_000,
    reporters: ['default'],
  },
});
