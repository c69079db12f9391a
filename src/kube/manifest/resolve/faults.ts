/** `spec.faults`: every command must be one that the board knows, on a machine or pod that it has. */
import { message } from '../../../lib/message.ts';
import { parseOp } from '../../../kernel/opText.ts';
import type { BoardManifest } from '../boardDocument.ts';
import type { Fault } from '../../cluster.ts';
import type { Findings } from './findings.ts';
import type { Single } from './network.ts';

/** The commands in the order in which they are given; a bad one is an error at its field, in the tool's own words. */
export function resolveFaults(
  { value, document }: Single<BoardManifest>,
  places: ReadonlySet<string>,
  findings: Findings,
): readonly Fault[] {
  const name = value.metadata?.name ?? '';
  return (value.spec?.faults ?? []).flatMap(({ on, run }, i): readonly Fault[] => {
    if (!places.has(on)) {
      const path = ['spec', 'faults', i, 'on'];
      findings.add('error', document, path, message('cluster.fault-nowhere', { on }));
      return [];
    }
    if (typeof run !== 'string') return [];
    const op = parseOp(run);
    const path = ['spec', 'faults', i, 'run'];
    if (!op.ok) {
      findings.add(
        'error',
        document,
        path,
        message('cluster.fault-command', { command: run, error: op.error.trim() }),
      );
      return [];
    }
    return [{ on, run, ref: { kind: 'Board', namespace: '', name, path: `spec.faults[${i}].run` } }];
  });
}
