/**
 * A TCP client. Without a request it is the probe of the command line: connect, then a reset (SO_LINGER 0), so exactly
 * S, SA, A, RA. With one it is a small curl: connect, send, read the answer until the server closes, close.
 */
import { tcpAbort, tcpClose, tcpConnect, tcpSend } from '../../kernel/tcp.ts';
import { NO_HOP } from '../../kernel/recorder.ts';
import type { ConnectError } from '../../kernel/socketTypes.ts';
import { printIpv4 } from '../../wire/address.ts';
import type { Behaviour } from '../process.ts';
import { dispositionOf, end, endpoint, ERROR_TEXT, type Target } from './client.ts';

/** How long a probe holds its connection, ns: until its last ACK has arrived wherever it goes. */
const BEFORE_RESET = 1_000_000;

export interface TcpClientState extends Target {
  readonly request?: string;
  readonly socket?: number;
  readonly connected?: boolean;
  /** prints what curl would: the answer alone, and its own errors */
  readonly says?: 'curl';
  readonly startedAt?: number;
}

/** What the client says when the connection failed. */
function failure(state: TcpClientState, errno: ConnectError, now: number): string {
  const { dst, name, dport, connected, says, startedAt = now } = state;
  if (says !== 'curl') return `connect to ${endpoint(dst, dport)}: ${ERROR_TEXT[errno]}`;
  if (connected === true) return `curl: (56) Recv failure: ${ERROR_TEXT[errno]}`;
  const took = Math.floor((now - startedAt) / 1e6);
  return `curl: (7) Failed to connect to ${name ?? printIpv4(dst)} port ${dport} after ${took} ms: Couldn't connect to server`;
}

/** What it says when nothing came for as long as it waits. */
function gaveUp({ dst, dport, connected, says, timeout }: TcpClientState): string {
  const peer = endpoint(dst, dport);
  if (says !== 'curl')
    return connected === true ? `read from ${peer}: timed out` : `connect to ${peer}: timed out`;
  const waited = Math.floor(timeout / 1e6);
  return connected === true
    ? `curl: (28) Operation timed out after ${waited} milliseconds with 0 bytes received`
    : `curl: (28) Connection timed out after ${waited} milliseconds`;
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
          failure({ ...state, startedAt: sys.now }, dialled.errno, sys.now),
        );
        return state;
      }
      sys.timer(state.timeout, 'timeout');
      return { ...state, socket: dialled.socket, startedAt: sys.now };
    }
    if (why.why === 'timer' && why.tag === 'reset') {
      if (state.socket !== undefined) tcpAbort(sys.kernel(), state.socket);
      end(sys, exchange, 'connected');
      return state;
    }
    if (why.why === 'timer') {
      end(sys, exchange, 'timeout', gaveUp(state));
      return state;
    }
    if (why.why === 'interrupt') {
      end(sys, exchange, 'timeout', '^C');
      return state;
    }
    if (why.why !== 'socket' || state.socket === undefined) return state;
    const { event } = why;
    switch (event.event) {
      case 'connected':
        if (state.says !== 'curl') sys.print(exchange, `connected to ${peer}`);
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
        end(sys, exchange, dispositionOf(event.errno, false), failure(state, event.errno, sys.now));
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
