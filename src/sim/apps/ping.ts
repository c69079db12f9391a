/** ping(8): one echo request, and what becomes of it. */
import { printIpv4 } from '../../wire/address.ts';
import { openSocket, sendEcho } from '../../kernel/socket.ts';
import type { Behaviour } from '../process.ts';
import { asked, dispositionOf, end, ERROR_TEXT, icmpWords, type Target } from './client.ts';

export interface PingState extends Target {
  readonly icmpId: number;
  /** bytes of data behind the ICMP header; ping's own default is 56 */
  readonly size: number;
  readonly df: boolean;
  readonly sentAt?: number;
}

/** ping's payload: a timestamp it fills itself (left zero here), then the pattern 0x10, 0x11, ... */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i < 16 ? 0 : i & 255));
}

export const ping: Behaviour<PingState, unknown> = {
  name: 'ping',
  wake(sys, state, why) {
    const { exchange, dst } = state;
    if (why.why === 'start') {
      const k = sys.kernel();
      const icmpId = state.icmpId & 0xffff;
      openSocket(k, { kind: 'ping', owner: sys.pid, icmpId });
      sys.print(
        exchange,
        `PING ${printIpv4(dst)} (${printIpv4(dst)}) ${state.size}(${state.size + 28}) bytes of data.`,
      );
      const to = {
        dst,
        discover: state.df ? ('do' as const) : ('dont' as const),
        ...(state.ttl === undefined ? {} : { ttl: state.ttl }),
      };
      const sent = sendEcho(k, { id: icmpId, seq: 1, data: pattern(state.size) }, to, asked(exchange));
      if (sent !== 'sent') {
        const words =
          sent.errno === 'EMSGSIZE'
            ? `ping: local error: message too long, mtu=${sent.mtu}`
            : `ping: connect: ${ERROR_TEXT[sent.errno]}`;
        end(sys, exchange, dispositionOf(sent.errno, true), words);
        return state;
      }
      sys.timer(state.timeout, 'timeout');
      return { ...state, sentAt: sys.now };
    }
    if (why.why === 'timer') {
      end(sys, exchange, 'timeout', '1 packets transmitted, 0 received, 100% packet loss');
      return state;
    }
    if (why.why !== 'socket') return state;
    const { event } = why;
    if (event.event === 'echo-reply') {
      const ms = ((sys.now - (state.sentAt ?? 0)) / 1e6).toFixed(3);
      end(
        sys,
        exchange,
        'replied',
        `${event.bytes} bytes from ${printIpv4(event.from)}: icmp_seq=1 ttl=${event.ttl} time=${ms} ms`,
      );
    } else if (event.event === 'icmp-error') {
      const [words, result] = icmpWords(event);
      end(sys, exchange, result, `From ${printIpv4(event.from)} icmp_seq=1 ${words}`);
    }
    return state;
  },
};
