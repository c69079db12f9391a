import { posix } from 'node:path';
import { firstLoad, imports, packages, pure, type ImportRule } from '../layers.ts';
import { readSourceFile, type Edge, type SourceFile } from './sourceFile.ts';

/** A broken rule of layers.ts, as a sentence that begins with the file. */
export type Violation = string;

export interface Verdict {
  readonly filesRead: number;
  readonly violations: readonly Violation[];
}

/** Holds the files (text by path, relative to src/) to layers.ts. */
export function checkLayers(textByPath: ReadonlyMap<string, string>): Verdict {
  const fileByPath = new Map([...textByPath].map(([path, text]) => [path, readSourceFile(path, text)]));
  const violations = [...fileByPath.values()].flatMap((file) =>
    isForTests(file.path) ? [] : [...importFaults(file), ...packageFaults(file), ...globalFaults(file)],
  );
  return { filesRead: fileByPath.size, violations: [...violations, ...firstLoadFaults(fileByPath)] };
}

function isForTests(path: string): boolean {
  return /\.(?:test|testing)\.tsx?$/.test(path) || path.includes('testing/');
}

/** `place` is a file, or a folder that ends in `/`. */
function isIn(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function isInAny(path: string, places: readonly string[]): boolean {
  return places.some((place) => isIn(path, place));
}

function isRelative(edge: Edge): boolean {
  return edge.to === '' || edge.to.startsWith('.');
}

/** The path that a relative import means, relative to src/. Vite's queries (`?raw`) are not part of it. */
function targetOf(file: SourceFile, edge: Edge): string {
  return posix.join(posix.dirname(file.path), edge.to.replace(/\?.*$/, ''));
}

function importFaults(file: SourceFile): Violation[] {
  const rule = imports.find(({ from }) => isIn(file.path, from));
  if (rule === undefined) return [`${file.path}: belongs to no layer of src/layers.ts`];
  return file.edges
    .filter(isRelative)
    .flatMap((edge) => importFault(rule, edge, targetOf(file, edge)) ?? [])
    .map((fault) => `${file.path}: ${fault}`);
}

function importFault(rule: ImportRule, edge: Edge, target: string): string | undefined {
  if (edge.to === '') return 'has an import with a computed path, which nobody can check';
  if (isForTests(target)) return `imports ${target}, which is for tests`;
  if (isIn(target, rule.from) || isInAny(target, rule.may)) return undefined;
  if (!isInAny(target, rule.mayTypes ?? [])) return `may not import ${target}`;
  return edge.kind === 'type' ? undefined : `may import ${target} only by "import type"`;
}

function isOfPackage(specifier: string, name: string): boolean {
  return /[/:]$/.test(name)
    ? specifier.startsWith(name)
    : specifier === name || specifier.startsWith(`${name}/`);
}

function packageFaults(file: SourceFile): Violation[] {
  return file.edges
    .filter((edge) => !isRelative(edge))
    .flatMap((edge) => packageFault(file.path, edge) ?? [])
    .map((fault) => `${file.path}: ${fault}`);
}

function packageFault(path: string, edge: Edge): string | undefined {
  const rule = packages.find(({ name }) => isOfPackage(edge.to, name));
  if (rule === undefined) return `imports ${edge.to}, which src/layers.ts does not list`;
  if (!isInAny(path, rule.in)) return `imports ${edge.to}, which is only for ${rule.in.join(', ')}`;
  if (rule.namedOnly && edge.names.includes('*')) return `imports all of ${edge.to}`;
  const { reserved } = rule;
  const taken = edge.names.find(
    (name) => reserved !== undefined && name.toLowerCase().includes(reserved.name),
  );
  return taken === undefined || reserved === undefined || isInAny(path, reserved.in)
    ? undefined
    : `imports ${taken} of ${edge.to}, which is only for ${reserved.in.join(', ')}`;
}

function globalFaults(file: SourceFile): Violation[] {
  if (!isInAny(file.path, pure.in)) return [];
  return pure.banned
    .filter((name) => file.globals.has(name))
    .map((name) => `${file.path}: uses the global ${name}`);
}

/** Follows static imports from the entry; a violation names the whole chain, which is what one needs to cut it. */
function firstLoadFaults(fileByPath: ReadonlyMap<string, SourceFile>): Violation[] {
  const chainByPath = new Map<string, string>([[firstLoad.entry, firstLoad.entry]]);
  const violations: Violation[] = [];
  for (const [path, chain] of chainByPath) {
    const file = fileByPath.get(path);
    for (const edge of file?.edges ?? []) {
      if (file === undefined || edge.kind !== 'static') continue;
      const target = isRelative(edge) ? targetOf(file, edge) : edge.to;
      const isBanned = isRelative(edge)
        ? isInAny(target, firstLoad.never)
        : firstLoad.neverPackages.some((name) => isOfPackage(target, name));
      if (isBanned) violations.push(`${path}: ${target} is in the first page load: ${chain} -> ${target}`);
      else if (isRelative(edge) && !chainByPath.has(target)) chainByPath.set(target, `${chain} -> ${target}`);
    }
  }
  return violations;
}
