/** Connection tracking as plain data. @see include/net/netfilter/nf_conntrack.h, nf_conntrack_tuple.h */
import type { Ipv4 } from '../../wire/address.ts';
import type { CtDirection, CtState, SimTime } from '../recorder.ts';

/** One direction of a flow. For ICMP `sport` is the echo id and `dport` is type << 8 | code. */
export interface CtTuple {
  readonly protocol: number;
  readonly src: Ipv4;
  readonly dst: Ipv4;
  readonly sport: number;
  readonly dport: number;
}

/** TCP states as `conntrack -L` prints them. */
export type CtTcpState =
  | 'NONE'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'SYN_SENT2';

export interface CtEntry {
  readonly id: number;
  readonly original: CtTuple;
  /** what the answer looks like where it comes in: the inverse of `original` after NAT */
  readonly reply: CtTuple;
  /** IPS_SEEN_REPLY: there was an answer */
  readonly seenReply: boolean;
  readonly assured: boolean;
  /** IPS_SRC_NAT, IPS_DST_NAT: which addresses are rewritten */
  readonly srcNat: boolean;
  readonly dstNat: boolean;
  /** IPS_SRC_NAT_DONE, IPS_DST_NAT_DONE: the nat chains were asked */
  readonly srcNatDone: boolean;
  readonly dstNatDone: boolean;
  /** for MASQUERADE: the device whose address was taken; another way out kills the flow */
  readonly masqueradeDev?: string;
  readonly mark: number;
  /** when its first packet came */
  readonly since: SimTime;
  readonly tcp?: CtTcpState;
  readonly expires: SimTime;
}

/** The connections of a namespace; each is found by both of its tuples. */
export interface ConntrackTable {
  readonly entries: ReadonlyMap<number, CtEntry>;
  /** key of a tuple -> id of its entry */
  readonly byTuple: ReadonlyMap<string, number>;
}

export const NO_CONNTRACK: ConntrackTable = { entries: new Map(), byTuple: new Map() };

/** What a packet knows of its connection: `skb->_nfct` and its ctinfo. */
export interface SkbCt {
  readonly state: CtState;
  readonly direction: CtDirection;
  /** of an entry that is in the table */
  readonly id?: number;
  /** an entry that this packet made and that is not in the table yet (unconfirmed) */
  readonly pending?: CtEntry;
  /** an entry that left the table because of this packet, which is still rewritten as it says */
  readonly dead?: CtEntry;
}
