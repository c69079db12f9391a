/** What a terminal does with the few files that a machine has here: cat, ls and rm of coreutils 9.1; and sleep, which lets time pass. */
import { hintOf, ShellError } from '../kernel/shell/reading.ts';

/** The files of the machine that the terminal is on. */
export interface MachineFiles {
  read(path: string): string | undefined;
  /** every path, sorted */
  readonly paths: readonly string[];
}

/** A day: what comes after is nothing new. */
const LONGEST_SLEEP = 86_400;
const SECOND = 1_000_000_000;

interface Words {
  readonly options: readonly string[];
  readonly operands: readonly string[];
}

function split(tool: string, words: readonly string[], known: readonly string[]): Words {
  const options = words.filter((word) => word.startsWith('-') && word !== '-');
  const wrong = options.find((option) => !known.includes(option));
  if (wrong !== undefined)
    throw new ShellError(
      [`${tool}: invalid option -- '${wrong.slice(1)}'`, `Try '${tool} --help' for more information.`],
      hintOf(wrong, known),
    );
  return { options, operands: words.filter((word) => !options.includes(word)) };
}

const isDirectory = (path: string, { paths }: MachineFiles): boolean =>
  paths.some((file) => file.startsWith(`${path === '/' ? '' : path}/`));

const trimmed = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path);

/** `cat -A` shows line ends and what does not print. */
function shown(line: string): string {
  return `${line.replaceAll('\r', '^M').replaceAll('\t', '^I')}$`;
}

export function cat(words: readonly string[], files: MachineFiles): readonly string[] {
  const { options, operands } = split('cat', words, ['-A']);
  return operands.flatMap((path) => {
    const text = files.read(path);
    if (text === undefined)
      throw new ShellError(
        `cat: ${path}: ${isDirectory(trimmed(path), files) ? 'Is a directory' : 'No such file or directory'}`,
      );
    const lines = text.split('\n');
    const whole = text.endsWith('\n') ? lines.slice(0, -1) : lines;
    if (!options.includes('-A')) return text === '' ? [] : whole.map((line) => line.replace(/\r$/, ''));
    return text === ''
      ? []
      : whole.map((line, i) => (i < lines.length - 1 ? shown(line) : shown(line).slice(0, -1)));
  });
}

export function ls(words: readonly string[], files: MachineFiles): readonly string[] {
  const { operands } = split('ls', words, ['-1', '-a', '-l']);
  const [given = '/'] = operands;
  const path = trimmed(given);
  if (files.read(path) !== undefined) return [path];
  if (path !== '/' && !isDirectory(path, files))
    throw new ShellError(`ls: cannot access '${given}': No such file or directory`);
  const prefix = path === '/' ? '/' : `${path}/`;
  const names = files.paths.flatMap((file) =>
    file.startsWith(prefix) ? [file.slice(prefix.length).split('/')[0] ?? ''] : [],
  );
  return [...new Set(names)];
}

/** The file that `rm` shall remove; one at a time. */
export function rm(words: readonly string[], files: MachineFiles): string {
  const { options, operands } = split('rm', words, ['-f']);
  const [path] = operands;
  if (path === undefined) throw new ShellError('rm: missing operand');
  if (operands.length > 1) throw new ShellError([], { word: operands.join(' '), nearest: path });
  if (files.read(path) === undefined) {
    if (isDirectory(trimmed(path), files))
      throw new ShellError(`rm: cannot remove '${path}': Is a directory`);
    if (!options.includes('-f'))
      throw new ShellError(`rm: cannot remove '${path}': No such file or directory`);
  }
  return path;
}

/** Nanoseconds. */
export function sleep(words: readonly string[]): number {
  const [text = ''] = words;
  if (text === '') throw new ShellError('sleep: missing operand');
  const parsed = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const seconds = Number(parsed?.[1]) * (parsed?.[2] === 'h' ? 3600 : parsed?.[2] === 'm' ? 60 : 1);
  if (parsed === null || seconds > LONGEST_SLEEP)
    throw new ShellError(`sleep: invalid time interval ‘${text}’`);
  return Math.round(seconds * SECOND);
}
