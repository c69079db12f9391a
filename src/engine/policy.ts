/** Answers about NetworkPolicies. The matrix is kept between calls, so that an edit of one policy costs little. */
import { message, type Message } from '../lib/message.ts';
import { printPath } from '../kube/manifest/diagnostic.ts';
import { policyIn } from '../kube/manifest/policyText.ts';
import { pathAt } from '../kube/manifest/pathAt.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs } from '../kube/ids.ts';
import { hasBit, type Bits } from '../kube/policy/bits.ts';
import { editsFor } from '../kube/policy/edits.ts';
import { podChain, policyChain } from '../kube/policy/kubeRouter/names.ts';
import { exemptOf, NODE_PORTS, peerMiss, selects, type Connection } from '../kube/policy/match.ts';
import { matrixOf, portClassOf, type Matrix } from '../kube/policy/matrix.ts';
import { rowsOf } from '../kube/policy/planes.ts';
import { diffOf, type MatrixDiff } from '../kube/policy/matrixDiff.ts';
import { policyKey, type NetworkPolicy, type Protocol } from '../kube/policy/networkPolicy.ts';
import { nextMatrix } from '../kube/policy/nextMatrix.ts';
import { isRest, printPorts } from '../kube/policy/portText.ts';
import { reachOf, subjectsOf } from '../kube/policy/reach.ts';
import { sentencesOf } from '../kube/policy/sentence.ts';
import { namespaceLabels, type Subject } from '../kube/policy/subject.ts';
import { whyInputOf, whyOf } from '../kube/policy/why.ts';
import {
  CELL,
  type MatrixAnswer,
  type MatrixPorts,
  type MatrixSubject,
  type PolicyAtAnswer,
  type WhyAnswer,
  type WhyRule,
} from './policyProtocol.ts';

/** A matrix of more subjects is cut: its cells would be larger than what a page can draw. */
const MOST_SUBJECTS = 1500;
/** changes that are told one by one */
const MOST_CHANGES = 200;
const NOBODY = new Uint32Array();

export interface PortQuestion {
  readonly protocol: Protocol;
  readonly port: number;
}

interface Kept {
  readonly cluster: Cluster;
  readonly matrix: Matrix;
  readonly diff: MatrixDiff | undefined;
  readonly edition: number;
}

export class PolicyReader {
  #kept: Kept | undefined;

  /** The matrix of a cluster, and what changed since the cluster that was asked about before. */
  matrix(cluster: Cluster, port: PortQuestion | undefined): MatrixAnswer {
    const { matrix, diff, edition } = this.#keep(cluster);
    const ports = matrix.ports.map(portsOf);
    const asked = port && portClassOf(matrix, port.protocol, port.port);
    // NodePorts are told apart for a pod's own node alone, so they are not what a reader comes for
    const named = ports.findIndex(
      ({ isRest: rest, port: first }) => !rest && (first < NODE_PORTS.first || first > NODE_PORTS.last),
    );
    const chosen =
      asked ??
      (named >= 0
        ? named
        : Math.max(
            0,
            ports.findIndex(({ isRest: rest }) => rest),
          ));
    const count = Math.min(matrix.subjects.length, MOST_SUBJECTS);
    const workloads = new Map(cluster.pods.map((pod) => [`pod/${pod.namespace}/${pod.name}`, pod.workload]));
    return {
      controller: cluster.policyController,
      policies: cluster.policies.length,
      subjects: matrix.subjects
        .slice(0, count)
        .map((subject) => subjectOf(subject, workloads.get(subject.id))),
      ports,
      chosen,
      cells: cellsOf(matrix, count, chosen),
      left: matrix.subjects.length - count,
      diff,
      edition,
    };
  }

  /** A board that has nothing to do with the former one. */
  forget(): void {
    this.#kept = undefined;
  }

  #keep(cluster: Cluster): Kept {
    const before = this.#kept;
    if (before?.cluster === cluster) return before;
    const input = reachOf(cluster);
    const matrix = before ? nextMatrix(before.matrix, input) : matrixOf(input);
    const diff =
      before === undefined
        ? undefined
        : matrix === before.matrix
          ? before.diff
          : diffOf(before.matrix, matrix, MOST_CHANGES);
    const edition = (before?.edition ?? 0) + (matrix === before?.matrix ? 0 : 1);
    this.#kept = { cluster, matrix, diff, edition };
    return this.#kept;
  }

  /** Why a connection may be opened or not; a message where an end is not on the board. */
  why(
    cluster: Cluster,
    question: PortQuestion & { readonly from: string; readonly to: string },
    nsOf: (node: string) => NetNs | undefined,
  ): WhyAnswer | Message {
    const subjects = subjectsOf(cluster);
    const find = (id: string): Subject | undefined => subjects.find((subject) => subject.id === id);
    const [from, to] = [find(question.from), find(question.to)];
    if (!from || !to)
      return message('send.unknown-endpoint', { endpoint: from ? question.to : question.from });
    const { protocol, port } = question;
    const connection: Connection = { from, to, protocol, port };
    const why = whyOf(whyInputOf(cluster), connection);
    return {
      ...why,
      protocol,
      port,
      controller: cluster.policyController,
      edits: why.allowed ? [] : editsFor(cluster, connection, this.#keep(cluster).matrix),
      rules: cluster.policyController === 'kube-router' ? rulesOf(connection, why.sides, nsOf) : [],
    };
  }
}

function portsOf(portClass: Matrix['ports'][number]): MatrixPorts {
  const rest = isRest(portClass);
  const [range] = portClass.ranges;
  // of all that no rule names, a port that looks like one
  const tcp = rest
    ? portClass.ranges.find(
        ({ protocol, first, last }) => protocol === 'TCP' && first <= 8080 && last >= 8080,
      )
    : undefined;
  return {
    ranges: rest ? [] : printPorts(portClass.ranges),
    protocol: (tcp ?? range)?.protocol ?? 'TCP',
    port: tcp ? 8080 : (range?.first ?? 1),
    isRest: rest,
  };
}

function subjectOf({ id, isNode }: Subject, workload: string | undefined): MatrixSubject {
  const [kind, first = '', second = ''] = id.split('/');
  if (kind === 'pod')
    return {
      id,
      kind: isNode ? 'hostPod' : 'pod',
      namespace: first,
      name: second,
      ...(workload === undefined ? {} : { workload }),
    };
  return { id, kind: kind === 'node' ? 'node' : 'client', namespace: '', name: first };
}

/** A byte for each pair, class by class, because a million pairs are many; then those that are exempt. */
function cellsOf(matrix: Matrix, count: number, c: number): Uint8Array {
  const cells = new Uint8Array(count * count);
  const { subjects, classes, ingress, egress, reading } = matrix;
  const { of, first } = classes;
  const byClass = classCells(rowsOf(ingress, c), rowsOf(egress, c), first.length);
  const near = new Map<string, number[]>();
  for (let i = 0; i < count; i++) {
    const [row, at] = [(of[i] ?? 0) * first.length, i * count];
    for (let j = 0; j < count; j++) cells[at + j] = byClass[row + (of[j] ?? 0)] ?? 0;
    const node = subjects[i]?.node;
    if (node === undefined) near.set(`alone ${i}`, [i]);
    else if (near.get(node)?.push(i) === undefined) near.set(node, [i]);
  }
  const [range] = matrix.ports[c]?.ranges ?? [];
  if (!range) return cells;
  const exempt = CELL.ingress | CELL.egress | CELL.allowed | CELL.exempt;
  for (const places of near.values())
    for (const i of places)
      for (const j of places) {
        const [from, to] = [subjects[i], subjects[j]];
        // only oneself and one's node are
        if (!from || !to || (i !== j && !from.isNode && !to.isNode)) continue;
        const connection = { from, to, protocol: range.protocol, port: range.first };
        if (exemptOf(connection, reading) !== undefined) cells[i * count + j] = exempt;
      }
  return cells;
}

/** The bits of CELL for each class as source (a row) and as destination: set by set, so that each is walked from one end to the other. */
function classCells(rowsIn: readonly Bits[], rowsOut: readonly Bits[], size: number): Uint8Array {
  const cells = new Uint8Array(size * size);
  for (let s = 0; s < size; s++) {
    const row = rowsOut[s] ?? NOBODY;
    for (let d = 0; d < size; d++) if (hasBit(row, d)) cells[s * size + d] = CELL.egress;
  }
  const both = CELL.ingress | CELL.egress | CELL.allowed;
  for (let d = 0; d < size; d++) {
    const row = rowsIn[d] ?? NOBODY;
    for (let s = 0; s < size; s++) {
      if (!hasBit(row, s)) continue;
      const at = s * size + d;
      cells[at] = cells[at] === 0 ? CELL.ingress : both;
    }
  }
  return cells;
}

/** The rule that refuses on each side that denies, and those that lead to the rules of the policies there. */
function rulesOf(
  { from, to }: Connection,
  sides: WhyAnswer['sides'],
  nsOf: (node: string) => NetNs | undefined,
): readonly WhyRule[] {
  return sides.flatMap(({ direction, state, isolatedBy }): WhyRule[] => {
    const { pod, node } = direction === 'egress' ? from : to;
    if (state !== 'denied' || !pod || node === undefined) return [];
    const ns = nsOf(node);
    const chain = podChain(pod);
    const rules = ns?.state.rules.filter?.chains.get(chain)?.rules ?? [];
    const policyByChain = new Map(isolatedBy.map((ref) => [policyChain(ref), policyKey(ref)]));
    return rules.flatMap((rule, i): WhyRule[] => {
      const { target } = rule;
      const to = target !== undefined && 'chain' in target ? target.chain : undefined;
      const policy = to === undefined ? undefined : policyByChain.get(to);
      if (policy === undefined && target?.target !== 'REJECT') return [];
      return [
        {
          ns: nodeNs(node),
          table: 'filter',
          chain,
          number: i + 1,
          text: rule.text,
          packets: ns?.state.counters.get(rule.id)?.packets ?? 0,
          ...(policy === undefined ? {} : { policy }),
        },
      ];
    });
  });
}

/** What a policy says in words, and which pods the selector or rule at `offset` means. `text` is the document alone. */
export function policyAt(cluster: Cluster, text: string, offset: number): PolicyAtAnswer {
  const path = pathAt(text, offset);
  const nothing = { sentences: [], path: printPath(path) };
  const read = policyIn(text);
  const written = read && { written: read.written };
  const policy = read?.policy;
  if (!policy) return { ...nothing, ...written };
  const lit = litBy(cluster, policy, path);
  return {
    sentences: sentencesOf(policy),
    path: printPath(path),
    ...written,
    ...(lit === undefined ? {} : { lit }),
  };
}

/** The targets at podSelector; at a peer those it means; at a rule or its ports everybody that one of its peers means. */
function litBy(
  cluster: Cluster,
  policy: NetworkPolicy,
  [first, second, index, field, place]: readonly (string | number)[],
): readonly string[] | undefined {
  if (first !== 'spec') return undefined;
  const subjects = subjectsOf(cluster);
  const idsOf = (fits: (subject: Subject) => boolean): readonly string[] =>
    subjects.filter(fits).map(({ id }) => id);
  if (second !== 'ingress' && second !== 'egress') return idsOf((subject) => selects(policy, subject));
  const rule = typeof index === 'number' ? policy[second][index] : undefined;
  if (!rule) return idsOf((subject) => selects(policy, subject));
  const given = { policy, namespaces: namespaceLabels(cluster) };
  const peer =
    (field === 'from' || field === 'to') && typeof place === 'number' ? rule.peers[place] : undefined;
  const peers = peer ? [peer] : rule.peers;
  if (peers.length === 0) return idsOf(() => true);
  return idsOf((subject) =>
    peers.some(
      (one) =>
        peerMiss(one, given, {
          subject,
          ip: second === 'egress' ? (subject.reachedAt ?? subject.ip) : subject.ip,
        }) === undefined,
    ),
  );
}
