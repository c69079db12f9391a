import { describe, expect, it } from 'vitest';
import { judge } from './match.ts';
import { cellOf, matrixOf, portClassOf, type Matrix, type MatrixInput } from './matrix.ts';
import { nextMatrix } from './nextMatrix.ts';
import { PROTOCOLS } from './networkPolicy.ts';
import { Chance, randomNamespaces, randomPolicy, randomSubjects } from './random.testing.ts';
import { asEnforced } from './kubeRouter/meaning.ts';
import { actionable, Resolver } from './kubeRouter/resolved.ts';
import { allBits, hasBit, noBits, setBit, transpose32 } from './bits.ts';

function randomInput(seed: number): { readonly chance: Chance; readonly input: MatrixInput } {
  const chance = new Chance(seed);
  const namespaces = randomNamespaces(chance, 1 + chance.below(4));
  const counts = { pods: 1 + chance.below(40), nodes: 1 + chance.below(3), outside: chance.below(3) };
  const subjects = randomSubjects(chance, namespaces, counts);
  const given = Array.from({ length: chance.below(8) }, (_, i) => randomPolicy(chance, `p${i}`, namespaces));
  // every other cluster with what kube-router makes of its policies
  const resolver = new Resolver(actionable(subjects), namespaces);
  const policies = seed % 2 === 0 ? given : given.map((policy) => asEnforced(resolver.resolve(policy)));
  const reading = { toOwnNode: chance.pick(['always', 'node-ports'] as const) };
  return { chance, input: { subjects, namespaces, policies, reading } };
}

const PORTS = [1, 30000, 53, 79, 80, 81, 82, 443, 444, 600, 8080, 8081, 65535];

/** Every cell at ports around all that random policies name. */
function cells(matrix: Matrix): readonly string[] {
  return PROTOCOLS.flatMap((protocol) =>
    PORTS.map((port) => {
      const c = portClassOf(matrix, protocol, port) ?? -1;
      return matrix.subjects
        .map((_, i) => matrix.subjects.map((_other, j) => print(cellOf(matrix, i, j, c))).join(''))
        .join('\n');
    }),
  );
}

function judged({ subjects, ...policies }: MatrixInput): readonly string[] {
  return PROTOCOLS.flatMap((protocol) =>
    PORTS.map((port) =>
      subjects
        .map((from) => subjects.map((to) => print(judge(policies, { from, to, protocol, port }))).join(''))
        .join('\n'),
    ),
  );
}

function print({
  ingress,
  egress,
  allowed,
}: {
  ingress: boolean;
  egress: boolean;
  allowed: boolean;
}): string {
  return String((ingress ? 1 : 0) + (egress ? 2 : 0) + (allowed ? 4 : 0));
}

describe('the matrix', () => {
  it('says of every pair and port what the rules say, on random clusters', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { input } = randomInput(seed);
      expect(cells(matrixOf(input)), `seed ${seed}`).toEqual(judged(input));
    }
  });

  it('is after edits of policies what it is from nothing', () => {
    for (let seed = 100; seed <= 104; seed++) {
      const { chance, input } = randomInput(seed);
      let { policies } = input;
      let matrix = matrixOf(input);
      for (let edit = 0; edit < 4; edit++) {
        const name = `p${chance.below(8)}`;
        const others = policies.filter((policy) => policy.name !== name);
        policies = chance.often(25) ? others : [...others, randomPolicy(chance, name, input.namespaces)];
        matrix = nextMatrix(matrix, { ...input, policies });
        expect(cells(matrix), `seed ${seed}, edit ${edit}`).toEqual(cells(matrixOf({ ...input, policies })));
      }
    }
  });

  it('sees a pod that got another label, or another port', () => {
    const { input } = randomInput(7);
    const matrix = matrixOf(input);
    for (const more of [
      { labels: { app: 'c', env: 'c' } },
      { ports: [{ port: 443, protocol: 'TCP' as const, name: 'http' }] },
    ]) {
      const subjects = input.subjects.map((subject, i) =>
        i === 0 && subject.pod ? { ...subject, pod: { ...subject.pod, ...more } } : subject,
      );
      const next = nextMatrix(matrix, { ...input, subjects });
      expect(next).not.toBe(matrix);
      expect(cells(next)).toEqual(cells(matrixOf({ ...input, subjects })));
    }
  });

  it('keeps what an edit does not touch', () => {
    const { input } = randomInput(3);
    const matrix = matrixOf(input);
    expect(nextMatrix(matrix, { ...input, policies: [...input.policies] })).toBe(matrix);
  });

  it('has pods that no policy tells apart in one class', () => {
    const { input } = randomInput(5);
    expect(matrixOf({ ...input, policies: [] }).classes.first.length).toBeLessThan(input.subjects.length);
  });
});

describe('bits', () => {
  it('a square is turned over its diagonal', () => {
    const chance = new Chance(7);
    const square = new Uint32Array(32).map(() => chance.below(0x10000) * 0x10000 + chance.below(0x10000));
    const before = square.slice();
    transpose32(square);
    for (let i = 0; i < 32; i++)
      for (let j = 0; j < 32; j++)
        expect(hasBit(square.subarray(j, j + 1), i)).toBe(hasBit(before.subarray(i, i + 1), j));
  });

  it('all bits are those below the count', () => {
    const bits = noBits(40);
    for (let i = 0; i < 40; i++) setBit(bits, i);
    expect([...allBits(40)]).toEqual([...bits]);
  });
});
