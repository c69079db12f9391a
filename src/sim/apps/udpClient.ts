/** A UDP client: one datagram, one answer. */
import { openSocket, sendDatagram, type Datagram } from '../../kernel/socket.ts';
import type { Ipv4 } from '../../wire/address.ts';
import type { Behaviour } from '../process.ts';
import { asked, dispositionOf, end, endpoint, ERROR_TEXT, icmpWords, type Target } from './client.ts';

export interface UdpClientState extends Target {
  readonly text: string;
  readonly discover: Datagram['discover'];
}

export const udpClient: Behaviour<UdpClientState, unknown> = {
  name: 'udp-client',
  wake(sys, state, why) {
    const { exchange, dst, dport, sport } = state;
    const peer = endpoint(dst, dport);
    if (why.why === 'start') {
      const k = sys.kernel();
      openSocket(k, { kind: 'udp', owner: sys.pid, ip: 0 as Ipv4, port: sport });
      const payload = { kind: 'bytes' as const, bytes: new TextEncoder().encode(state.text) };
      const sent = sendDatagram(
        k,
        { sport, dport, payload },
        { dst, discover: state.discover, ...(state.ttl === undefined ? {} : { ttl: state.ttl }) },
        { ...asked(exchange), by: 'udp' },
      );
      if (sent !== 'sent')
        end(sys, exchange, dispositionOf(sent.errno, true), `send to ${peer}: ${ERROR_TEXT[sent.errno]}`);
      else sys.timer(state.timeout, 'timeout');
      return state;
    }
    if (why.why === 'timer') {
      end(sys, exchange, 'timeout', `no answer from ${peer}`);
      return state;
    }
    if (why.why === 'interrupt') {
      end(sys, exchange, 'timeout', '^C');
      return state;
    }
    if (why.why !== 'socket') return state;
    const { event } = why;
    if (event.event === 'datagram') {
      end(
        sys,
        exchange,
        'replied',
        `${endpoint(event.from, event.sport)}: ${new TextDecoder().decode(event.payload).trimEnd()}`,
      );
    } else if (event.event === 'icmp-error') {
      const [words, result] = icmpWords(event);
      end(sys, exchange, result, `send to ${peer}: ${words}`);
    }
    return state;
  },
};
