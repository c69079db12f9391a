/** ping(8): echo requests, and what becomes of each. Without a count it is one request whose first answer ends it. @see iputils ping/ping_common.c */
import { printIpv4 } from '../../wire/address.ts';
import { openSocket, sendEcho, type SendError } from '../../kernel/socket.ts';
import type { SocketEvent } from '../../kernel/socketTypes.ts';
import type { Behaviour, Sys } from '../process.ts';
import { asked, dispositionOf, end, ERROR_TEXT, icmpWords, type Target } from './client.ts';

export interface PingState extends Target {
  readonly icmpId: number;
  /** bytes of data behind the ICMP header; ping's own default is 56 */
  readonly size: number;
  /** `-M`: ping's default is `want` */
  readonly discover: 'do' | 'want' | 'dont';
  /** several requests and statistics at the end, as `ping -c` has it */
  readonly series?: { readonly count: number; readonly interval: number };
  /** when each request was sent, the first with icmp_seq 1 */
  readonly sentAt: readonly number[];
  /** those that nothing has been heard of */
  readonly waiting: readonly number[];
  /** round trips, ns */
  readonly times: readonly number[];
  readonly errors: number;
}

const ICMP_HEADER = 8;
const TIMESTAMP = 16;

/** ping's payload: a timestamp it fills itself (left zero here), then the pattern 0x10, 0x11, ... */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i < TIMESTAMP ? 0 : i & 255));
}

type System = Sys<unknown>;

function errorWords(error: SendError): string {
  if (error.errno === 'EMSGSIZE') return `ping: local error: message too long, mtu=${error.mtu}`;
  // a way out is looked for by connect(2) first; what a rule refuses shows when sending
  return `ping: ${error.errno === 'EPERM' ? 'sendmsg' : 'connect'}: ${ERROR_TEXT[error.errno]}`;
}

/** Sends the next request. A series goes on after `message too long`; without a way there is no series. */
function probe(sys: System, state: PingState): PingState {
  const { exchange, dst, discover, ttl, series, timeout } = state;
  const seq = state.sentAt.length + 1;
  const echo = { id: state.icmpId & 0xffff, seq, data: pattern(state.size) };
  const to = { dst, discover, ...(ttl === undefined ? {} : { ttl }) };
  const sent = sendEcho(sys.kernel(), echo, to, asked(exchange));
  const next = { ...state, sentAt: [...state.sentAt, sys.now] };
  if (sent !== 'sent' && (series === undefined || sent.errno !== 'EMSGSIZE')) {
    end(sys, exchange, dispositionOf(sent.errno, true), errorWords(sent));
    return next;
  }
  if (series !== undefined && seq < series.count) sys.timer(series.interval, `send ${seq + 1}`);
  if (sent === 'sent') {
    sys.timer(timeout, `timeout ${seq}`);
    return { ...next, waiting: [...next.waiting, seq] };
  }
  sys.print(exchange, errorWords(sent));
  return over(sys, { ...next, errors: next.errors + 1 });
}

/** Ends a series when everything has been sent and heard of. */
function over(sys: System, state: PingState): PingState {
  const { series, sentAt, waiting } = state;
  if (series !== undefined && sentAt.length >= series.count && waiting.length === 0) statistics(sys, state);
  return state;
}

const ms = (ns: number): string => (ns / 1e6).toFixed(3);

/** The last words of a series. */
function statistics(sys: System, { exchange, dst, sentAt, times, errors, size }: PingState): void {
  const [sent, received] = [sentAt.length, times.length];
  const lost = sent === 0 ? 0 : Math.floor(((sent - received) * 100) / sent);
  const took = Math.floor(((sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0)) / 1e6);
  const errorWord = errors > 0 ? ` +${errors} errors,` : '';
  sys.print(exchange, '');
  sys.print(exchange, `--- ${printIpv4(dst)} ping statistics ---`);
  sys.print(
    exchange,
    `${sent} packets transmitted, ${received} received,${errorWord} ${lost}% packet loss, time ${took}ms`,
  );
  const mean = times.reduce((sum, time) => sum + time, 0) / received;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / received);
  if (received > 0 && size >= TIMESTAMP)
    sys.print(
      exchange,
      `rtt min/avg/max/mdev = ${ms(Math.min(...times))}/${ms(mean)}/${ms(Math.max(...times))}/${ms(deviation)} ms`,
    );
  else sys.print(exchange, '');
  end(sys, exchange, received > 0 ? 'replied' : errors > 0 ? 'unreachable' : 'timeout');
}

function onReply(
  sys: System,
  state: PingState,
  event: Extract<SocketEvent, { event: 'echo-reply' }>,
): PingState {
  const { exchange, sentAt, series } = state;
  const took = sys.now - (sentAt[event.seq - 1] ?? sys.now);
  // the time is in the data, when there is room for it
  const time = state.size >= TIMESTAMP ? ` time=${ms(took)} ms` : '';
  const line = `${event.bytes} bytes from ${printIpv4(event.from)}: icmp_seq=${event.seq} ttl=${event.ttl}${time}`;
  if (series === undefined) {
    end(sys, exchange, 'replied', line);
    return state;
  }
  sys.print(exchange, line);
  const waiting = state.waiting.filter((seq) => seq !== event.seq);
  return over(sys, { ...state, waiting, times: [...state.times, took] });
}

function onError(
  sys: System,
  state: PingState,
  event: Extract<SocketEvent, { event: 'icmp-error' }>,
): PingState {
  const { exchange, series } = state;
  const [words, result] = icmpWords(event);
  // errors come in the order of what they are about
  const [about = state.sentAt.length, ...waiting] = state.waiting;
  const line = `From ${printIpv4(event.from)} icmp_seq=${about} ${words}`;
  if (series === undefined) {
    end(sys, exchange, result, line);
    return state;
  }
  sys.print(exchange, line);
  return over(sys, { ...state, waiting, errors: state.errors + 1 });
}

export const ping: Behaviour<PingState, unknown> = {
  name: 'ping',
  wake(sys, state, why) {
    const { exchange, dst, size, series } = state;
    switch (why.why) {
      case 'start': {
        openSocket(sys.kernel(), { kind: 'ping', owner: sys.pid, icmpId: state.icmpId & 0xffff });
        const to = printIpv4(dst);
        sys.print(exchange, `PING ${to} (${to}) ${size}(${size + 20 + ICMP_HEADER}) bytes of data.`);
        return probe(sys, state);
      }
      case 'timer': {
        const [what, number] = why.tag.split(' ');
        const seq = Number(number);
        if (what === 'send') return state.sentAt.length < seq ? probe(sys, state) : state;
        if (!state.waiting.includes(seq)) return state;
        if (series !== undefined)
          return over(sys, { ...state, waiting: state.waiting.filter((s) => s !== seq) });
        end(sys, exchange, 'timeout', '1 packets transmitted, 0 received, 100% packet loss');
        return state;
      }
      case 'interrupt':
        sys.print(exchange, '^C');
        statistics(sys, state);
        return state;
      case 'socket':
        if (why.event.event === 'echo-reply') return onReply(sys, state, why.event);
        return why.event.event === 'icmp-error' ? onError(sys, state, why.event) : state;
      case 'objects':
      case 'netlink':
        return state;
    }
  },
};

/** The beginning of a ping's state, which knows of nothing sent. */
export const NOTHING_SENT = { sentAt: [], waiting: [], times: [], errors: 0 } as const;
