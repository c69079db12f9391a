/**
 * What answers in a pod: TCP servers that say who they are and whom they saw, and UDP servers that do the same. They stand for
 * the containers, whose real programs are not simulated.
 */
import type { Ipv4 } from '../../wire/address.ts';
import { openSocket, sendDatagram } from '../../kernel/socket.ts';
import { tcpClose, tcpSend } from '../../kernel/tcp.ts';
import type { Behaviour } from '../process.ts';
import { endpoint } from './client.ts';

export interface ServerState {
  /** what it calls itself in its answers */
  readonly name: string;
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** peers of open connections by socket number */
  readonly peers: Readonly<Record<number, string>>;
}

const ANY = 0 as Ipv4;

export const server: Behaviour<ServerState, unknown> = {
  name: 'server',
  wake(sys, state, why) {
    if (why.why === 'start') {
      const k = sys.kernel();
      for (const port of state.tcp) openSocket(k, { kind: 'listen', owner: sys.pid, ip: ANY, port });
      for (const port of state.udp) openSocket(k, { kind: 'udp', owner: sys.pid, ip: ANY, port });
      return state;
    }
    if (why.why !== 'socket') return state;
    const { event } = why;
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    switch (event.event) {
      case 'accepted':
        return { ...state, peers: { ...state.peers, [event.socket]: endpoint(event.from, event.port) } };
      case 'data':
        tcpSend(
          sys.kernel(),
          event.socket,
          encode(`${state.name} saw ${state.peers[event.socket] ?? '?'}\n`),
        );
        tcpClose(sys.kernel(), event.socket);
        return state;
      case 'end':
        tcpClose(sys.kernel(), event.socket);
        return state;
      case 'datagram': {
        const k = sys.kernel();
        const udp = event.frame.payload.kind === 'ipv4' ? event.frame.payload.payload : undefined;
        if (udp?.kind !== 'udp') return state;
        const bytes = encode(`${state.name} saw ${endpoint(event.from, event.sport)}`);
        const from = {
          parent: event.hop,
          cause: 'reply' as const,
          exchange: k.recorder.exchangeOf(event.hop),
          by: 'udp',
        };
        const ports = { sport: udp.dport, dport: event.sport, payload: { kind: 'bytes' as const, bytes } };
        sendDatagram(k, ports, { dst: event.from, src: event.to, discover: 'want' }, from);
        return state;
      }
      case 'connected':
      case 'echo-reply':
      case 'failed':
      case 'icmp-error':
      case 'tun':
        return state;
    }
  },
};
