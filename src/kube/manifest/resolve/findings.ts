/** What resolving says, each at a field of a document; `document` is its index in the text. */
import type { Message } from '../../../lib/message.ts';
import type { Path, Problem, Severity } from '../diagnostic.ts';
import type { ManifestObject } from '../validate.ts';

export interface ResolvableDocument {
  readonly id: string;
  readonly object: ManifestObject;
  /** where it begins, for messages that point at a second document */
  readonly line: number;
}

export interface Finding extends Problem {
  readonly document: number;
}

export class Findings {
  readonly list: Finding[] = [];

  add(severity: Severity, document: number, path: Path, message: Message): void {
    this.list.push({ severity, document, path, message });
  }

  /** The same with the component's own words; undefined: it has none. */
  addQuoting(upstream: string | undefined, finding: Omit<Finding, 'upstream'>): void {
    this.list.push(upstream === undefined ? finding : { ...finding, upstream });
  }

  get hasErrors(): boolean {
    return this.list.some((finding) => finding.severity === 'error');
  }
}
