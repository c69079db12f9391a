/** Documents and what stands between them, put together to one text again; offsets and lines are counted on the way. */
import type { TextRange } from './diagnostic.ts';
import { countLines, type Piece } from './split.ts';
import type { Validated } from './validate.ts';

/** All that is known of a document's text, wherever it stands. Holds no part of the text, so it keeps no old text alive. */
export interface Entry extends Validated {
  readonly lines: number;
  /** ranges relative to the text by printed path, filled as they are asked for */
  readonly ranges: Map<string, TextRange>;
}

export interface NormalDocument {
  readonly entry: Entry;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
}

export interface ReadDocument {
  readonly text: string;
  readonly entry: Entry;
}

export class Assembly {
  private readonly source: string;
  private readonly parts: string[] = [];
  private readonly documents: NormalDocument[] = [];
  private length = 0;
  private line = 1;
  /** end of the last piece in the source */
  private read = 0;
  private isSame = true;

  constructor(source: string) {
    this.source = source;
  }

  /** Documents so far. */
  get count(): number {
    return this.documents.length;
  }

  add(piece: Piece, documents: readonly ReadDocument[]): void {
    this.write(this.source.slice(this.read, piece.from));
    this.read = piece.to;
    const isAsTyped = documents.length === 1 && documents[0]?.text === piece.text;
    if (!isAsTyped) this.isSame = false;
    // what stood behind its marker may not do so as a block
    if (!isAsTyped && piece.column > 1) this.write('\n');
    documents.forEach(({ text, entry }, i) => {
      if (i > 0) this.write('\n---\n');
      const column = isAsTyped ? piece.column : 1;
      this.documents.push({
        entry,
        text,
        from: this.length,
        to: this.length + text.length,
        line: this.line,
        column,
      });
      this.parts.push(text);
      this.length += text.length;
      this.line += entry.lines;
    });
  }

  finish(): { readonly text: string; readonly documents: readonly NormalDocument[] } {
    this.write(this.source.slice(this.read));
    return { text: this.isSame ? this.source : this.parts.join(''), documents: this.documents };
  }

  private write(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    this.line += countLines(text);
  }
}
