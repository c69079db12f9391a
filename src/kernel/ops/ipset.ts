/** `ipset`: each command by itself; `ipset restore` line by line, so what was done before a wrong line stays. @see ipset 7.17 lib/errcode.c */
import type { ElementCommand, CreateCommand, IpsetCommand } from '../netfilter/ipsetCommand.ts';
import { parseIpset, type ParsedIpset } from '../netfilter/ipsetCommand.ts';
import {
  isLive,
  printCreate,
  printMember,
  type HashSet,
  type IpSet,
  type ListSet,
  type SetEntry,
  type SetMember,
} from '../netfilter/ipset.ts';
import { OptionError } from '../netfilter/options.ts';
import { parseElements } from '../netfilter/setElement.ts';
import { lookUp, setKey } from '../netfilter/setLookup.ts';
import { restoreWords } from '../netfilter/words.ts';
import { update, withoutEntry, type NetNs } from '../netns.ts';
import type { Errno, SimTime } from '../recorder.ts';
import { refuse, type OpContext, type OpResult } from './types.ts';

interface Refusal {
  readonly errno: Errno;
  readonly reason: string;
}

const NO_SET: Refusal = { errno: 'ENOENT', reason: 'The set with the given name does not exist' };
const IN_USE: Refusal = {
  errno: 'EBUSY',
  reason: 'Set cannot be destroyed: it is in use by a kernel component',
};
const NO_RENAME: Refusal = {
  errno: 'EBUSY',
  reason: 'Set cannot be renamed: it is in use by another system',
};
const ADDED: Refusal = { errno: 'EEXIST', reason: "Element cannot be added to the set: it's already added" };
const NOT_ADDED: Refusal = {
  errno: 'ENOENT',
  reason: "Element cannot be deleted from the set: it's not added",
};

function ruleReferences({ state }: NetNs): Map<string, number> {
  const counts = new Map<string, number>();
  for (const table of Object.values(state.rules)) {
    for (const { rules } of table.chains.values()) {
      for (const { matches } of rules) {
        for (const match of matches) {
          if (match.match === 'set') counts.set(match.name, (counts.get(match.name) ?? 0) + 1);
        }
      }
    }
  }
  return counts;
}

/** How many rules and list:sets name each set. */
export function setReferences(ns: NetNs): ReadonlyMap<string, number> {
  const counts = ruleReferences(ns);
  for (const set of ns.state.ipsets.values()) {
    if (set.type !== 'list:set') continue;
    for (const member of set.members) counts.set(member.set, (counts.get(member.set) ?? 0) + 1);
  }
  return counts;
}

/**
 * Tables are copied when they are written. A restore writes thousands of elements at one moment, so what it has copied itself, and
 * nobody has seen yet, is written in place.
 */
interface SetContext extends OpContext {
  readonly owned: WeakSet<object>;
}

function editable<K, V>(c: SetContext, map: ReadonlyMap<K, V>): Map<K, V> {
  if (c.owned.has(map) && map instanceof Map) return map;
  const copy = new Map(map);
  c.owned.add(copy);
  return copy;
}

function put(c: SetContext, set: IpSet): void {
  const ipsets = editable(c, c.ns.state.ipsets);
  ipsets.set(set.name, set);
  update(c.ns, { ipsets });
}

function tell(c: OpContext, op: 'add' | 'delete', line: string): void {
  c.change({ table: 'ipset', op, line: () => line });
}

function create(c: SetContext, command: CreateCommand, exist: boolean): Refusal | undefined {
  const { set: name, type, comment, timeout, hashsize, maxelem, size } = command;
  const old = c.ns.state.ipsets.get(name);
  if (old !== undefined) {
    if (exist && old.type === type) return undefined;
    return { errno: 'EEXIST', reason: 'Set cannot be created: set with the same name already exists' };
  }
  const base = { name, comment, origin: c.origin, ...(timeout === undefined ? {} : { timeout }) };
  const set: IpSet =
    type === 'list:set'
      ? { ...base, type, size, members: [] }
      : { ...base, type, hashsize, maxelem, entries: new Map() };
  put(c, set);
  tell(c, 'add', printCreate(set));
  return undefined;
}

function lifetime(c: SetContext, set: IpSet, { timeout }: ElementCommand): { readonly expires?: SimTime } {
  const seconds = timeout ?? set.timeout ?? 0;
  return seconds === 0 ? {} : { expires: (c.at + seconds * 1e9) as SimTime };
}

/** What an element may not have because of how its set was made. */
function unsuited(set: IpSet, { comment, timeout, nomatch }: ElementCommand): Refusal | undefined {
  if (comment !== undefined && !set.comment) {
    return { errno: 'EINVAL', reason: 'Comment cannot be used: set was created without comment support' };
  }
  if (timeout !== undefined && set.timeout === undefined) {
    return { errno: 'EINVAL', reason: 'Timeout cannot be used: set was created without timeout support' };
  }
  if (nomatch && set.type !== 'hash:net' && set.type !== 'hash:net,port') {
    return { errno: 'EINVAL', reason: "Unknown argument: `nomatch'" };
  }
  return undefined;
}

function addToHash(
  c: SetContext,
  set: HashSet,
  command: ElementCommand,
  exist: boolean,
): Refusal | undefined {
  const elements = parseElements(set.type, command.element);
  // of several elements all are added or none
  const entries = elements.length === 1 ? editable(c, set.entries) : new Map(set.entries);
  const added: SetEntry[] = [];
  const { nomatch, comment } = command;
  for (const element of elements) {
    const key = setKey(element);
    const old = entries.get(key);
    if (old !== undefined && isLive(old, c.at)) {
      if (!exist) return ADDED;
    } else if (entries.size >= set.maxelem) {
      return { errno: 'ENOSPC', reason: 'Hash is full, cannot add more elements' };
    }
    const entry: SetEntry = {
      ...element,
      nomatch,
      origin: c.origin,
      ...(comment === undefined ? {} : { comment }),
      ...lifetime(c, set, command),
    };
    entries.set(key, entry);
    if (old === undefined) added.push(entry);
  }
  put(c, { ...set, entries });
  for (const entry of added) tell(c, 'add', `add ${set.name} ${printMember(set, entry, c.at)}`);
  return undefined;
}

function deleteFromHash(
  c: SetContext,
  set: HashSet,
  command: ElementCommand,
  exist: boolean,
): Refusal | undefined {
  const entries = new Map(set.entries);
  const gone: SetEntry[] = [];
  for (const element of parseElements(set.type, command.element)) {
    const old = entries.get(setKey(element));
    if (old === undefined || !isLive(old, c.at)) {
      if (!exist) return NOT_ADDED;
      continue;
    }
    entries.delete(setKey(element));
    gone.push(old);
  }
  put(c, { ...set, entries });
  for (const entry of gone) {
    c.change(
      { table: 'ipset', op: 'delete', line: () => `add ${set.name} ${printMember(set, entry, c.at)}` },
      c.ns,
      entry.origin,
    );
  }
  return undefined;
}

const NO_MEMBER_SET: Refusal = {
  errno: 'ENOENT',
  reason: 'Set to be added/deleted/tested as element does not exist.',
};

/** Where `before` or `after` puts a new member; undefined when the member they name is not there. */
function placeOf(set: ListSet, { place }: ElementCommand): number | undefined {
  if (place === undefined) return set.members.length;
  const at = set.members.findIndex((member) => member.set === place.member);
  if (at < 0) return undefined;
  return place.where === 'before' ? at : at + 1;
}

function changeList(
  c: SetContext,
  set: ListSet,
  command: ElementCommand,
  exist: boolean,
): Refusal | undefined {
  const other = c.ns.state.ipsets.get(command.element);
  if (other === undefined) return NO_MEMBER_SET;
  if (other.type === 'list:set') {
    return { errno: 'ELOOP', reason: 'Sets with list:set type cannot be added to the set.' };
  }
  const live = set.members.filter((member) => isLive(member, c.at));
  const there = live.find((member) => member.set === command.element);
  if (command.command === 'del') {
    if (there === undefined) return exist ? undefined : NOT_ADDED;
    put(c, { ...set, members: live.filter((member) => member !== there) });
    tell(c, 'delete', `add ${set.name} ${printMember(set, there, c.at)}`);
    return undefined;
  }
  if (there !== undefined) return exist ? undefined : ADDED;
  const at = placeOf({ ...set, members: live }, command);
  if (at === undefined) {
    return {
      errno: 'ENOENT',
      reason: "The set to which you referred with 'before' or 'after' does not exist.",
    };
  }
  const member: SetMember = {
    set: command.element,
    origin: c.origin,
    ...(command.comment === undefined ? {} : { comment: command.comment }),
    ...lifetime(c, set, command),
  };
  put(c, { ...set, members: live.toSpliced(at, 0, member) });
  tell(c, 'add', `add ${set.name} ${printMember(set, member, c.at)}`);
  return undefined;
}

function isIn(c: SetContext, set: IpSet, { element, nomatch }: ElementCommand): boolean {
  if (set.type === 'list:set') {
    return set.members.some((member) => member.set === element && isLive(member, c.at));
  }
  const [asked] = parseElements(set.type, element);
  if (asked === undefined) return false;
  // a prefix is asked for as it is, a host by the longest prefix that holds it
  const found = asked.bits === 32 ? lookUp(set, asked, c.at) : set.entries.get(setKey(asked));
  return found !== undefined && isLive(found, c.at) && found.nomatch === nomatch;
}

function onElement(c: SetContext, command: ElementCommand, exist: boolean): Refusal | undefined {
  const set = c.ns.state.ipsets.get(command.set);
  if (set === undefined) return NO_SET;
  const wrong = unsuited(set, command);
  if (wrong !== undefined) return wrong;
  if (command.command === 'test') {
    if (isIn(c, set, command)) return undefined;
    return { errno: 'ENOENT', reason: `${command.element} is NOT in set ${command.set}.` };
  }
  if (set.type === 'list:set') return changeList(c, set, command, exist);
  return command.command === 'add'
    ? addToHash(c, set, command, exist)
    : deleteFromHash(c, set, command, exist);
}

function destroy(c: SetContext, name: string | undefined): Refusal | undefined {
  const sets = c.ns.state.ipsets;
  if (name !== undefined && !sets.has(name)) return NO_SET;
  const references = setReferences(c.ns);
  const names = name === undefined ? [...sets.keys()] : [name];
  // destroying all at once, only rules hold a set
  const held = name === undefined ? ruleReferences(c.ns) : references;
  if (names.some((one) => held.has(one))) return IN_USE;
  for (const one of names) {
    const set = sets.get(one);
    if (set === undefined) continue;
    update(c.ns, { ipsets: withoutEntry(c.ns.state.ipsets, one) });
    c.change({ table: 'ipset', op: 'delete', line: () => printCreate(set) }, c.ns, set.origin);
  }
  return undefined;
}

function flush(c: SetContext, name: string | undefined): Refusal | undefined {
  const sets = c.ns.state.ipsets;
  if (name !== undefined && !sets.has(name)) return NO_SET;
  for (const set of sets.values()) {
    if (name !== undefined && set.name !== name) continue;
    const members = set.type === 'list:set' ? set.members : [...set.entries.values()];
    put(c, set.type === 'list:set' ? { ...set, members: [] } : { ...set, entries: new Map() });
    for (const member of members) {
      const line = (): string => `add ${set.name} ${printMember(set, member, c.at)}`;
      c.change({ table: 'ipset', op: 'delete', line }, c.ns, member.origin);
    }
  }
  return undefined;
}

function rename(c: SetContext, from: string, to: string): Refusal | undefined {
  const sets = c.ns.state.ipsets;
  const set = sets.get(from);
  if (set === undefined) return NO_SET;
  if (setReferences(c.ns).has(from)) return NO_RENAME;
  if (sets.has(to)) {
    return {
      errno: 'EEXIST',
      reason: 'Set cannot be renamed: a set with the new name already exists',
    };
  }
  const renamed: IpSet = { ...set, name: to };
  // a set keeps its place among the others
  const all = [...sets].map(([name, one]) =>
    name === from ? ([to, renamed] as const) : ([name, one] as const),
  );
  update(c.ns, { ipsets: new Map(all) });
  tell(c, 'delete', printCreate(set));
  tell(c, 'add', printCreate(renamed));
  return undefined;
}

/** The two sets change their names, so rules that name one look into the other. */
function swap(c: SetContext, from: string, to: string): Refusal | undefined {
  const sets = c.ns.state.ipsets;
  const [one, other] = [sets.get(from), sets.get(to)];
  if (one === undefined) return NO_SET;
  if (other === undefined) {
    return { errno: 'ENOENT', reason: 'Sets cannot be swapped: the second set does not exist' };
  }
  if (one.type !== other.type) {
    return { errno: 'EINVAL', reason: 'The sets cannot be swapped: their type does not match' };
  }
  put(c, { ...one, name: to });
  put(c, { ...other, name: from });
  for (const [before, after] of [
    [one, other],
    [other, one],
  ] as const) {
    c.change({ table: 'ipset', op: 'change', line: () => printCreate({ ...after, name: before.name }) });
  }
  return undefined;
}

function carryOut(c: SetContext, command: IpsetCommand, exist: boolean): Refusal | undefined {
  switch (command.command) {
    case 'create':
      return create(c, command, exist);
    case 'add':
    case 'del':
    case 'test':
      return onElement(c, command, exist);
    case 'destroy':
      return destroy(c, command.set);
    case 'flush':
      return flush(c, command.set);
    case 'rename':
      return rename(c, command.set, command.to);
    case 'swap':
      return swap(c, command.set, command.to);
  }
}

/** What is wrong with the words of an element is found when its set is known. */
function attempt(c: SetContext, { command, exist }: ParsedIpset): Refusal | undefined {
  try {
    return carryOut(c, command, exist);
  } catch (error) {
    if (error instanceof OptionError) return { errno: 'EINVAL', reason: error.message };
    throw error;
  }
}

/** One command. */
export function runIpset(context: OpContext, parsed: ParsedIpset): OpResult | undefined {
  const refusal = attempt({ ...context, owned: new WeakSet() }, parsed);
  if (refusal === undefined) return undefined;
  // the answer to a test is no error of the program
  const isAnswer = parsed.command.command === 'test' && refusal.reason.includes('is NOT in set');
  return refuse(refusal.errno, isAnswer ? refusal.reason : `ipset v7.17: ${refusal.reason}`);
}

/** `ipset restore`: words that are no command stop it before anything is done, a refusal at its line. */
export function runIpsetRestore(context: OpContext, text: string, exist: boolean): OpResult | undefined {
  const c: SetContext = { ...context, owned: new WeakSet() };
  const commands: { readonly line: number; readonly parsed: ParsedIpset }[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const words = restoreWords(line);
    if (words.length === 0 || line.startsWith('#') || line === 'COMMIT') continue;
    try {
      const { command, exist: own } = parseIpset(words);
      commands.push({ line: i + 1, parsed: { command, exist: exist || own } });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      return { ok: false, errno: 'EINVAL', text: `ipset v7.17: ${error.message}`, line: i + 1 };
    }
  }
  for (const { line, parsed } of commands) {
    const refusal = attempt(c, parsed);
    if (refusal === undefined) continue;
    const { errno, reason } = refusal;
    return { ok: false, errno, text: `ipset v7.17: Error in line ${line}: ${reason}`, line };
  }
  return undefined;
}
