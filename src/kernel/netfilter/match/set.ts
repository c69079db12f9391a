/** `-m set`: the packet's addresses and ports are in an ipset. @see net/netfilter/xt_set.c, libxt_set.c */
import { message } from '../../../lib/message.ts';
import { OptionError, type OptionReader } from '../options.ts';
import { holds, type Direction } from '../setLookup.ts';
import { not } from '../values.ts';
import { defineMatch } from './define.ts';

export interface SetMatch {
  readonly match: 'set';
  readonly name: string;
  /** which side fills each dimension of the set */
  readonly directions: readonly Direction[];
  readonly invert: boolean;
  /** an element that is an exception (nomatch) fits */
  readonly returnNomatch: boolean;
}

const MOST_DIMENSIONS = 6;

function parseDirections(text: string): readonly Direction[] {
  const words = text.split(',');
  if (words.length > MOST_DIMENSIONS) throw new OptionError("Can't be more src/dst options than 6.");
  return words.map((word) => {
    if (word !== 'src' && word !== 'dst') {
      throw new OptionError("You must spefify (the comma separated list of) 'src' or 'dst'.");
    }
    return word;
  });
}

function parse(options: OptionReader): SetMatch {
  const pair = options.pair('match-set');
  if (pair === undefined) throw new OptionError("You must specify `--match-set' with proper arguments");
  const [name, directions] = pair;
  if (name.length > 31) throw new OptionError(`setname \`${name}' too long, max 31 characters.`);
  return {
    match: 'set',
    name,
    directions: parseDirections(directions),
    invert: options.inverted('match-set'),
    returnNomatch: options.has('return-nomatch'),
  };
}

export const set = defineMatch<SetMatch>({
  name: 'set',
  options: {
    'match-set': { arguments: 2, negatable: true },
    'return-nomatch': { arguments: 0 },
  },
  parse,
  print: ({ name, directions, invert, returnNomatch }) =>
    `${not(invert)}--match-set ${name} ${directions.join(',')}${returnNomatch ? ' --return-nomatch' : ''}`,
  matches({ name, directions, invert, returnNomatch }, probe) {
    const found = holds(probe.ns.state.ipsets, name, { packet: probe.packet, directions, now: probe.now });
    const fits = returnNomatch ? found === 'nomatch' : found === 'match';
    return fits !== invert;
  },
  explain({ name, directions, invert }) {
    const dimensions = directions.join(',');
    return invert ? message('rule.set.not', { name, dimensions }) : message('rule.set', { name, dimensions });
  },
});
