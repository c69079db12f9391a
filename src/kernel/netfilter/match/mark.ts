/** `-m mark`, `-m connmark`: the packet's or the connection's mark under a mask. @see net/netfilter/xt_mark.c, xt_connmark.c */
import { message } from '../../../lib/message.ts';
import type { Negatable } from '../rule.ts';
import type { OptionReader, OptionTable } from '../options.ts';
import { not, parseMasked, printMasked, type MaskedValue } from '../values.ts';
import { defineMatch } from './define.ts';

export interface MarkMatch {
  readonly match: 'mark';
  readonly mark: Negatable<MaskedValue>;
}
export interface ConnmarkMatch {
  readonly match: 'connmark';
  readonly mark: Negatable<MaskedValue>;
}

const OPTIONS: OptionTable = { mark: { arguments: 1, mandatory: true, negatable: true } };

function parse(options: OptionReader, name: string): Negatable<MaskedValue> {
  return {
    ...parseMasked(options.text('mark') ?? '', name, 'mark'),
    invert: options.inverted('mark'),
  };
}

function print({ mark }: MarkMatch | ConnmarkMatch): string {
  return `${not(mark.invert)}--mark ${printMasked(mark)}`;
}

function fits({ mark }: MarkMatch | ConnmarkMatch, value: number): boolean {
  return ((value & mark.mask) >>> 0 === mark.value) !== mark.invert;
}

export const mark = defineMatch<MarkMatch>({
  name: 'mark',
  options: OPTIONS,
  parse: (options) => ({ match: 'mark', mark: parse(options, 'mark') }),
  print,
  matches: (match, probe) => fits(match, probe.mark),
  explain: (match) =>
    match.mark.invert
      ? message('rule.mark.not', { mark: printMasked(match.mark) })
      : message('rule.mark', { mark: printMasked(match.mark) }),
});

export const connmark = defineMatch<ConnmarkMatch>({
  name: 'connmark',
  options: OPTIONS,
  parse: (options) => ({ match: 'connmark', mark: parse(options, 'connmark') }),
  print,
  // without a connection there is nothing to compare: false, inverted or not
  matches: (match, probe) => probe.ct?.entry !== undefined && fits(match, probe.ct.entry.mark),
  explain: (match) =>
    match.mark.invert
      ? message('rule.connmark.not', { mark: printMasked(match.mark) })
      : message('rule.connmark', { mark: printMasked(match.mark) }),
});
