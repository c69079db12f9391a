/**
 * `-m recent`: lists of addresses with the times they were seen (kube-proxy's ClientIP affinity). A list holds 100 addresses;
 * the one seen longest ago makes room. @see net/netfilter/xt_recent.c
 */
import { message } from '../../../lib/message.ts';
import { parseIpv4, printIpv4, type Ipv4 } from '../../../wire/address.ts';
import type { SimTime } from '../../recorder.ts';
import { OptionError, type OptionReader } from '../options.ts';
import type { Probe, RecentEntry } from '../probe.ts';
import { boundedOption, MAX_UINT32, not } from '../values.ts';
import { defineMatch } from './define.ts';

const ACTIONS = ['set', 'rcheck', 'update', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

export interface RecentMatch {
  readonly match: 'recent';
  readonly action: Action;
  readonly invert: boolean;
  readonly seconds?: number;
  readonly reap: boolean;
  readonly hitcount?: number;
  /** the TTL must be the same as when the address was seen last */
  readonly rttl: boolean;
  readonly name: string;
  readonly mask: Ipv4;
  readonly side: 'source' | 'dest';
}

/** ip_list_tot */
const LIST_SIZE = 100;
/** XT_RECENT_MAX_NSTAMPS */
const MOST_STAMPS = 65_536;

function parse(options: OptionReader): RecentMatch {
  const action = ACTIONS.find((name) => options.has(name));
  if (action === undefined) {
    throw new OptionError("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
  }
  const number = (option: string, max: number): number | undefined => {
    const text = options.text(option);
    return text === undefined ? undefined : boundedOption(text, { name: 'recent', option, min: 1, max });
  };
  const [seconds, hitcount] = [number('seconds', MAX_UINT32), number('hitcount', MAX_UINT32)];
  const mask = parseIpv4(options.text('mask') ?? '255.255.255.255');
  if (!mask.ok) throw new OptionError(`recent: bad value for option "--mask", or out of range.\n`);
  return {
    match: 'recent',
    action,
    invert: options.inverted(action),
    ...(seconds === undefined ? {} : { seconds }),
    reap: options.has('reap'),
    ...(hitcount === undefined ? {} : { hitcount }),
    rttl: options.has('rttl'),
    name: options.text('name') ?? 'DEFAULT',
    mask: mask.value,
    side: options.has('rdest') ? 'dest' : 'source',
  };
}

/** `--seconds 10 --hitcount 3`: what a check asks besides being in the list. */
function printCondition({ seconds, reap, hitcount, rttl }: RecentMatch): string {
  const words: string[] = [];
  if (seconds !== undefined) words.push(`--seconds ${seconds}`);
  if (reap) words.push('--reap');
  if (hitcount !== undefined) words.push(`--hitcount ${hitcount}`);
  if (rttl) words.push('--rttl');
  return words.join(' ');
}

function print(match: RecentMatch): string {
  const condition = printCondition(match);
  const { invert, action, name, mask, side } = match;
  return `${not(invert)}--${action}${condition === '' ? '' : ` ${condition}`} --name ${name} --mask ${printIpv4(mask)} --r${side}`;
}

type List = Map<number, RecentEntry>;

/** The address becomes the one seen last. */
function touch(list: List, address: number, { ttl, now }: { ttl: number; now: SimTime }): void {
  const stamps = list.get(address)?.stamps ?? [];
  list.delete(address);
  const [oldest] = list.keys();
  if (list.size >= LIST_SIZE && oldest !== undefined) list.delete(oldest);
  list.set(address, { ttl, stamps: [...stamps.slice(1 - MOST_STAMPS), now] });
}

/** recent_entry_reap: only the address seen longest ago is looked at. */
function reap(list: List, since: number): void {
  const [oldest] = list;
  if (oldest !== undefined && (oldest[1].stamps.at(-1) ?? 0) < since) list.delete(oldest[0]);
}

function isRecent({ seconds, hitcount }: RecentMatch, { stamps }: RecentEntry, since: number): boolean {
  const hits = stamps.filter((stamp) => seconds === undefined || stamp >= since).length;
  return hits >= (hitcount ?? 1);
}

/** What the list says, and what becomes of it. */
function look(match: RecentMatch, list: List, probe: Probe): boolean {
  const { packet, now, oif } = probe;
  const address = ((match.side === 'source' ? packet.src : packet.dst) & match.mask) >>> 0;
  // the TTL as it was before forwarding took one
  const ttl = oif !== undefined && probe.iif !== undefined ? packet.ttl + 1 : packet.ttl;
  const entry = list.get(address);
  const known = entry !== undefined && (!match.rttl || entry.ttl === ttl) ? entry : undefined;
  if (match.action === 'set') {
    touch(list, address, { ttl, now });
    return true;
  }
  if (known === undefined) return false;
  if (match.action === 'remove') return list.delete(address);
  const since = now - (match.seconds ?? 0) * 1e9;
  const recent = isRecent(match, known, since);
  if (match.reap) reap(list, since);
  if (match.action === 'update' && recent !== match.invert) touch(list, address, { ttl, now });
  return recent;
}

export const recent = defineMatch<RecentMatch>({
  name: 'recent',
  options: {
    set: { arguments: 0, negatable: true },
    rcheck: { arguments: 0, negatable: true },
    update: { arguments: 0, negatable: true },
    remove: { arguments: 0, negatable: true },
    seconds: { arguments: 1 },
    reap: { arguments: 0, also: 'seconds' },
    hitcount: { arguments: 1 },
    rttl: { arguments: 0 },
    name: { arguments: 1 },
    rsource: { arguments: 0 },
    rdest: { arguments: 0 },
    mask: { arguments: 1 },
  },
  exclusive: [ACTIONS, ['rsource', 'rdest']],
  parse,
  print,
  check: ({ action, seconds, hitcount, reap: reaps, rttl }) =>
    action === 'set' || action === 'remove'
      ? seconds === undefined && hitcount === undefined && !reaps && !rttl
      : (hitcount ?? 0) < MOST_STAMPS,
  matches(match, probe) {
    const list: List = new Map(probe.memory.recent.get(match.name));
    const fits = look(match, list, probe);
    probe.memory = { ...probe.memory, recent: new Map(probe.memory.recent).set(match.name, list) };
    return fits !== match.invert;
  },
  explain(match) {
    const { action, name, invert } = match;
    if (action === 'set') return message('rule.recent.set', { name });
    if (action === 'remove') return message('rule.recent.remove', { name });
    const options = `--${action} ${printCondition(match)}`.trimEnd();
    return invert
      ? message('rule.recent.check.not', { name, options })
      : message('rule.recent.check', { name, options });
  },
});
