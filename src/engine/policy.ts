/** Answers about NetworkPolicies. The matrix is kept between calls, so that an edit of one policy costs little. */
import { message, type Message } from '../lib/message.ts';
import { printPath } from '../kube/manifest/diagnostic.ts';
import { policyIn } from '../kube/manifest/policyText.ts';
import { pathAt } from '../kube/manifest/pathAt.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs } from '../kube/ids.ts';
import { editsFor } from '../kube/policy/edits.ts';
import { podChain, policyChain } from '../kube/policy/kubeRouter/names.ts';
import { NODE_PORTS, peerMiss, selects, type Connection } from '../kube/policy/match.ts';
import { matrixOf, portClassOf, type Matrix } from '../kube/policy/matrix.ts';
import { diffOf, type MatrixDiff } from '../kube/policy/matrixDiff.ts';
import { policyKey, type NetworkPolicy, type Protocol } from '../kube/policy/networkPolicy.ts';
import { nextMatrix } from '../kube/policy/nextMatrix.ts';
import { isRest, printPorts } from '../kube/policy/portText.ts';
import { reachOf, subjectsOf } from '../kube/policy/reach.ts';
import { sentencesOf } from '../kube/policy/sentence.ts';
import { namespaceLabels, type Subject } from '../kube/policy/subject.ts';
import { whyInputOf, whyOf } from '../kube/policy/why.ts';
import { nextCells, type Cells } from './matrixCells.ts';
import type {
  MatrixAnswer,
  MatrixPorts,
  MatrixSubject,
  PolicyAtAnswer,
  WhyAnswer,
  WhyRule,
} from './policyProtocol.ts';

/** A matrix of more subjects is cut: its cells would be larger than what a page can draw. */
const MOST_SUBJECTS = 1500;
/** changes that are told one by one */
const MOST_CHANGES = 200;

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
  #beforePreview: Kept | undefined;
  /** what was answered last */
  #painted: Cells | undefined;

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
      cells: this.#cells(matrix, count, chosen),
      left: matrix.subjects.length - count,
      diff,
      edition,
    };
  }

  /** Where an edit left most of the cells as they are, only the others are made again. */
  #cells(matrix: Matrix, count: number, c: number): Uint8Array {
    const cells = nextCells(this.#painted, { matrix, count, c });
    this.#painted = { matrix, count, c, cells };
    return cells;
  }

  /** The matrix of a text that is yet to be read as a whole; `settle` says what came of that. */
  preview(cluster: Cluster, port: PortQuestion | undefined): MatrixAnswer {
    const before = this.#kept;
    const answer = this.matrix(cluster, port);
    this.#beforePreview ??= before;
    return answer;
  }

  /** The text was read: what was previewed is so, or was never. */
  settle(isSo: boolean): void {
    if (!isSo && this.#beforePreview) this.#kept = this.#beforePreview;
    this.#beforePreview = undefined;
  }

  /** A board that has nothing to do with the former one. */
  forget(): void {
    this.#kept = undefined;
    this.#beforePreview = undefined;
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
