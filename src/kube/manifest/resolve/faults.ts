/** `spec.faults`: every command must be one that the board knows, on a machine or pod that it has. */
import { message } from '../../../lib/message.ts';
import { parseAction } from '../../action.ts';
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
  return (value.spec?.faults ?? []).flatMap(({ on, at, run, kill }, i): readonly Fault[] => {
    if (!places.has(on)) {
      const path = ['spec', 'faults', i, 'on'];
      findings.add('error', document, path, message('cluster.fault-nowhere', { on }));
      return [];
    }
    const field = kill && run === undefined ? 'kill' : 'run';
    const text = field === 'kill' ? `pkill -9 ${kill ?? ''}` : run;
    if (typeof text !== 'string') return [];
    const parsed = parseAction(text) ?? parseOp(text);
    const path = ['spec', 'faults', i, field];
    if (!parsed.ok) {
      const params = { command: text, error: parsed.error.trim() };
      findings.add('error', document, path, message('cluster.fault-command', params));
      return [];
    }
    const ref = { kind: 'Board', namespace: '', name, path: `spec.faults[${i}].${field}` };
    return [{ on, run: text, ...(typeof at === 'number' ? { at } : {}), ref }];
  });
}
