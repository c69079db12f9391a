/** The choice of a Service's externalTrafficPolicy as an edit of its document. */
import { findObject } from './findObject.ts';
import { setField } from './setField.ts';
import { toEditorText } from './split.ts';

export interface PolicyChoice {
  readonly namespace: string;
  readonly name: string;
  readonly policy: 'Cluster' | 'Local';
}

/** Undefined where no document of that Service can be written into. A List has been split before it is on a board. */
export function choosePolicy(given: string, { policy, ...service }: PolicyChoice): string | undefined {
  const text = toEditorText(given);
  const piece = findObject(text, { kind: 'Service', ...service });
  if (!piece) return undefined;
  const changed = setField(piece.text, ['spec', 'externalTrafficPolicy'], policy);
  return changed === undefined ? undefined : text.slice(0, piece.from) + changed + text.slice(piece.to);
}
