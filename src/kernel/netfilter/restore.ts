/**
 * iptables-restore: each table's part is one transaction, which its COMMIT sends. A line that does not fit ends the program:
 * nothing of its own table is done, and tables before it stay as they were committed (measured; the same with legacy).
 * @see iptables 1.8.9 iptables/xtables-restore.c
 */
import { remembering } from '../../lib/memo.ts';
import type { ObjectRef, Origin } from '../origin.ts';
import type { Errno } from '../recorder.ts';
import type { IptablesCommand } from './command.ts';
import { TableDraft, type DraftContext } from './draft.ts';
import { OptionError } from './options.ts';
import { checkChainName } from './commandOptions.ts';
import { parseCommand } from './parseCommand.ts';
import { kernelRefusal, type Refusal } from './refusal.ts';
import { TABLE_NAMES, type Chain, type Counter, type Ruleset, type Table, type TableName } from './rule.ts';
import { restoreWords } from './words.ts';

export interface RestoreOptions {
  /** what is there stays, but for chains that are declared */
  readonly noflush: boolean;
  /** counters are taken over too */
  readonly counters: boolean;
  /** `--test`: nothing is committed */
  readonly test: boolean;
}

export interface RestoreContext extends Omit<DraftContext, 'name'> {
  readonly rules: Ruleset;
}

/** What one COMMIT does. */
export interface CommittedTable {
  readonly name: TableName;
  readonly before: Table | undefined;
  /** undefined: the table was emptied and nothing was put in */
  readonly after: { readonly chains: Map<string, Chain> } | undefined;
  /** chains that may not be what they were; undefined: any */
  readonly touched: ReadonlySet<string> | undefined;
  /** by the id of a rule or chain; undefined: back to zero */
  readonly counters: ReadonlyMap<number, Counter | undefined>;
  readonly nextId: number;
}

export interface RestoreError {
  readonly errno: Errno;
  /** as iptables-restore prints it, without the hint to `--help` */
  readonly text: string;
  /** the line that is wrong, counted from 1: not always the one that iptables-restore names */
  readonly line: number;
}

/**
 * What somebody pastes must not stop the page: a text with more commands than this is refused before anything is done. A rule takes
 * 1.8 kB and 40 us here (measured over 110,000 and 500,000 rules), so these are 450 MB; 10,000 Services are 110,000 rules.
 */
export const MOST_RULES = 250_000;

const PROGRAM = 'iptables-restore v1.8.9 (nf_tables)';

/** Ends the program at a line; caught in `restore`. */
class Stop extends Error {
  readonly error: RestoreError;
  constructor(error: RestoreError) {
    super(error.text);
    this.error = error;
  }
}

function parameterError(
  message: string,
  line: number,
  { bare, at = line }: { bare: boolean; at?: number },
): Stop {
  const text = `${bare ? '' : `${PROGRAM}: `}${message}\nError occurred at line: ${line}`;
  return new Stop({ errno: 'EINVAL', text, line: at });
}

function refused({ errno, reason, from }: Refusal, line: number): Stop {
  const text =
    from === 'kernel'
      ? `${PROGRAM}: \nline ${line}: ${reason}`
      : `iptables-restore: line ${line} failed: ${reason}`;
  return new Stop({ errno, text, line });
}

/** A step of a transaction, kept to find the line that the kernel does not take. */
type Step = { readonly line: number; readonly origin: Origin } & (
  | { readonly step: 'declare'; readonly chain: string; readonly policy: string; readonly counter?: Counter }
  | { readonly step: 'command'; readonly command: IptablesCommand }
);

function perform(draft: TableDraft, step: Step): Refusal | undefined {
  return step.step === 'declare'
    ? draft.declare(step.chain, step.policy, step.counter, step.origin)
    : draft.apply(step.command, step.origin);
}

/** `# for: Service/default/web spec.ports[0]`: whom the rules below are for; `# for:` alone ends it. */
export function printFor(object: ObjectRef | undefined): string {
  if (object === undefined) return '# for:';
  return `# for: ${object.kind}/${object.namespace}/${object.name} ${object.path}`.trimEnd();
}

function parseFor(line: string): ObjectRef | undefined {
  const found = /^# for: ([^/ ]+)\/([^/ ]*)\/([^ ]+)(?: (.*))?$/.exec(line);
  if (found === null) return undefined;
  const [, kind = '', namespace = '', name = '', path = ''] = found;
  return { kind, namespace, name, path };
}

function parseCounters(text: string | undefined): Counter | undefined {
  const found = /^\[(\d+):(\d+)\]$/.exec(text ?? '');
  return found === null ? undefined : { packets: Number(found[1]), bytes: Number(found[2]) };
}

/** The rules of one node are mostly those of the next, and of the next sync. */
const parsed = remembering(8192, (line) => parseCommand(restoreWords(line)));

class Restore {
  readonly #options: RestoreOptions;
  readonly #context: RestoreContext;
  readonly committed: CommittedTable[] = [];
  #rules: Ruleset;
  #nextId: number;
  #table: TableName | undefined;
  #draft: TableDraft | undefined;
  #steps: Step[] = [];
  /** what the kernel or the end of the transaction will say: the first is told at COMMIT */
  #later: { readonly refusal: Refusal; readonly line: number } | undefined;
  #touched = false;
  #origin: Origin;

  constructor(context: RestoreContext, options: RestoreOptions) {
    this.#context = context;
    this.#options = options;
    this.#rules = context.rules;
    this.#nextId = context.nextId;
    this.#origin = context.origin;
  }

  line(text: string, number: number): void {
    if (text === '\n' || text === '') return;
    if (text.startsWith('#')) {
      this.#comment(text.trimEnd());
      return;
    }
    if (this.#table === undefined) {
      if (!text.startsWith('*')) {
        throw new Stop({ errno: 'EINVAL', text: `iptables-restore: line ${number} failed`, line: number });
      }
      this.#begin(text, number);
    } else if (text === 'COMMIT\n') this.#commit(this.#table, number);
    else if (text.startsWith(':')) this.#declare(text, number);
    else this.#command(text, number);
  }

  end(number: number): void {
    if (this.#table === undefined) return;
    throw new Stop({
      errno: 'EINVAL',
      text: `iptables-restore: COMMIT expected at line ${number}`,
      line: number,
    });
  }

  #comment(text: string): void {
    if (!text.startsWith('# for:')) return;
    const object = parseFor(text);
    const { by } = this.#context.origin;
    this.#origin = object === undefined ? this.#context.origin : { by, object };
  }

  #newDraft(table: TableName): TableDraft {
    const { origin, hasSet } = this.#context;
    const draft = new TableDraft(this.#rules[table], { name: table, origin, nextId: this.#nextId, hasSet });
    if (!this.#options.noflush) draft.clear();
    return draft;
  }

  #begin(text: string, number: number): void {
    const name = text.slice(1).split(/[ \t\n]/)[0] ?? '';
    const table = TABLE_NAMES.find((known) => known === name);
    if (table === undefined) {
      throw parameterError(`iptables-restore: line ${number} table name '${name}' invalid`, number, {
        bare: false,
      });
    }
    this.#table = table;
    this.#draft = this.#newDraft(table);
    this.#steps = [];
    this.#later = undefined;
    this.#touched = false;
  }

  #declare(text: string, number: number): void {
    const [chain, policy, counters] = text
      .slice(1)
      .split(/[ \t\n]+/)
      .filter((word) => word !== '');
    const wrong = (message: string): Stop => parameterError(message, number, { bare: false });
    if (chain === undefined) throw wrong(`iptables-restore: line ${number} chain name invalid`);
    if (policy === undefined) throw wrong(`iptables-restore: line ${number} policy invalid`);
    this.#guard(number, () => checkChainName(chain));
    let counter: Counter | undefined;
    if (this.#options.counters && policy !== '-') {
      counter = parseCounters(counters);
      if (counter === undefined) throw wrong(`invalid policy counters for chain '${chain}'`);
    }
    this.#perform({
      step: 'declare',
      chain,
      policy,
      ...(counter === undefined ? {} : { counter }),
      line: number,
      origin: this.#origin,
    });
  }

  /** Runs what reads words; an OptionError becomes the end of the program. */
  #guard<T>(number: number, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof OptionError) throw parameterError(error.message, number, { bare: error.bare });
      throw error;
    }
  }

  #command(text: string, number: number): void {
    const { counter, rest } = this.#guard(number, () => this.#counters(text, number));
    const { table, command } = this.#guard(number, () => parsed(rest));
    if (table !== undefined) {
      throw parameterError('The -t option cannot be used in iptables-restore.\n', number, { bare: false });
    }
    const counted = counter !== undefined && 'rules' in command ? { ...command, counter } : command;
    this.#perform({ step: 'command', command: counted, line: number, origin: this.#origin });
  }

  /** `[packets:bytes]` before the command. */
  #counters(text: string, number: number): { readonly counter?: Counter; readonly rest: string } {
    if (!text.startsWith('[')) return { rest: text };
    const end = text.indexOf(']');
    if (end < 0) throw new OptionError(`Bad line ${number}: need ]`);
    const rest = text.slice(end + 1);
    if (!this.#options.counters) return { rest };
    const [packets, bytes] = text.slice(1, end).split(':');
    if (!/^\d+$/.test(packets ?? '')) throw new OptionError('-c packet counter not numeric');
    if (!/^\d+$/.test(bytes ?? '')) throw new OptionError('-c byte counter not numeric');
    return { counter: { packets: Number(packets), bytes: Number(bytes) }, rest };
  }

  #perform(step: Step): void {
    if (this.#draft === undefined) return;
    this.#touched = true;
    this.#steps.push(step);
    const refusal = perform(this.#draft, step);
    if (refusal === undefined) return;
    if (refusal.from === 'tool') throw refused(asInRestore(refusal, step), step.line);
    if (refusal.from === 'option') throw parameterError(refusal.reason, step.line, { bare: false });
    // the program does not look at it before the transaction is sent
    this.#later ??= { refusal, line: step.line };
  }

  #commit(table: TableName, number: number): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    if (this.#later !== undefined) {
      const { refusal, line } = this.#later;
      if (refusal.from === 'kernel') throw refused(refusal, line);
      throw parameterError(refusal.reason, number, { bare: false, at: line });
    }
    if (draft.validate() !== undefined) throw this.#findRefused(table);
    const before = this.#rules[table];
    const after =
      this.#touched || (this.#options.noflush && before !== undefined) ? draft.finish() : undefined;
    if (!this.#options.test) {
      const { [table]: _old, ...others } = this.#rules;
      this.#rules = after === undefined ? others : { ...others, [table]: after };
      this.#nextId = draft.nextId;
      const { counters, nextId, touched } = draft;
      this.committed.push({ name: table, before, after, touched, counters, nextId });
    }
    this.#table = undefined;
    this.#draft = undefined;
    this.#steps = [];
  }

  /** Which step made the table one that the kernel does not take: the first after which it is so, by bisection. */
  #findRefused(table: TableName): Stop {
    const steps = this.#steps;
    const verdictAfter = (count: number): 'EMLINK' | 'EINVAL' | undefined => {
      const draft = this.#newDraft(table);
      for (const step of steps.slice(0, count)) perform(draft, step);
      return draft.validate();
    };
    let good = 0;
    let bad = steps.length;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (verdictAfter(middle) === undefined) good = middle;
      else bad = middle;
    }
    const step = steps[bad - 1];
    const command = step?.step === 'command' ? step.command : undefined;
    const chain = command !== undefined && 'rules' in command ? command.chain : '';
    return refused(
      kernelRefusal(command?.command ?? 'append', chain, verdictAfter(bad) ?? 'EMLINK'),
      step?.line ?? 0,
    );
  }
}

/** Errors of numbers: the program asks for the rule first, so it says that there is none. */
function asInRestore(refusal: Refusal, step: Step): Refusal {
  const command = step.step === 'command' ? step.command.command : undefined;
  if (command !== 'replace' && command !== 'delete-number') return refusal;
  return { ...refusal, errno: 'ENOENT', reason: 'No chain/target/match by that name.' };
}

/** The line of the first command that is one too many, undefined when there is none. */
function tooMany(text: string): number | undefined {
  let commands = 0;
  let line = 0;
  for (let at = 0; at >= 0 && at < text.length;) {
    line++;
    const first = text.charAt(at);
    if ((first === '-' || first === '[') && ++commands > MOST_RULES) return line;
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  }
  return undefined;
}

/** Runs the text. What was committed is to be kept, also when there is an error. */
export function restore(
  text: string,
  context: RestoreContext,
  options: RestoreOptions,
): { readonly committed: readonly CommittedTable[]; readonly error?: RestoreError } {
  const excess = tooMany(text);
  if (excess !== undefined) {
    const words = `iptables-restore: line ${excess}: a board takes no more than ${MOST_RULES} rules at once`;
    return { committed: [], error: { errno: 'ENOSPC', text: words, line: excess } };
  }
  const run = new Restore(context, options);
  try {
    let number = 0;
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at);
      const next = end < 0 ? text.length : end + 1;
      run.line(text.slice(at, next), ++number);
      at = next;
    }
    run.end(number + 1);
  } catch (error) {
    if (error instanceof Stop) return { committed: run.committed, error: error.error };
    throw error;
  }
  return { committed: run.committed };
}
