/**
 * A TCP client. Without a request it is the probe of the command line: connect, then a reset (SO_LINGER 0), so exactly
 * S, SA, A, RA. With one it is a small curl: connect, send, read the answer until the server closes, close.
 */
import { tcpAbort, tcpClose, tcpConnect, tcpSend } from '../../kernel/tcp.ts';
import { NO_HOP } from '../../kernel/recorder.ts';
import type { Behaviour } from '../process.ts';
import { dispositionOf, end, endpoint, ERROR_TEXT, type Target } from './client.ts';

/** How long a probe holds its connection, ns: until its last ACK has arrived wherever it goes. */
const BEFORE_RESET = 1_000_000;

export interface TcpClientState extends Target {
  readonly request?: string;
  readonly socket?: number;
  readonly connected?: boolean;
}

export const tcpClient: Behaviour<TcpClientState, unknown> = {
  name: 'tcp-client',
  wake(sys, state, why) {
    const { exchange, dst, dport, sport } = state;
    const peer = endpoint(dst, dport);
    if (why.why === 'start') {
      const dialled = tcpConnect(sys.kernel(), {
        owner: sys.pid,
        dst,
        dport,
        sport,
        exchange,
        parent: NO_HOP,
        ...(state.ttl === undefined ? {} : { ttl: state.ttl }),
      });
      if ('errno' in dialled) {
        end(
          sys,
          exchange,
          dispositionOf(dialled.errno, true),
          `connect to ${peer}: ${ERROR_TEXT[dialled.errno]}`,
        );
        return state;
      }
      sys.timer(state.timeout, 'timeout');
      return { ...state, socket: dialled.socket };
    }
    if (why.why === 'timer' && why.tag === 'reset') {
      if (state.socket !== undefined) tcpAbort(sys.kernel(), state.socket);
      end(sys, exchange, 'connected');
      return state;
    }
    if (why.why === 'timer') {
      const words =
        state.connected === true ? `read from ${peer}: timed out` : `connect to ${peer}: timed out`;
      end(sys, exchange, 'timeout', words);
      return state;
    }
    if (why.why !== 'socket' || state.socket === undefined) return state;
    const { event } = why;
    switch (event.event) {
      case 'connected':
        sys.print(exchange, `connected to ${peer}`);
        if (state.request === undefined) {
          sys.timer(BEFORE_RESET, 'reset');
        } else {
          tcpSend(sys.kernel(), state.socket, new TextEncoder().encode(state.request));
        }
        return { ...state, connected: true };
      case 'data':
        sys.print(exchange, new TextDecoder().decode(event.data).trimEnd());
        return state;
      case 'end':
        tcpClose(sys.kernel(), state.socket);
        sys.finish(exchange, 'connected');
        return state;
      case 'failed':
        end(
          sys,
          exchange,
          dispositionOf(event.errno, false),
          `connect to ${peer}: ${ERROR_TEXT[event.errno]}`,
        );
        return state;
      case 'accepted':
      case 'datagram':
      case 'echo-reply':
      case 'icmp-error':
      case 'tun':
        return state;
    }
  },
};
