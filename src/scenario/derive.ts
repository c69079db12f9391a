/** One cluster's text made out of another's: another backend, another Board document. */
import { assert } from '../lib/assert.ts';

const ANNOTATION = 'flannel.alpha.coreos.com';
const SEPARATOR = '\n---\n';

/** The same cluster as flanneld annotates it with another backend: the type (empty for udp), and no VTEP. */
export function withBackend(text: string, type: 'host-gw' | '""'): string {
  return text
    .replaceAll(`${ANNOTATION}/backend-type: vxlan`, `${ANNOTATION}/backend-type: ${type}`)
    .replaceAll(
      /(\n +# the MAC of [^\n]*)?(\n +)flannel\.alpha\.coreos\.com\/backend-data: [^\n]*/g,
      `$2${ANNOTATION}/backend-data: "null"`,
    );
}

/** A cluster with this Board document before it, in place of its own. */
export function withBoard(text: string, board: string): string {
  const others = text.split(SEPARATOR).filter((document) => !/^kind: Board$/m.test(document));
  return `${[board.trimEnd(), ...others.map((document) => document.trimEnd())].join(SEPARATOR)}\n`;
}

/** The pods without the addresses that they have: who runs them gives others. `published` are ports of machines, by pod. */
export function withoutPodIps(text: string, published: Readonly<Record<string, number>> = {}): string {
  return text
    .split(SEPARATOR)
    .map((document) => {
      const name = /^kind: Pod\nmetadata:\n {2}name: (\S+)$/m.exec(document)?.[1];
      if (name === undefined) return document;
      const hostPort = published[name];
      return document
        .replace(/(\n {2}#[^\n]*)*\n {2}podIP: [^\n]*\n {2}podIPs:\n {2}- ip: [^\n]*/, '')
        .replace(
          /\n( +)containerPort: [^\n]*/,
          (line, indent: string) =>
            `${line}${hostPort === undefined ? '' : `\n${indent}hostPort: ${hostPort}`}`,
        );
    })
    .join(SEPARATOR);
}

/** A cluster with more documents behind its own. */
export function withDocuments(text: string, ...documents: readonly string[]): string {
  return `${[text, ...documents].map((document) => document.trimEnd()).join(SEPARATOR)}\n`;
}

/** One place of a text in other words. */
export interface Patch {
  readonly find: string;
  readonly replace: string;
}

/** The text with every patch in it; asserts that each finds exactly one place. */
export function patched(text: string, patches: readonly Patch[]): string {
  return patches.reduce((before, { find, replace }) => {
    const [head = '', tail, more] = before.split(find);
    assert(tail !== undefined && more === undefined, `“${find}” is not there once`);
    return head + replace + tail;
  }, text);
}
