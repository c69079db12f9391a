/** Files that people open: how large they may be, and how their bytes become text. */
import type { Diagnostic } from '../engine/protocol.ts';
import { message } from '../lib/message.ts';

const MB = 1024 * 1024;
/** The engine reads no longer text than this, so a longer file is not even loaded: 10,000 pods as JSON have some 90 MB. */
export const MOST_BYTES = 120 * MB;

export function tooBig(bytes: number): Diagnostic {
  return {
    severity: 'error',
    message: message('manifest.too-big', { megabytes: Math.ceil(bytes / MB), limit: MOST_BYTES / MB }),
    document: '',
    range: { from: 0, to: 0, line: 1, column: 1 },
  };
}

/** UTF-8, or UTF-16 when the byte order mark says so: PowerShell's `>` writes that. */
export function decodeText(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
