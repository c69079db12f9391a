/** Who may talk to whom, on clusters of random pods and policies: from nothing, and after an edit of one policy. */
import { Engine } from '../engine/engine.ts';
import { must } from '../lib/assert.ts';
import { matrixOf, type MatrixInput } from '../kube/policy/matrix.ts';
import { nextMatrix } from '../kube/policy/nextMatrix.ts';
import type { PolicyRule } from '../kube/policy/networkPolicy.ts';
import type { Bench, Row } from './bench.ts';
import { input, manifest } from './policyCluster.ts';

function median(times: number, run: () => void): number {
  const taken = Array.from({ length: times }, () => {
    const before = performance.now();
    run();
    return performance.now() - before;
  }).toSorted((a, b) => a - b);
  return taken[times >> 1] ?? NaN;
}

/** The same cluster with the ports of one policy's first rule taken away or given. */
function edited(given: MatrixInput, at: number): MatrixInput {
  const policies = given.policies.map((policy, i) => {
    if (i !== at) return policy;
    const ingress = policy.ingress.map((rule, r): PolicyRule =>
      r === 0 ? { ...rule, ports: rule.ports.length > 0 ? [] : [{ protocol: 'TCP', port: 9090 }] } : rule,
    );
    return { ...policy, ingress };
  });
  return { ...given, policies };
}

/** A whole edit as the page has it: the text is read, the controllers of ten nodes write what changed, the matrix is asked for. */
function onThePage(pods: number, policies: number): readonly Row[] {
  const given = input(pods, policies);
  const engine = new Engine();
  const opened = engine.handle('open', { text: manifest(given), revision: 1 });
  // the page goes on with the text as it was put in order, not with what was pasted
  let text = opened.text ?? '';
  const atSeq = Number.MAX_SAFE_INTEGER;
  engine.handle('matrix', { atSeq });
  const [previewed, applied, asked]: [number[], number[], number[]] = [[], [], []];
  for (let edit = 0; edit < 15; edit++) {
    const { ref, ingress } = given.policies[edit] ?? must(given.policies[0], 'no policy');
    const value = (ingress[0]?.ports.length ?? 0) > 0 ? [] : [{ port: 9090 }];
    const at = { ...ref, path: 'spec.ingress[0].ports' };
    text = must(engine.handle('editField', { text, ref: at, value }).text, 'the policy was not written');
    const begin = performance.now();
    must(engine.handle('previewMatrix', { text }).matrix, 'the edit was not seen');
    const start = performance.now();
    previewed.push(start - begin);
    engine.handle('apply', { text, revision: edit + 2 });
    const between = performance.now();
    engine.handle('matrix', { atSeq });
    applied.push(between - start);
    asked.push(performance.now() - between);
  }
  const middle = (times: number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;
  const what = `an edit of one policy among ${policies}, ${pods} pods:`;
  return [
    {
      what: `${what} matrix, what changed, cells`,
      value: middle(previewed),
      unit: 'ms',
      goal: 'under 50 ms',
    },
    { what: `${what} then text, warnings, rules of ten nodes`, value: middle(applied), unit: 'ms' },
    { what: `${what} then the matrix again, which is the same`, value: middle(asked), unit: 'ms' },
  ];
}

export default {
  name: 'NetworkPolicy',
  run() {
    const rows: Row[] = [];
    for (const [pods, policies, goal] of [
      [200, 200, 'under 16 ms'],
      [1000, 300, 'under 40 ms'],
      [5000, 1000, 'under 250 ms'],
    ] as const) {
      const given = input(pods, policies);
      const { ports, classes } = matrixOf(given);
      const what = `matrix of ${pods} pods (${classes.first.length} classes), ${policies} policies, ${ports.length} port classes`;
      const full = median(pods > 1000 ? 5 : 15, () => matrixOf(given));
      rows.push({ what, value: full, unit: 'ms', goal });
      const before = matrixOf(given);
      let at = 0;
      const edit = median(15, () => nextMatrix(before, edited(given, at++)));
      rows.push({
        what: `  after an edit of one policy`,
        value: edit,
        unit: 'ms',
        goal: `under ${(full / 10).toFixed(1)} ms, a tenth`,
      });
    }
    return [...rows, ...onThePage(1000, 300)];
  },
} satisfies Bench;
