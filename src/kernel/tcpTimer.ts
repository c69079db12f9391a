/**
 * The clocks of a TCP connection: what is not acknowledged is sent again, until the peer is given up; and TIME-WAIT.
 * @see net/ipv4/tcp_timer.c, tcp_minisocks.c
 */
import { nextUint32 } from '../lib/random.ts';
import type { TcpFlags } from '../wire/frame.ts';
import type { Kernel } from './context.ts';
import { nextGeneration, sysctl } from './netns.ts';
import type { HopIndex } from './recorder.ts';
import type { ConnectError, TcpSocket } from './socketTypes.ts';
import { arm, close, DATA_RETRIES, parentage, put, tcpSocket, transmit, TIME_WAIT } from './tcpOutput.ts';

/** How often a segment is sent again before the peer is given up. */
function retriesOf(k: Kernel, { syn, ack }: Partial<TcpFlags>): number {
  if (syn !== true) return DATA_RETRIES;
  return sysctl(k.ns, ack === true ? 'net.ipv4.tcp_synack_retries' : 'net.ipv4.tcp_syn_retries');
}

/** The retransmission timer, and the end of TIME-WAIT. */
export function tcpTimer(k: Kernel, id: number, generation: number): void {
  const socket = tcpSocket(k, id);
  if (!socket || socket.generation !== generation) return;
  if (socket.state === 'time-wait') {
    close(k, socket);
    return;
  }
  const first = socket.unacked[0];
  if (!first) return;
  const limit = retriesOf(k, first.flags);
  if (socket.retries >= limit) {
    fail(k, socket, 'ETIMEDOUT', socket.hop);
    return;
  }
  const again = put(k, {
    ...socket,
    retries: socket.retries + 1,
    generation: nextGeneration(k.ns),
    // tcp_rtx_synack / sk_rethink_txhash: another hash, so perhaps another path
    hash: nextUint32(k.random),
  });
  transmit(k, again, first, parentage(socket, 'send'));
  arm(k, again);
}

/** The connection is over, and its process hears why. */
export function fail(k: Kernel, socket: TcpSocket, errno: ConnectError, hop: HopIndex): void {
  close(k, socket);
  k.emit({ kind: 'wake', owner: socket.owner, event: { event: 'failed', socket: socket.id, errno, hop } });
}

/** When it is over, the timer closes the socket. */
export function startTimeWait(k: Kernel, socket: TcpSocket): void {
  k.emit({
    kind: 'timer',
    after: TIME_WAIT,
    timer: { timer: 'tcp', socket: socket.id, generation: socket.generation },
  });
}
