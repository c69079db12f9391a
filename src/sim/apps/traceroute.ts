/** traceroute -I: echo requests with a growing TTL, one at a time, one second each. */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import { openSocket, sendEcho } from '../../kernel/socket.ts';
import type { Behaviour, Sys } from '../process.ts';
import { asked, dispositionOf, end, ERROR_TEXT, type Target } from './client.ts';

export interface TracerouteState extends Target {
  readonly icmpId: number;
  readonly maxHops: number;
  /** the TTL of the probe that is out */
  readonly ttl: number;
  readonly sentAt: number;
}

/** a probe's data, so that the packet is 60 bytes long as traceroute(8) sends it */
const DATA = new Uint8Array(32);

function probe(sys: Sys<unknown>, state: TracerouteState, ttl: number): TracerouteState {
  const echo = { id: state.icmpId & 0xffff, seq: ttl, data: DATA };
  const sent = sendEcho(sys.kernel(), echo, { dst: state.dst, ttl, discover: 'dont' }, asked(state.exchange));
  if (sent !== 'sent') {
    end(sys, state.exchange, dispositionOf(sent.errno, true), `traceroute: ${ERROR_TEXT[sent.errno]}`);
    return state;
  }
  sys.timer(state.timeout, String(ttl));
  return { ...state, ttl, sentAt: sys.now };
}

/** One probe of a hop, as `traceroute -I -n -q 1` prints it. */
function line({ ttl, sentAt }: TracerouteState, from: Ipv4 | undefined, now: number): string {
  const who = from === undefined ? '*' : `${printIpv4(from)}  ${((now - sentAt) / 1e6).toFixed(3)} ms`;
  return `${String(ttl).padStart(2)}  ${who}`;
}

function next(sys: Sys<unknown>, state: TracerouteState, from: Ipv4 | undefined): TracerouteState {
  sys.print(state.exchange, line(state, from, sys.now));
  if (state.ttl < state.maxHops) return probe(sys, state, state.ttl + 1);
  end(sys, state.exchange, 'timeout');
  return state;
}

export const traceroute: Behaviour<TracerouteState, unknown> = {
  name: 'traceroute',
  wake(sys, state, why) {
    const { exchange, dst } = state;
    if (why.why === 'start') {
      openSocket(sys.kernel(), { kind: 'ping', owner: sys.pid, icmpId: state.icmpId & 0xffff });
      sys.print(
        exchange,
        `traceroute to ${printIpv4(dst)} (${printIpv4(dst)}), ${state.maxHops} hops max, 60 byte packets`,
      );
      return probe(sys, state, 1);
    }
    // the timer of a probe that was answered is void
    if (why.why === 'timer') return Number(why.tag) === state.ttl ? next(sys, state, undefined) : state;
    if (why.why === 'interrupt') {
      end(sys, exchange, 'timeout', '^C');
      return state;
    }
    if (why.why !== 'socket') return state;
    const { event } = why;
    if (event.event === 'echo-reply' && event.seq === state.ttl) {
      end(sys, exchange, 'replied', line(state, event.from, sys.now));
      return state;
    }
    if (event.event !== 'icmp-error') return state;
    if (event.type === 11) return next(sys, state, event.from);
    const flag = event.code === 0 ? '!N' : event.code === 1 ? '!H' : `!${event.code}`;
    end(sys, exchange, 'unreachable', `${line(state, event.from, sys.now)} ${flag}`);
    return state;
  },
};
