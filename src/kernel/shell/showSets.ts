/** `ipset list` and `ipset save` as ipset 7.17 prints them. @see ipset lib/session.c */
import { listSet, saveSets } from '../netfilter/ipset.ts';
import { quote } from '../netfilter/values.ts';
import { type Args, hintOf, ShellError, type Reading, type View } from './reading.ts';

const OPTIONS = ['-n', '-name', '-t', '-terse', '-s', '-sorted', '-q'];

/** Rules and list:sets that name it. */
function references({ ns }: View, name: string): number {
  let count = 0;
  for (const set of ns.state.ipsets.values())
    if (set.type === 'list:set') count += set.members.filter((member) => member.set === name).length;
  const named = ` --match-set ${quote(name)} `;
  for (const table of Object.values(ns.state.rules))
    for (const { rules } of table.chains.values())
      for (const rule of rules) if (` ${rule.text} `.includes(named)) count++;
  return count;
}

/** `ipset list|save [NAME] [-n] [-t]` */
export function showSets(verb: 'list' | 'save', args: Args): Reading {
  let name: string | undefined;
  let [names, terse] = [false, false];
  while (!args.done) {
    const word = args.next();
    if (word === '-n' || word === '-name') names = true;
    else if (word === '-t' || word === '-terse') terse = true;
    else if (word === '-s' || word === '-sorted' || word === '-q') continue;
    else if (word.startsWith('-') || name !== undefined) throw unknownArgument(word);
    else name = word;
  }
  return (view) => {
    const { ns, now } = view;
    const { ipsets } = ns.state;
    const one = name === undefined ? undefined : ipsets.get(name);
    if (name !== undefined && one === undefined)
      throw new ShellError(
        'ipset v7.17: The set with the given name does not exist',
        hintOf(name, [...ipsets.keys()]),
      );
    const sets = one === undefined ? [...ipsets.values()] : [one];
    if (verb === 'save') return saveSets(sets, now);
    if (names) return sets.map((set) => set.name);
    return sets.flatMap((set, i) => {
      const lines = listSet(set, { references: references(view, set.name), now });
      return [...(i === 0 ? [] : ['']), ...(terse ? lines.slice(0, lines.indexOf('Members:')) : lines)];
    });
  };
}

function unknownArgument(word: string): ShellError {
  const lines = [`ipset v7.17: Unknown argument ${word}`, "Try `ipset help' for more information."];
  return new ShellError(lines, hintOf(word, OPTIONS));
}
