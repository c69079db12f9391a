/** `-j LOG`, `-j NFLOG`: the packet goes to the kernel's log or to a program; the walk goes on. @see net/netfilter/xt_LOG.c, xt_NFLOG.c */
import { message } from '../../../lib/message.ts';
import { printIpv4 } from '../../../wire/address.ts';
import { packetLength } from '../../../wire/codec.ts';
import type { Packet, TcpFlags } from '../../../wire/frame.ts';
import { OptionError } from '../options.ts';
import type { Probe } from '../probe.ts';
import { boundedOption, quote } from '../values.ts';
import { defineTarget } from './define.ts';

const FLAGS = ['sequence', 'options', 'ip', 'uid', 'mac'] as const;
type Flag = (typeof FLAGS)[number];

/** The option of each flag, in the order in which iptables-save prints them. */
const FLAG_OPTION: Readonly<Record<Flag, string>> = {
  sequence: 'log-tcp-sequence',
  options: 'log-tcp-options',
  ip: 'log-ip-options',
  uid: 'log-uid',
  mac: 'log-macdecode',
};

const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'] as const;
const DEFAULT_LEVEL = 4;

export interface LogTarget {
  readonly target: 'LOG';
  readonly prefix: string;
  readonly level: number;
  readonly flags: readonly Flag[];
}

export interface NflogTarget {
  readonly target: 'NFLOG';
  readonly prefix: string;
  readonly group: number;
  /** bytes of the packet that are copied; undefined: all */
  readonly size?: number;
  readonly threshold?: number;
}

function parseLevel(text: string): number {
  const level = /^[0-7]$/.test(text)
    ? Number(text)
    : text === 'panic'
      ? 0
      : LEVELS.findIndex((name) => text !== '' && name.startsWith(text.toLowerCase()));
  if (level < 0) throw new OptionError(`log level "${text}" unknown\n`);
  return level;
}

function tcpFlagNames(flags: TcpFlags): string {
  const names: readonly (readonly [keyof TcpFlags, string])[] = [
    ['urg', 'URG'],
    ['ack', 'ACK'],
    ['psh', 'PSH'],
    ['rst', 'RST'],
    ['syn', 'SYN'],
    ['fin', 'FIN'],
  ];
  return names
    .filter(([key]) => flags[key])
    .map(([, name]) => `${name} `)
    .join('');
}

function transport({ payload, protocol, offset }: Packet): string {
  switch (payload.kind) {
    case 'tcp':
      return `PROTO=TCP SPT=${payload.sport} DPT=${payload.dport} WINDOW=${payload.window} RES=0x00 ${tcpFlagNames(payload.flags)}URGP=0 `;
    case 'udp':
      return `PROTO=UDP SPT=${payload.sport} DPT=${payload.dport} `;
    case 'icmp-echo':
      return `PROTO=ICMP TYPE=${payload.reply ? 0 : 8} CODE=0 ID=${payload.id} SEQ=${payload.seq} `;
    case 'icmp-error':
      return `PROTO=ICMP TYPE=${payload.type} CODE=${payload.code} `;
    case 'bytes':
      return `${offset > 0 ? `FRAG:${offset / 8} ` : ''}PROTO=${protocol} `;
  }
}

/** The line as `dmesg` shows it; without MAC= and the lengths of the payload. @see net/netfilter/nf_log_syslog.c */
function line(prefix: string, { packet, iif, oif, mark }: Probe): string {
  const { src, dst, tos, ttl, id, df, mf } = packet;
  const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
  const ip = `SRC=${printIpv4(src)} DST=${printIpv4(dst)} LEN=${packetLength(packet)} TOS=${hex(tos & 0x1e)} PREC=${hex(tos & 0xe0)} TTL=${ttl} ID=${id} `;
  const fragment = `${df ? 'DF ' : ''}${mf ? 'MF ' : ''}`;
  const marked = mark === 0 ? '' : `MARK=0x${mark.toString(16)} `;
  return `${prefix}IN=${iif ?? ''} OUT=${oif ?? ''} ${ip}${fragment}${transport(packet)}${marked}`.trimEnd();
}

/** A prefix of at most `length` - 1 bytes; the extension cuts what is longer. */
function parsePrefix(text: string | undefined, length: number): string {
  if (text === '') throw new OptionError('Argument must have a minimum length of 1 characters\n');
  return (text ?? '').slice(0, length - 1);
}

export const log = defineTarget<LogTarget>({
  name: 'LOG',
  options: {
    'log-level': { arguments: 1 },
    'log-prefix': { arguments: 1 },
    ...Object.fromEntries(FLAGS.map((flag) => [FLAG_OPTION[flag], { arguments: 0 }])),
  },
  parse(options) {
    const level = options.text('log-level');
    return {
      target: 'LOG',
      prefix: parsePrefix(options.text('log-prefix'), 30),
      level: level === undefined ? DEFAULT_LEVEL : parseLevel(level),
      flags: FLAGS.filter((flag) => options.has(FLAG_OPTION[flag])),
    };
  },
  print({ prefix, level, flags }) {
    const words = flags.map((flag) => `--${FLAG_OPTION[flag]}`);
    if (level !== DEFAULT_LEVEL) words.unshift(`--log-level ${level}`);
    if (prefix !== '') words.unshift(`--log-prefix ${quote(prefix)}`);
    return words.join(' ');
  },
  act: ({ prefix }, probe) => ({ act: 'log', text: line(prefix, probe) }),
  explain: ({ prefix }) => message('rule.log', { prefix }),
});

export const nflog = defineTarget<NflogTarget>({
  name: 'NFLOG',
  options: {
    'nflog-group': { arguments: 1 },
    'nflog-prefix': { arguments: 1 },
    'nflog-size': { arguments: 1 },
    'nflog-threshold': { arguments: 1 },
  },
  parse(options) {
    const number = (option: string, max: number): number | undefined => {
      const text = options.text(option);
      return text === undefined ? undefined : boundedOption(text, { name: 'NFLOG', option, min: 0, max });
    };
    const size = number('nflog-size', 0xffffffff);
    const threshold = number('nflog-threshold', 65535);
    return {
      target: 'NFLOG',
      prefix: parsePrefix(options.text('nflog-prefix'), 64),
      group: number('nflog-group', 65535) ?? 0,
      ...(size === undefined ? {} : { size }),
      ...(threshold === undefined || threshold === 0 ? {} : { threshold }),
    };
  },
  print({ prefix, group, size, threshold }) {
    const words: string[] = [];
    if (prefix !== '') words.push(`--nflog-prefix ${quote(prefix)}`);
    if (group !== 0) words.push(`--nflog-group ${group}`);
    if (size !== undefined) words.push(`--nflog-size ${size}`);
    if (threshold !== undefined) words.push(`--nflog-threshold ${threshold}`);
    return words.join(' ');
  },
  act: ({ prefix }, probe) => ({ act: 'log', text: line(prefix, probe) }),
  explain: ({ group }) => message('rule.nflog', { group }),
});
