/** Who may talk to whom on the board, against another file. */
import type { Cluster } from '../kube/cluster.ts';
import { policyIn } from '../kube/manifest/policyText.ts';
import type { ReadResult } from '../kube/manifest/reader.ts';
import { splitStream } from '../kube/manifest/split.ts';
import { matrixOf } from '../kube/policy/matrix.ts';
import { diffOf } from '../kube/policy/matrixDiff.ts';
import { reachOf } from '../kube/policy/reach.ts';
import type { CompareResult } from './policyProtocol.ts';

/** pairs that are told one by one */
const MOST_PAIRS = 200;

/** What the board opens and closes against `other`; a file without nodes is one of policies alone, about the pods of the board. */
export function compareWith(board: Cluster, other: ReadResult): CompareResult {
  const before = other.cluster ?? withPoliciesOf(board, other);
  if (!before) return { status: 'rejected', diagnostics: other.diagnostics };
  const diff = diffOf(matrixOf(reachOf(before)), matrixOf(reachOf(board)), MOST_PAIRS);
  return { status: 'compared', diff, isPoliciesOnly: !other.cluster };
}

function withPoliciesOf(board: Cluster, { text, diagnostics }: ReadResult): Cluster | undefined {
  const isWhole = diagnostics.every(
    ({ severity, message }) => severity !== 'error' || message.id === 'cluster.no-nodes',
  );
  const policies = isWhole ? splitStream(text).flatMap((piece) => policyIn(piece.text)?.policy ?? []) : [];
  if (policies.length === 0) return undefined;
  return { ...board, policies, policyController: board.policyController ?? 'kube-router' };
}
