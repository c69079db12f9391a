/**
 * What a CNI plugin is: a program that is run once for a pod, with a command in its environment and a configuration on stdin,
 * and that prints a result or an error. Plugins run each other: flannel -> bridge -> host-local.
 * @see containernetworking/cni SPEC.md 0.3.1, pkg/skel/skel.go, pkg/types/args.go
 * Left out: CHECK and GC, which a conflist of 0.3.1 never gets, and stdin that is no JSON, since nobody types it.
 */
import type { TableOp } from '../../kernel/op.ts';
import type { NetNsState } from '../../kernel/netns.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { OpResult } from '../../kernel/op.ts';
import type { Event, IfName, NetNsId } from '../../kernel/recorder.ts';
import type { Mac } from '../../wire/address.ts';

export type PluginName = 'flannel' | 'bridge' | 'host-local';

export interface CniEnv {
  readonly command: string;
  readonly containerId: string;
  /** the path of the namespace */
  readonly netns: string;
  readonly ifname: string;
  /** `K=V;K=V` */
  readonly args: string;
}

/** A configuration or result; every value is plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The files of the machine that a plugin runs on. */
export interface Files {
  /** the text, or undefined when there is no such file */
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  remove(path: string): void;
  /** names of files directly in a directory, sorted */
  list(directory: string): readonly string[];
}

/** The names of `paths` that are directly in `directory`. */
export function namesIn(directory: string, paths: readonly string[]): readonly string[] {
  const prefix = `${directory}/`;
  return paths.flatMap((path) => {
    const name = path.slice(prefix.length);
    return path.startsWith(prefix) && !name.includes('/') ? [name] : [];
  });
}

/** The machine that a plugin runs on. */
export interface Host {
  readonly ns: NetNsId;
  /** the namespace at a path; undefined when it is gone */
  netnsAt(path: string): NetNsId | undefined;
  tables(ns: NetNsId): NetNsState | undefined;
  op(ns: NetNsId, op: TableOp, origin: Origin): OpResult;
  readonly files: Files;
  /** somebody records what is said */
  readonly isHeard: boolean;
  /** tells the recording */
  say(text: string, by: Origin, more?: Partial<Pick<Event, 'result' | 'error' | 'detail'>>): void;
  /** what is random in reality */
  readonly names: {
    readonly veth: IfName;
    readonly bridgeMac: Mac;
    readonly vethMac: Mac;
    readonly podMac: Mac;
  };
  /** why this pod is plugged in, and why the bridge is as it is */
  readonly origins: { readonly pod: Origin; readonly bridge: Origin };
  /** of containernetworking/plugins: their texts differ in places */
  readonly version: '1.9.1' | '1.1.1';
  /** runs a plugin of /opt/cni/bin */
  exec(plugin: PluginName, env: CniEnv, conf: JsonObject): Ended;
}

/** How a plugin ended: its exit code and what it printed on stdout. */
export interface Ended {
  readonly rc: 0 | 1;
  stdout(): string;
  /** `msg` of the error object */
  readonly error?: string;
  readonly result?: JsonObject;
}

/** A plugin's error, thrown through its steps and printed by `skel`. */
export class CniError extends Error {
  readonly code: number;
  readonly details: string | undefined;

  constructor(
    message: string,
    { code = 999, details }: { readonly code?: number; readonly details?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export const SUPPORTED = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

const MACHINE = /[<>&]/g;

/** encoding/json escapes what HTML would read. */
function escaped(text: string): string {
  return text.replaceAll(MACHINE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** json.Marshal of a map: keys sorted, no blanks. */
export function printConf(conf: Json): string {
  return escaped(JSON.stringify(sorted(conf)));
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** A result or an error as plugins print them. */
export function printResult(value: JsonObject): string {
  return escaped(JSON.stringify(value, null, 4));
}

/** The pairs of CNI_ARGS that a plugin knows; one that it does not know is an error unless IgnoreUnknown is set. */
export function loadArgs(args: string, known: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const unknown: string[] = [];
  for (const pair of args === '' ? [] : args.split(';')) {
    const [key = '', value] = pair.split('=');
    if (value === undefined) throw new CniError(`ARGS: invalid pair "${pair}"`);
    if (key !== 'IgnoreUnknown' && !known.includes(key)) unknown.push(pair);
    pairs.set(key, value);
  }
  const ignore = ['1', 'true'].includes(pairs.get('IgnoreUnknown') ?? '');
  if (unknown.length > 0 && !ignore)
    throw new CniError(`ARGS: unknown args [${unknown.map((pair) => JSON.stringify(pair)).join(' ')}]`);
  return pairs;
}

export const field = (conf: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(conf, key) ? conf[key] : undefined;

export function objectIn(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined;
}

export function listIn(value: Json | undefined): readonly Json[] {
  return value !== undefined && isList(value) ? value : [];
}

export const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
