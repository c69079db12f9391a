/**
 * `-m limit`: a token bucket. Credit grows with time up to `burst` packets; a packet that fits takes one packet's worth.
 * @see net/netfilter/xt_limit.c, libxt_limit.c
 */
import { message } from '../../../lib/message.ts';
import type { SimTime } from '../../recorder.ts';
import { OptionError } from '../options.ts';
import { boundedOption } from '../values.ts';
import { defineMatch } from './define.ts';

export interface LimitMatch {
  readonly match: 'limit';
  /** time for one packet, in units of 1/10000 s: what the kernel keeps of `5/min` */
  readonly avg: number;
  readonly burst: number;
}

const SCALE = 10_000;
const UNITS = [
  ['day', 24 * 60 * 60],
  ['hour', 60 * 60],
  ['min', 60],
  ['sec', 1],
] as const;
const DEFAULT_BURST = 5;
const NS_PER_UNIT = 1e9 / SCALE;
/** HZ=250 here, as on Debian: credit is counted in whole jiffies */
const JIFFY = 4_000_000;

/** `second`, `minute`, `hour`, `day` or the beginning of one. */
function secondsOf(unit: string): number | undefined {
  const names = [
    ['second', 1],
    ['minute', 60],
    ['hour', 3600],
    ['day', 86400],
  ] as const;
  const word = unit.toLowerCase();
  return word === '' ? undefined : names.find(([name]) => name.startsWith(word))?.[1];
}

function parseRate(text: string): number {
  const slash = text.indexOf('/');
  const seconds = slash < 0 ? 1 : secondsOf(text.slice(slash + 1));
  const rate = parseInt(text, 10);
  if (seconds === undefined || !(rate > 0)) throw new OptionError(`bad rate "${text}"'`);
  if (rate > SCALE) throw new OptionError(`Rate too fast "${text}"`);
  return Math.floor((SCALE * seconds) / rate);
}

/** As print_rate does it: the largest unit in which the rate is a whole number, more or less. */
function printRate(avg: number): string {
  let best: (typeof UNITS)[number] = UNITS[0];
  for (const unit of UNITS) {
    const mult = unit[1] * SCALE;
    if (avg > mult || Math.floor(mult / avg) < mult % avg) break;
    best = unit;
  }
  return `${Math.floor((best[1] * SCALE) / avg)}/${best[0]}`;
}

export const limit = defineMatch<LimitMatch>({
  name: 'limit',
  options: { limit: { arguments: 1 }, 'limit-burst': { arguments: 1 } },
  parse(options) {
    const burst = options.text('limit-burst');
    const given =
      burst === undefined
        ? DEFAULT_BURST
        : boundedOption(burst, { name: 'limit', option: 'limit-burst', min: 0, max: 10_000 });
    return {
      match: 'limit',
      avg: parseRate(options.text('limit') ?? '3/hour'),
      // 0 is taken as not given
      burst: given === 0 ? DEFAULT_BURST : given,
    };
  },
  print: ({ avg, burst }) =>
    `--limit ${printRate(avg)}${burst === DEFAULT_BURST ? '' : ` --limit-burst ${burst}`}`,
  matches({ avg, burst }, probe) {
    const cost = avg * NS_PER_UNIT;
    const at = (Math.floor(probe.now / JIFFY) * JIFFY) as SimTime;
    const old = probe.memory.limit.get(probe.rule);
    const full = cost * burst;
    const credit = old === undefined ? full : Math.min(full, old.credit + (at - old.at));
    const fits = credit >= cost;
    const limits = new Map(probe.memory.limit).set(probe.rule, { credit: fits ? credit - cost : credit, at });
    probe.memory = { ...probe.memory, limit: limits };
    return fits;
  },
  explain: ({ avg, burst }) => message('rule.limit', { rate: printRate(avg), burst }),
});
