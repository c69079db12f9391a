/** From an edited text to a committed board, in the worker's code without the worker. */
import { Engine } from '../engine/engine.ts';
import { splitStream } from '../kube/manifest/split.ts';
import { generateDump } from '../scenario/generate.ts';
import type { Bench, Row } from './bench.ts';

function edits(nodes: number, pods: number): Row {
  const text = generateDump({ nodes, pods, seed: 2, style: 'stream', managedFields: false });
  const engine = new Engine();
  const opened = engine.handle('open', { text, revision: 0 });
  if (opened.status !== 'committed') throw new Error(JSON.stringify(opened.diagnostics));
  const times: number[] = [];
  let current = opened.text ?? text;
  for (let i = 1; i <= 15; i++) {
    // one container port of one pod changes: one document of the text
    const at = current.indexOf('containerPort: ');
    current = `${current.slice(0, at)}containerPort: ${8000 + i}${current.slice(at).replace(/^containerPort: \d+/, '')}`;
    const from = performance.now();
    const result = engine.handle('apply', { text: current, revision: i });
    times.push(performance.now() - from);
    if (result.status !== 'committed') throw new Error(JSON.stringify(result.diagnostics));
  }
  const median = times.toSorted((a, b) => a - b)[7] ?? 0;
  return {
    what: `edit to committed board, ${nodes} nodes / ${pods} pods (median of 15)`,
    value: median,
    unit: 'ms',
    goal: '< 50 ms',
  };
}

/** Text that nobody means well with: a million markers. */
function markers(): Row {
  const from = performance.now();
  splitStream('---\n'.repeat(1_000_000));
  return { what: 'a million document markers split', value: performance.now() - from, unit: 'ms' };
}

const bench: Bench = { name: 'edit', run: () => [edits(3, 12), edits(50, 500), markers()] };
export default bench;
