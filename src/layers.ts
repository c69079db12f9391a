/**
 * Who may import what, as data. layers.test.ts reads every source file and holds it to this table.
 *
 *     lib <- wire <- kernel <- trace <- sim <- kube <- scenario <- engine <- store <- view
 *
 * Left never imports right, not even a type. The page (store, view) talks to the engine by messages and knows of the
 * domain only what a recording shows, so that no kernel code is in the first page load.
 *
 * Paths are relative to src/; one that ends in `/` means the whole folder. Tests (`*.test.ts`) and what only tests use
 * (`*.testing.ts`, `testing/`) may import anything, and nothing else may import them.
 */

export interface ImportRule {
  readonly from: string;
  /** Besides its own folder. */
  readonly may: readonly string[];
  /** Only by `import type`, which leaves nothing in the bundle. */
  readonly mayTypes?: readonly string[];
}

/** What is asked of the store before the page is there. */
const earlyStore = ['store/beginning.ts', 'store/persist.ts', 'store/settings.ts'];

/** What the page sees of the domain. */
const page = ['lib/', 'wire/', 'trace/', 'engine/client.ts', 'engine/protocol.ts'];
const simulator = ['lib/', 'wire/', 'kernel/', 'trace/', 'sim/', 'kube/', 'scenario/'];

export const imports: readonly ImportRule[] = [
  { from: 'lib/', may: [] },
  { from: 'wire/', may: ['lib/'] },
  { from: 'kernel/', may: ['lib/', 'wire/'] },
  { from: 'trace/', may: ['lib/', 'wire/'], mayTypes: ['kernel/'] },
  { from: 'sim/', may: ['lib/', 'wire/', 'kernel/', 'trace/'] },
  { from: 'kube/', may: ['lib/', 'wire/', 'kernel/', 'trace/', 'sim/'] },
  { from: 'scenario/', may: ['lib/', 'wire/', 'kernel/', 'trace/', 'sim/', 'kube/'] },
  { from: 'engine/', may: simulator },
  { from: 'store/', may: page },
  { from: 'view/', may: [...page, 'store/'] },
  { from: 'main.tsx', may: [...page, 'store/', 'view/'] },
  { from: 'start.ts', may: ['engine/client.ts', ...earlyStore, 'view/i18n/words.ts', 'main.tsx'] },
  // the command line speaks English, with the sentences of the page
  { from: 'cli.ts', may: [...simulator, 'engine/', 'cli/', 'view/i18n/en/policySentences.ts'] },
  { from: 'cli/', may: [...simulator, 'engine/', 'view/i18n/en.ts'] },
  { from: 'bench/', may: [...simulator, 'engine/', 'store/', 'view/'] },
  { from: 'build/', may: ['layers.ts'] },
  { from: 'layers.ts', may: [] },
];

export interface PackageRule {
  /** A package, or a scope that ends in `/`, or `node:`. Its subpaths are meant too. */
  readonly name: string;
  readonly in: readonly string[];
  /** `import *` defeats tree shaking and is refused. */
  readonly namedOnly?: true;
  /** Exports whose name contains `name` are for these files alone. */
  readonly reserved?: { readonly name: string; readonly in: readonly string[] };
}

/** A package that is not listed here is used by tests and tools only. */
export const packages: readonly PackageRule[] = [
  { name: 'ipaddr.js', in: ['wire/address.ts'] },
  { name: 'yaml', in: ['kube/manifest/', 'scenario/', 'view/editor/'] },
  { name: 'js-yaml', in: ['kube/manifest/', 'scenario/', 'view/editor/'] },
  { name: 'valibot', in: ['kube/', 'scenario/', 'engine/'] },
  { name: 'react', in: ['view/', 'store/', 'main.tsx', 'bench/page/'] },
  { name: 'react-dom', in: ['view/', 'main.tsx', 'bench/page/'] },
  { name: 'zustand', in: ['view/', 'store/', 'main.tsx'] },
  { name: 'immer', in: ['store/'] },
  { name: 'idb-keyval', in: ['store/'] },
  {
    name: 'd3',
    in: ['view/', 'bench/page/'],
    namedOnly: true,
    // Zooming is the only behaviour of D3 that touches the DOM here, so it stays behind one file.
    reserved: { name: 'zoom', in: ['view/topology/panZoom.ts'] },
  },
  { name: '@codemirror/', in: ['view/editor/'] },
  { name: '@lezer/', in: ['view/editor/'] },
  { name: 'node:', in: ['cli.ts', 'cli/', 'build/', 'bench/'] },
  { name: 'vite', in: ['build/'] },
  { name: '@playwright/test', in: ['build/'] },
];

/**
 * Where the simulator must be a pure function: time and randomness are arguments, and there is neither page nor process.
 * `Math.random` stands for the member; the others are names of global variables.
 */
export const pure = {
  in: simulator,
  banned: [
    'window',
    'self',
    'globalThis',
    'document',
    'navigator',
    'location',
    'localStorage',
    'indexedDB',
    'Date',
    'performance',
    'Math.random',
    'crypto',
    'fetch',
    'console',
    'process',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'requestAnimationFrame',
  ],
} as const;

/** What the page must not fetch before it shows something: no chain of static imports leads from the entry there. */
export const firstLoad = {
  entry: 'main.tsx',
  never: [
    'kernel/',
    'sim/',
    'kube/',
    'scenario/',
    'engine/engine.ts',
    'engine/run.ts',
    'view/editor/codemirror/',
  ],
  neverPackages: ['@codemirror/', '@lezer/', 'yaml', 'js-yaml', 'valibot'],
} as const;
