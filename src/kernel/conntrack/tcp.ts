/**
 * TCP as conntrack follows it: a table of states for each direction, and a time for each state.
 * Left out: the window check (tcp_in_window), so a segment outside the window is not INVALID here.
 * @see net/netfilter/nf_conntrack_proto_tcp.c
 */
import type { TcpFlags } from '../../wire/frame.ts';
import type { CtDirection } from '../recorder.ts';
import type { CtTcpState } from './types.ts';

const STATES: readonly CtTcpState[] = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];

type Kind = 'syn' | 'synack' | 'fin' | 'ack' | 'rst' | 'none';

/** new state by old state (in the order of STATES): iv = invalid, ig = ignored, else the first letters of the state */
const TABLE: Readonly<Record<CtDirection, Readonly<Record<Kind, string>>>> = {
  original: {
    syn: 'ss ss ig ig ig ig ig ss ss s2',
    synack: 'iv iv sr iv iv iv iv iv iv sr',
    fin: 'iv iv fw fw la la la tw cl iv',
    ack: 'es iv es es cw cw tw tw cl iv',
    rst: 'iv cl cl cl cl cl cl cl cl cl',
    none: 'iv iv iv iv iv iv iv iv iv iv',
  },
  reply: {
    syn: 'iv s2 iv iv iv iv iv ss iv s2',
    synack: 'iv sr ig ig ig ig ig ig ig sr',
    fin: 'iv iv fw fw la la la tw cl iv',
    ack: 'iv ig sr es cw cw tw tw cl ig',
    rst: 'iv cl cl cl cl cl cl cl cl cl',
    none: 'iv iv iv iv iv iv iv iv iv iv',
  },
};

const BY_LETTERS: Readonly<Record<string, CtTcpState>> = {
  ss: 'SYN_SENT',
  sr: 'SYN_RECV',
  es: 'ESTABLISHED',
  fw: 'FIN_WAIT',
  cw: 'CLOSE_WAIT',
  la: 'LAST_ACK',
  tw: 'TIME_WAIT',
  cl: 'CLOSE',
  s2: 'SYN_SENT2',
};

/** Seconds that an entry lives in a state without another packet: tcp_timeouts. */
export const TCP_TIMEOUT: Readonly<Record<CtTcpState, number>> = {
  NONE: 120,
  SYN_SENT: 120,
  SYN_RECV: 60,
  ESTABLISHED: 432_000,
  FIN_WAIT: 120,
  CLOSE_WAIT: 60,
  LAST_ACK: 30,
  TIME_WAIT: 120,
  CLOSE: 10,
  SYN_SENT2: 120,
};
/** established, but only one side was heard so far: TCP_CONNTRACK_UNACK */
export const TCP_UNACK_TIMEOUT = 300;

/** get_conntrack_index */
export function kindOf({ syn, ack, fin, rst }: TcpFlags): Kind {
  if (rst) return 'rst';
  if (syn) return ack ? 'synack' : 'syn';
  if (fin) return 'fin';
  return ack ? 'ack' : 'none';
}

/** The state after a segment; 'invalid' = it cannot belong to the connection, 'ignored' = it passes and changes nothing. */
export function nextTcpState(
  state: CtTcpState,
  direction: CtDirection,
  kind: Kind,
): CtTcpState | 'invalid' | 'ignored' {
  const letters = TABLE[direction][kind].split(' ')[STATES.indexOf(state)] ?? 'iv';
  if (letters === 'ig') return 'ignored';
  return BY_LETTERS[letters] ?? 'invalid';
}
