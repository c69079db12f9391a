import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkLayers } from './build/layerCheck.ts';
import { imports } from './layers.ts';

const src = fileURLToPath(new URL('./', import.meta.url));

/** Every TypeScript file below `folder`, found step by step: the listing that the other one is compared with. */
function countSources(folder: string): number {
  return readdirSync(folder).reduce((count, name) => {
    if (statSync(`${folder}/${name}`).isDirectory()) return count + countSources(`${folder}/${name}`);
    return /\.tsx?$/.test(name) ? count + 1 : count;
  }, 0);
}

function readSources(): Map<string, string> {
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const sources = paths.filter((path) => /\.tsx?$/.test(path));
  return new Map(sources.map((path) => [path, readFileSync(`${src}${path}`, 'utf8')]));
}

/** The violations of files that exist only here. */
function violationsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return checkLayers(new Map(Object.entries(files))).violations;
}

test('every source file was read and keeps to its layer', () => {
  const verdict = checkLayers(readSources());
  expect(verdict.filesRead).toBe(countSources(src));
  expect(verdict.filesRead).toBeGreaterThan(5);
  expect(verdict.violations).toEqual([]);
});

test('the layers of the simulator may import exactly what stands left of them', () => {
  const order = ['lib/', 'wire/', 'kernel/', 'trace/', 'sim/', 'kube/', 'scenario/', 'engine/'];
  for (const [index, from] of order.entries()) {
    const rule = imports.find((each) => each.from === from);
    expect([...(rule?.may ?? []), ...(rule?.mayTypes ?? [])].sort()).toEqual(order.slice(0, index).sort());
  }
});

describe('a planted violation is found', () => {
  test.each<[name: string, files: Record<string, string>, violation: string]>([
    [
      'a value from the right',
      { 'kernel/fib.ts': `import { world } from '../sim/world.ts';` },
      'kernel/fib.ts: may not import sim/world.ts',
    ],
    [
      'a type from the right',
      { 'wire/frame.ts': `import type { Skb } from '../kernel/skb.ts';` },
      'wire/frame.ts: may not import kernel/skb.ts',
    ],
    [
      'a type from the right, inside a type',
      { 'wire/frame.ts': `export type X = import('../kernel/skb.ts').Skb;` },
      'wire/frame.ts: may not import kernel/skb.ts',
    ],
    [
      'a re-export from the right',
      { 'lib/result.ts': `export * from '../wire/frame.ts';` },
      'lib/result.ts: may not import wire/frame.ts',
    ],
    [
      'a dynamic import from the right',
      { 'sim/run.ts': `export const later = () => import('../kube/cni.ts');` },
      'sim/run.ts: may not import kube/cni.ts',
    ],
    [
      'a computed import',
      { 'sim/run.ts': `export const later = (name: string) => import(name);` },
      'sim/run.ts: has an import with a computed path, which nobody can check',
    ],
    [
      'a worker started by a view',
      {
        'view/App.tsx': `new Worker(new URL('../engine/engine.worker.ts', import.meta.url), { type: 'module' });`,
      },
      'view/App.tsx: may not import engine/engine.worker.ts',
    ],
    [
      'a value from kernel in trace',
      { 'trace/explain.ts': `import { isStep } from '../kernel/recorder.ts';` },
      'trace/explain.ts: may import kernel/recorder.ts only by "import type"',
    ],
    [
      'an inline type import from kernel in trace, which leaves the import standing',
      { 'trace/explain.ts': `import { type Step } from '../kernel/recorder.ts';` },
      'trace/explain.ts: may import kernel/recorder.ts only by "import type"',
    ],
    [
      'a kernel type in a view',
      { 'view/App.tsx': `import type { Step } from '../kernel/recorder.ts';` },
      'view/App.tsx: may not import kernel/recorder.ts',
    ],
    [
      'a clock in the simulator',
      { 'sim/world.ts': `export const now = () => Date.now();` },
      'sim/world.ts: uses the global Date',
    ],
    [
      'chance in the kernel',
      { 'kernel/nat.ts': `export const port = () => Math.floor(Math.random() * 1000);` },
      'kernel/nat.ts: uses the global Math.random',
    ],
    [
      'a page in a policy',
      { 'kube/policy/why.ts': `export const title = () => document.title;` },
      'kube/policy/why.ts: uses the global document',
    ],
    [
      'a second importer of ipaddr.js',
      { 'wire/ipv4.ts': `import ipaddr from 'ipaddr.js';` },
      'wire/ipv4.ts: imports ipaddr.js, which is only for wire/address.ts',
    ],
    [
      'React in the engine',
      { 'engine/run.ts': `import { useState } from 'react';` },
      'engine/run.ts: imports react, which is only for view/, store/, main.tsx, bench/page/',
    ],
    [
      'a package nobody decided on',
      { 'view/App.tsx': `import _ from 'lodash';` },
      'view/App.tsx: imports lodash, which src/layers.ts does not list',
    ],
    ['all of D3', { 'view/App.tsx': `import * as d3 from 'd3';` }, 'view/App.tsx: imports all of d3'],
    [
      'a second zoom',
      { 'view/topology/Topology.tsx': `import { zoomIdentity } from 'd3';` },
      'view/topology/Topology.tsx: imports zoomIdentity of d3, which is only for view/topology/panZoom.ts',
    ],
    [
      'a product file that leans on tests',
      { 'kernel/fib.ts': `import { topology } from './topology.testing.ts';` },
      'kernel/fib.ts: imports kernel/topology.testing.ts, which is for tests',
    ],
    [
      'a file outside every layer',
      { 'utils/misc.ts': '' },
      'utils/misc.ts: belongs to no layer of src/layers.ts',
    ],
    [
      'the kernel in the first page load',
      {
        'main.tsx': `import './engine/protocol.ts';`,
        'engine/protocol.ts': `import { isStep } from '../kernel/recorder.ts';`,
      },
      'engine/protocol.ts: kernel/recorder.ts is in the first page load: main.tsx -> engine/protocol.ts -> kernel/recorder.ts',
    ],
    [
      'the editor in the first page load',
      {
        'main.tsx': `import './view/App.tsx';`,
        'view/App.tsx': `import { Editor } from './editor/Editor.tsx';`,
        'view/editor/Editor.tsx': `import { EditorView } from '@codemirror/view';`,
      },
      'view/editor/Editor.tsx: @codemirror/view is in the first page load: main.tsx -> view/App.tsx -> view/editor/Editor.tsx -> @codemirror/view',
    ],
  ])('%s', (_name, files, violation) => {
    expect(violationsOf(files)).toEqual([violation]);
  });
});

describe('what is allowed is not a violation', () => {
  test.each<[name: string, files: Record<string, string>]>([
    ['a value from the left', { 'sim/world.ts': `import { queue } from '../lib/queue.ts';` }],
    ['a kernel type in trace', { 'trace/explain.ts': `import type { Step } from '../kernel/recorder.ts';` }],
    ['a clock in the engine', { 'engine/engine.ts': `export const now = () => performance.now();` }],
    ['the one importer of ipaddr.js', { 'wire/address.ts': `import ipaddr from 'ipaddr.js';` }],
    ['the one zoom', { 'view/topology/panZoom.ts': `import { zoom, type ZoomTransform } from 'd3';` }],
    [
      'a test that looks everywhere',
      { 'wire/frame.test.ts': `import { world } from '../sim/world.ts'; Date.now();` },
    ],
    ['a lazy editor', { 'main.tsx': `const open = () => import('./view/editor/Editor.tsx');` }],
    [
      'a parameter, a key, a type and a comment with the name of a global',
      {
        'kube/manifest/split.ts': `
          // Date.now() and import '../../view/App.tsx' are only words here.
          export interface Diagnostic { readonly document: number; readonly at: Date }
          export const split = (document: string) => ({ document, process: document.length, text: "import '../../view'" });`,
      },
    ],
  ])('%s', (_name, files) => {
    expect(violationsOf(files)).toEqual([]);
  });
});

test('a file that does not parse is an error, not an unchecked file', () => {
  expect(() => violationsOf({ 'lib/broken.ts': 'export const =' })).toThrow('lib/broken.ts');
});
