/** Matrices of cyclonus, the Kubernetes e2e suite and policy-assistant: every cell, as the rules are read and as the matrix has it. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  Judged,
  labelsSchema,
  namespacesOf,
  podSubject,
  policyOf,
  policySchema,
  protocolSchema,
  truthData,
} from './truth.testing.ts';
import { nextMatrix } from './nextMatrix.ts';
import { cellOf, portClassOf, type Matrix } from './matrix.ts';
import type { PortRange } from './portClasses.ts';

const pods = v.record(v.string(), v.object({ labels: v.optional(labelsSchema), ip: v.optional(v.string()) }));
const place = {
  namespaces: v.optional(v.record(v.string(), labelsSchema)),
  pods: v.optional(pods),
  podOrder: v.optional(v.array(v.string())),
};
const topologySchema = v.object({
  namespaces: v.record(v.string(), labelsSchema),
  pods,
  podOrder: v.array(v.string()),
  podPorts: v.array(v.object({ name: v.string(), port: v.number(), protocol: protocolSchema })),
});
const resultSchema = v.object({
  combined: v.array(v.string()),
  ingress: v.optional(v.array(v.string())),
  egress: v.optional(v.array(v.string())),
});
const stepSchema = v.object({
  ...place,
  policies: v.array(policySchema),
  results: v.record(v.string(), resultSchema),
});
const schema = v.object({
  topology: v.optional(topologySchema),
  cases: v.array(
    v.object({ id: v.string(), topology: v.optional(topologySchema), steps: v.array(stepSchema) }),
  ),
});
type Topology = v.InferOutput<typeof topologySchema>;
type Step = v.InferOutput<typeof stepSchema>;
type Result = v.InferOutput<typeof resultSchema>;

const NP_ONLY = ({ policies }: Step): boolean => policies.every(({ kind }) => kind === 'NetworkPolicy');

function subjectsOf(step: Step, topology: Topology) {
  const podsHere = step.pods ?? topology.pods;
  const order = step.podOrder ?? topology.podOrder;
  return order.map((id) => {
    const pod = podsHere[id];
    return podSubject(id, { labels: pod?.labels, ip: pod?.ip, ports: topology.podPorts });
  });
}

/** Cells that differ, in words, and how many were compared. */
function compare(
  step: Step,
  topology: Topology,
): { readonly wrong: readonly string[]; readonly cells: number } {
  const subjects = subjectsOf(step, topology);
  const namespaces = namespacesOf(step.namespaces ?? topology.namespaces);
  const judged = new Judged(subjects, namespaces, step.policies.map(policyOf));
  const wrong: string[] = [];
  let cells = 0;
  for (const [portText, result] of Object.entries(step.results)) {
    const [protocolText, number] = portText.split('/');
    const protocol = v.parse(protocolSchema, protocolText);
    const port = Number(number);
    const sides: readonly (readonly [keyof Result, 'allowed' | 'ingress' | 'egress'])[] = [
      ['combined', 'allowed'],
      ['ingress', 'ingress'],
      ['egress', 'egress'],
    ];
    subjects.forEach(({ id: from }, i) => {
      subjects.forEach(({ id: to }, j) => {
        if (i === j) return;
        const [text, matrix] = [
          judged.byText(from, to, protocol, port),
          judged.byMatrix(from, to, protocol, port),
        ];
        for (const [field, verdict] of sides) {
          const cell = result[field]?.[i]?.[j];
          if (cell === undefined || cell === '#') continue;
          cells++;
          if (text[verdict] !== (cell === '.') || matrix[verdict] !== (cell === '.'))
            wrong.push(`${from} -> ${to} ${portText} ${field}: ${cell}`);
        }
      });
    });
  }
  return { wrong, cells };
}

/** Off the diagonal, of which no policy can say anything. */
function countCells({ results }: Step): number {
  return Object.values(results)
    .flatMap((result) => [result.combined, result.ingress ?? [], result.egress ?? []])
    .flatMap((rows) =>
      rows.map((row, i) => Array.from(row).filter((cell, j) => i !== j && cell !== '#').length),
    )
    .reduce((sum, n) => sum + n, 0);
}

/** A matrix in letters, to compare at once. */
function print(matrix: Matrix, { protocol, first }: PortRange): string {
  const c = portClassOf(matrix, protocol, first) ?? -1;
  return matrix.subjects
    .map((_, i) =>
      matrix.subjects
        .map((_other, j) => {
          const { ingress, egress, allowed } = cellOf(matrix, i, j, c);
          return `${ingress ? 'i' : '-'}${egress ? 'e' : '-'}${allowed ? '.' : 'X'}`;
        })
        .join(' '),
    )
    .join('\n');
}

describe.each(['cyclonus', 'k8s-e2e', 'policy-assistant'])('%s', (name) => {
  const data = truthData(`${name}.json`, schema);
  const cases = (data?.cases ?? []).flatMap(({ id, topology = data?.topology, steps }) =>
    topology && steps.every(NP_ONLY) ? [{ id, topology, steps }] : [],
  );
  const steps = cases.flatMap(({ id, topology, steps: list }) =>
    list.map((step, i) => ({ name: `${id} step ${i + 1}`, step, topology })),
  );

  const expected = steps.reduce((sum, { step }) => sum + countCells(step), 0);

  it.skipIf(!data)(`agrees in ${expected} cells of ${steps.length} steps of ${cases.length} cases`, () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const { name: stepName, step, topology } of steps) {
      const found = compare(step, topology);
      cells += found.cells;
      wrong.push(...found.wrong.map((text) => `${stepName}: ${text}`));
    }
    expect(wrong).toEqual([]);
    expect(cells).toBe(expected);
    expect(cells).toBeGreaterThan(0);
  });

  it.skipIf(!data)('has the same matrix after each edit as from nothing', () => {
    for (const { topology, steps: list } of cases) {
      const inputs = list.map((step) => ({
        subjects: subjectsOf(step, topology),
        namespaces: namespacesOf(step.namespaces ?? topology.namespaces),
        policies: step.policies.map(policyOf),
      }));
      let matrix = new Judged(inputs[0]?.subjects ?? [], inputs[0]?.namespaces ?? new Map(), []).matrix;
      for (const input of inputs) {
        matrix = nextMatrix(matrix, input);
        const { matrix: fresh } = new Judged(input.subjects, input.namespaces, input.policies);
        for (const { ranges } of fresh.ports)
          for (const range of ranges.slice(0, 1)) expect(print(matrix, range)).toBe(print(fresh, range));
      }
    }
  });
});
