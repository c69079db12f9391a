/** `-m physdev`: the bridge ports a bridged packet came in by and leaves by. @see net/netfilter/xt_physdev.c */
import { message } from '../../../lib/message.ts';
import { parseInterface } from '../header.ts';
import { OptionError, type OptionReader } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { Negatable } from '../rule.ts';
import { isNamed, not } from '../values.ts';
import { defineMatch } from './define.ts';

type Asked = { readonly invert: boolean };

export interface PhysdevMatch {
  readonly match: 'physdev';
  readonly in?: Negatable<{ readonly name: string }>;
  readonly out?: Negatable<{ readonly name: string }>;
  readonly isIn?: Asked;
  readonly isOut?: Asked;
  readonly isBridged?: Asked;
}

function parse(options: OptionReader): PhysdevMatch {
  const named = (option: string): Negatable<{ readonly name: string }> | undefined =>
    options.negatable(option, (text) => ({ name: parseInterface(text) }));
  const asked = (option: string): Asked | undefined =>
    options.has(option) ? { invert: options.inverted(option) } : undefined;
  const [inside, out] = [named('physdev-in'), named('physdev-out')];
  const [isIn, isOut, isBridged] = [
    asked('physdev-is-in'),
    asked('physdev-is-out'),
    asked('physdev-is-bridged'),
  ];
  if ([inside, out, isIn, isOut, isBridged].every((part) => part === undefined)) {
    throw new OptionError('PHYSDEV: no physdev option specified');
  }
  return {
    match: 'physdev',
    ...(inside === undefined ? {} : { in: inside }),
    ...(out === undefined ? {} : { out }),
    ...(isIn === undefined ? {} : { isIn }),
    ...(isOut === undefined ? {} : { isOut }),
    ...(isBridged === undefined ? {} : { isBridged }),
  };
}

function print({ in: inside, out, isIn, isOut, isBridged }: PhysdevMatch): string {
  const words: string[] = [];
  if (isIn) words.push(`${not(isIn.invert)}--physdev-is-in`);
  if (inside) words.push(`${not(inside.invert)}--physdev-in ${inside.name}`);
  if (isOut) words.push(`${not(isOut.invert)}--physdev-is-out`);
  if (out) words.push(`${not(out.invert)}--physdev-out ${out.name}`);
  if (isBridged) words.push(`${not(isBridged.invert)}--physdev-is-bridged`);
  return words.join(' ');
}

function matches(match: PhysdevMatch, { physin, physout }: Probe): boolean {
  const { in: inside, out, isIn, isOut, isBridged } = match;
  if (physin === undefined && physout === undefined) {
    // no bridge has seen it: only what is asked inverted is true
    return [inside, out, isIn, isOut, isBridged].every((part) => part === undefined || part.invert);
  }
  const there = (dev: string | undefined, asked: Asked | undefined): boolean =>
    asked === undefined || (dev !== undefined) !== asked.invert;
  if (!there(physout, isBridged) || !there(physin, isIn) || !there(physout, isOut)) return false;
  if (inside && physin !== undefined && isNamed(inside.name, physin) === inside.invert) return false;
  if (!out) return true;
  return physout !== undefined && isNamed(out.name, physout) !== out.invert;
}

export const physdev = defineMatch<PhysdevMatch>({
  name: 'physdev',
  options: {
    'physdev-in': { arguments: 1, negatable: true },
    'physdev-out': { arguments: 1, negatable: true },
    'physdev-is-in': { arguments: 0, negatable: true },
    'physdev-is-out': { arguments: 0, negatable: true },
    'physdev-is-bridged': { arguments: 0, negatable: true },
  },
  parse,
  print,
  matches,
  explain: (match) => message('rule.physdev', { options: print(match) }),
});
