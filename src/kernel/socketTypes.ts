/** Sockets as plain data, and what they tell the processes that hold them. */
import type { Ipv4 } from '../wire/address.ts';
import type { Frame, TcpFlags } from '../wire/frame.ts';
import type { HopIndex, IfName } from './recorder.ts';

export type TcpState =
  | 'syn-sent'
  | 'syn-received'
  | 'established'
  | 'fin-wait-1'
  | 'fin-wait-2'
  | 'close-wait'
  | 'last-ack'
  | 'closing'
  | 'time-wait';

/** A segment that was sent and is not yet acknowledged, as it will be sent again. */
export interface Unacked {
  readonly seq: number;
  /** sequence space it takes: data bytes, plus one for SYN or FIN */
  readonly length: number;
  readonly flags: Partial<TcpFlags>;
  readonly data: Uint8Array;
}

export interface TcpSocket {
  readonly kind: 'tcp';
  readonly id: number;
  readonly owner: string;
  readonly local: Ipv4;
  readonly lport: number;
  readonly remote: Ipv4;
  readonly rport: number;
  readonly state: TcpState;
  readonly sndNxt: number;
  readonly sndUna: number;
  readonly rcvNxt: number;
  readonly unacked: readonly Unacked[];
  readonly retries: number;
  /** retransmission timer of this generation is running; an older one is void */
  readonly generation: number;
  /** sk_txhash: the flow label of what this socket sends; changes when a SYN is sent again */
  readonly hash: number;
  readonly mss: number;
  /** IP_TTL, when it was set */
  readonly ttl?: number;
  /** the peer's last timestamp */
  readonly peerTimestamp: number;
  /** the listener it came from */
  readonly listener?: number;
  readonly exchange: number;
  /** the hop that what it sends next answers to */
  readonly hop: HopIndex;
}

export type Socket =
  | { readonly kind: 'ping'; readonly id: number; readonly owner: string; readonly icmpId: number }
  | {
      readonly kind: 'udp';
      readonly id: number;
      readonly owner: string;
      readonly ip: Ipv4;
      readonly port: number;
      /** connect(2): it hears nobody else, and of errors about what it sent there */
      readonly peer?: { readonly ip: Ipv4; readonly port: number };
    }
  | {
      readonly kind: 'listen';
      readonly id: number;
      readonly owner: string;
      readonly ip: Ipv4;
      readonly port: number;
    }
  | TcpSocket;

export type ConnectError =
  'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH' | 'ETIMEDOUT' | 'ECONNRESET' | 'EACCES' | 'EINVAL';

export type SocketEvent =
  | {
      readonly event: 'echo-reply';
      readonly socket: number;
      readonly from: Ipv4;
      readonly seq: number;
      readonly ttl: number;
      readonly bytes: number;
      readonly hop: HopIndex;
    }
  | {
      readonly event: 'icmp-error';
      readonly socket: number;
      readonly from: Ipv4;
      readonly type: number;
      readonly code: number;
      readonly mtu: number;
      readonly hop: HopIndex;
    }
  | {
      readonly event: 'datagram';
      readonly socket: number;
      readonly from: Ipv4;
      readonly sport: number;
      /** the address it was sent to: a server answers from it */
      readonly to: Ipv4;
      readonly payload: Uint8Array;
      readonly frame: Frame;
      readonly hop: HopIndex;
    }
  | { readonly event: 'connected'; readonly socket: number; readonly hop: HopIndex }
  | {
      readonly event: 'accepted';
      readonly socket: number;
      readonly from: Ipv4;
      readonly port: number;
      readonly hop: HopIndex;
    }
  | { readonly event: 'data'; readonly socket: number; readonly data: Uint8Array; readonly hop: HopIndex }
  | { readonly event: 'end'; readonly socket: number; readonly hop: HopIndex }
  | {
      readonly event: 'failed';
      readonly socket: number;
      readonly errno: ConnectError;
      readonly hop: HopIndex;
    }
  /** a packet was written to a TUN by the kernel; the process may read it */
  | { readonly event: 'tun'; readonly dev: IfName; readonly frame: Frame; readonly hop: HopIndex };
