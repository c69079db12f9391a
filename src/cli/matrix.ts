/** `matrix FILE`: who may talk to whom, as a grid with the policies that decide, as JSON, or compared with another file. */
import type { PolicyMessage } from '../lib/policyMessages.ts';
import type { Cluster } from '../kube/cluster.ts';
import { judge, type Connection } from '../kube/policy/match.ts';
import { cellOf, matrixOf, portClassOf, type Matrix } from '../kube/policy/matrix.ts';
import { diffOf } from '../kube/policy/matrixDiff.ts';
import type { Protocol } from '../kube/policy/networkPolicy.ts';
import { isRest, printPorts } from '../kube/policy/portText.ts';
import { reachOf, subjectsOf } from '../kube/policy/reach.ts';
import { whyInputOf, whyOf, type SideWhy } from '../kube/policy/why.ts';

export interface MatrixPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** The classes of ports that are asked about: that of one port, else every one. */
function classesOf(matrix: Matrix, port: MatrixPort | undefined): readonly number[] {
  if (!port) return matrix.ports.map((_, c) => c);
  const c = portClassOf(matrix, port.protocol, port.port);
  return c === undefined ? [] : [c];
}

function titleOf(matrix: Matrix, c: number): string {
  const portClass = matrix.ports[c];
  if (!portClass) return '';
  return isRest(portClass) ? 'every port that no rule names' : printPorts(portClass.ranges).join(', ');
}

function questionOf(matrix: Matrix, c: number, port: MatrixPort | undefined): MatrixPort {
  const [range] = matrix.ports[c]?.ranges ?? [];
  return port ?? { protocol: range?.protocol ?? 'TCP', port: range?.first ?? 1 };
}

/** Rows are sources. `.` may, `X` may not, `#` itself; below, why not, once for each destination and source that is kept out. */
export function matrixLines(
  cluster: Cluster,
  port: MatrixPort | undefined,
  print: (message: PolicyMessage) => string,
): readonly string[] {
  const matrix = matrixOf(reachOf(cluster));
  const ids = matrix.subjects.map(({ id }) => id);
  const width = Math.max(0, ...ids.map((id) => id.length));
  const lines = [`enforced by: ${cluster.policyController ?? 'nobody (there are no policies)'}`];
  ids.forEach((id, i) => lines.push(`${String(i + 1).padStart(3)} ${id}`));
  const input = whyInputOf(cluster);
  for (const c of classesOf(matrix, port)) {
    lines.push('', `# ${titleOf(matrix, c)}`);
    lines.push(`${' '.repeat(width + 4)} ${ids.map((_, i) => String((i + 1) % 10)).join('')}`);
    const reasons = new Set<string>();
    ids.forEach((id, i) => {
      const row = ids.map((_, j) => {
        if (i === j) return '#';
        if (cellOf(matrix, i, j, c).allowed) return '.';
        for (const side of deniedSides(input, matrix, { i, j, question: questionOf(matrix, c, port) }))
          reasons.add(print(side.message));
        return 'X';
      });
      lines.push(`${String(i + 1).padStart(3)} ${id.padEnd(width)} ${row.join('')}`);
    });
    for (const reason of reasons) lines.push(`  ${reason}`);
  }
  return lines;
}

function deniedSides(
  input: Parameters<typeof whyOf>[0],
  { subjects }: Matrix,
  { i, j, question }: { readonly i: number; readonly j: number; readonly question: MatrixPort },
): readonly SideWhy[] {
  const [from, to] = [subjects[i], subjects[j]];
  if (!from || !to) return [];
  return whyOf(input, { from, to, ...question }).sides.filter(({ state }) => state === 'denied');
}

/** One object: everybody, and for each class of ports the pairs that are kept out with the policies that isolate them. */
export function matrixJson(cluster: Cluster, port: MatrixPort | undefined): unknown {
  const matrix = matrixOf(reachOf(cluster));
  const input = whyInputOf(cluster);
  return {
    controller: cluster.policyController ?? null,
    subjects: matrix.subjects.map(({ id }) => id),
    ports: classesOf(matrix, port).map((c) => {
      const portClass = matrix.ports[c];
      const question = questionOf(matrix, c, port);
      return {
        ports: portClass && isRest(portClass) ? ['*'] : printPorts(portClass?.ranges ?? []),
        example: question,
        denied: matrix.subjects.flatMap((from, i) =>
          matrix.subjects.flatMap((to, j) => {
            const { allowed, ingress, egress } = cellOf(matrix, i, j, c);
            if (allowed) return [];
            const isolatedBy = deniedSides(input, matrix, { i, j, question }).flatMap((side) =>
              side.isolatedBy.map(({ namespace, name }) => `${namespace}/${name}`),
            );
            return [{ from: from.id, to: to.id, ingress, egress, isolatedBy: [...new Set(isolatedBy)] }];
          }),
        ),
      };
    }),
  };
}

/** What becomes possible and impossible on the way from `before` to `after`; those who are in only one of them are left out. */
export function againstLines(before: Cluster, after: Cluster): readonly string[] {
  const { pairs, opened, closed } = diffOf(matrixOf(reachOf(before)), matrixOf(reachOf(after)));
  return [
    ...pairs.flatMap((pair) => [
      ...(pair.opened.length > 0
        ? [`+ ${pair.from} -> ${pair.to}: ${printPorts(pair.opened).join(', ')}`]
        : []),
      ...(pair.closed.length > 0
        ? [`- ${pair.from} -> ${pair.to}: ${printPorts(pair.closed).join(', ')}`]
        : []),
    ]),
    `${opened} opened, ${closed} closed`,
  ];
}

/** What policies have to do with a packet that did not get through; nothing where they allow it. */
export function policyLines(
  cluster: Cluster,
  { from, to, protocol }: { readonly from: string; readonly to: string; readonly protocol: string },
  print: (message: PolicyMessage) => string,
): readonly string[] {
  const found = /^(.*):(\d+)$/.exec(to);
  const subjects = subjectsOf(cluster);
  const [source, destination] = [
    subjects.find(({ id }) => id === from),
    subjects.find(({ id }) => id === (found?.[1] ?? to)),
  ];
  const port = Number(found?.[2] ?? 0);
  if (!source || !destination || port === 0 || (protocol !== 'tcp' && protocol !== 'udp')) return [];
  const connection: Connection = {
    from: source,
    to: destination,
    protocol: protocol === 'tcp' ? 'TCP' : 'UDP',
    port,
  };
  const input = whyInputOf(cluster);
  if (judge(input, connection).allowed) return [];
  return whyOf(input, connection).sides.flatMap(({ state, message, rules }) =>
    state === 'denied'
      ? [
          print(message),
          ...rules.flatMap(({ policy, peers, ports }) =>
            [...peers, ...ports].map((failed) => `  ${policy} ${failed.ref.path}: ${print(failed.message)}`),
          ),
        ]
      : [],
  );
}
