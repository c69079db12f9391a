/** `-m statistic`: a share of the packets, at random or every nth. @see net/netfilter/xt_statistic.c */
import { message } from '../../../lib/message.ts';
import { nextUint32 } from '../../../lib/random.ts';
import { OptionError, type OptionReader } from '../options.ts';
import { boundedOption, MAX_UINT32, not } from '../values.ts';
import { defineMatch } from './define.ts';

export type StatisticMatch = { readonly match: 'statistic'; readonly invert: boolean } & (
  | {
      readonly mode: 'random';
      /** of 2^31: what the kernel compares 31 random bits with */
      readonly probability: number;
    }
  | { readonly mode: 'nth'; readonly every: number; readonly packet: number }
);

const WHOLE = 0x80000000;

function parseProbability(text: string): number {
  const share = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!(share >= 0 && share <= 1)) {
    throw new OptionError('statistic: bad value for option "--probability", or out of range (0-1).\n');
  }
  // lround: half away from zero
  return Math.round(share * WHOLE);
}

function parseNth(options: OptionReader): StatisticMatch {
  const [every, packet] = [options.text('every'), options.text('packet')];
  if (every === undefined) {
    throw new OptionError('--every and --packet must be specified when using nth mode');
  }
  const name = 'statistic';
  const n = boundedOption(every, { name, option: 'every', min: 1, max: MAX_UINT32 });
  if (packet === undefined) throw new OptionError('statistic: option "--every" also requires "--packet".\n');
  const first = boundedOption(packet, { name, option: 'packet', min: 0, max: MAX_UINT32 });
  if (first >= n) throw new OptionError('the --packet p must be 0 <= p <= n-1');
  return { match: 'statistic', mode: 'nth', every: n, packet: first, invert: options.inverted('every') };
}

function percent(probability: number): string {
  return `${Math.round((probability / WHOLE) * 1e6) / 1e4} %`;
}

export const statistic = defineMatch<StatisticMatch>({
  name: 'statistic',
  options: {
    mode: { arguments: 1 },
    probability: { arguments: 1, negatable: true },
    every: { arguments: 1, negatable: true },
    packet: { arguments: 1 },
  },
  exclusive: [
    ['probability', 'every'],
    ['probability', 'packet'],
  ],
  parse(options) {
    const mode = options.text('mode') ?? 'random';
    if (mode === 'nth') return parseNth(options);
    if (mode !== 'random') throw new OptionError(`Bad mode "${mode}"`);
    const probability = options.text('probability');
    if (probability === undefined) {
      throw new OptionError('--probability must be specified when using random mode');
    }
    return {
      match: 'statistic',
      mode,
      probability: parseProbability(probability),
      invert: options.inverted('probability'),
    };
  },
  print(match) {
    if (match.mode === 'nth') {
      return `--mode nth ${not(match.invert)}--every ${match.every} --packet ${match.packet}`;
    }
    return `--mode random ${not(match.invert)}--probability ${(match.probability / WHOLE).toFixed(11)}`;
  },
  matches(match, probe) {
    if (match.mode === 'random') {
      if (probe.drawn !== undefined) return probe.drawn;
      return (nextUint32(probe.random) & (WHOLE - 1)) < match.probability !== match.invert;
    }
    const seen = probe.memory.nth.get(probe.rule) ?? 0;
    const nth = new Map(probe.memory.nth).set(probe.rule, (seen + 1) % match.every);
    probe.memory = { ...probe.memory, nth };
    // measured: of every 4 packets from 0, `--packet 2` takes the third
    return (seen === match.packet) !== match.invert;
  },
  explain(match) {
    if (match.mode === 'nth') {
      return message(match.invert ? 'rule.nth.not' : 'rule.nth', { every: match.every });
    }
    return message('rule.random', {
      share: percent(match.invert ? WHOLE - match.probability : match.probability),
    });
  },
});
