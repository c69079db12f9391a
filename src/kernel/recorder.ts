/**
 * The recording: an ordered list of steps (something happened to a packet) and events (something happened to tables or
 * processes without one). Recorded where decided: the branch that decides is the branch that records.
 *
 *   hop   = one packet's passage through one namespace, from `rx`/`originate` to `tx`, `deliver`, `drop` or a fan-out
 *   parent = the hop whose transmission, reply, fan-out or need (ARP) brought this hop about; -1 for the first
 */
import type { Brand } from '../lib/brand.ts';
import type { Ipv4, Mac } from '../wire/address.ts';
import type { Frame } from '../wire/frame.ts';
import type { Origin } from './origin.ts';

export type NetNsId = Brand<string, 'NetNsId'>;
export type IfName = Brand<string, 'IfName'>;
/** Simulated time: integer nanoseconds since the board started. */
export type SimTime = Brand<number, 'SimTime'>;
/** Position in the recording: 0, 1, 2, ... over steps and events together. */
export type Seq = Brand<number, 'Seq'>;
export type FrameIndex = Brand<number, 'FrameIndex'>;
export type HopIndex = Brand<number, 'HopIndex'>;
export const NO_HOP = -1 as HopIndex;

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** The tables of iptables. */
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter';
/** Conntrack's states as `-m conntrack --ctstate` names them. */
export type CtState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
export type CtDirection = 'original' | 'reply';

/** Names of the kernel's `enum skb_drop_reason` (include/net/dropreason-core.h), where the kernel has one. */
export type DropReason =
  | 'NETFILTER_DROP'
  | 'IP_INHDR'
  | 'IP_INNOROUTES'
  | 'IP_INADDRERRORS'
  | 'IP_OUTNOROUTES'
  | 'IP_LOCAL_SOURCE'
  | 'IP_INVALID_SOURCE'
  | 'IP_LOCALNET'
  | 'IP_INVALID_DEST'
  | 'IP_RPFILTER'
  | 'PKT_TOO_BIG'
  | 'PKT_TOO_SMALL'
  | 'NEIGH_FAILED'
  | 'NEIGH_QUEUEFULL'
  | 'NEIGH_DEAD'
  | 'OTHERHOST'
  | 'NO_SOCKET'
  | 'NO_TX_TARGET'
  | 'VXLAN_VNI_NOT_FOUND'
  | 'VXLAN_INVALID_HDR'
  | 'LOCAL_MAC'
  | 'DEV_READY'
  | 'QDISC_DROP'
  | 'DEV_HDR'
  | 'RECURSION_LIMIT'
  | 'BRIDGE_INGRESS_STP_STATE'
  | 'UNHANDLED_PROTO'
  | 'UNICAST_IN_L2_MULTICAST'
  | 'FRAG_REASM_TIMEOUT'
  | 'QUEUE_PURGE'
  | 'PROCESS_DISCARD'
  | 'NOT_SPECIFIED';

/** A row of a table as Linux prints it, and who wrote it: what a step shows as "the row that decided". */
export interface Row {
  readonly table:
    'addr' | 'link' | 'route' | 'neigh' | 'fdb' | 'sysctl' | 'socket' | 'rule' | 'ipset' | 'conntrack';
  /** the text of `ip route`, `ip neigh`, `bridge fdb` ... */
  readonly line: string;
  readonly origin: Origin;
}

export interface TableChange {
  readonly ns: NetNsId;
  readonly table: Row['table'];
  readonly op: 'add' | 'delete' | 'change';
  readonly line: string;
  readonly origin: Origin;
}

export type HopCause =
  | 'send' // a process asked for it
  | 'wire' // the parent transmitted it
  | 'fan-out' // one of the copies of the parent (flood, fragments)
  | 'reply' // made in answer to the parent (echo reply, SYN-ACK, ARP reply)
  | 'arp' // the parent waits for this question
  | 'error' // ICMP error or reset about the parent
  | 'process'; // a process read the parent and sent this on (flanneld's udp backend)

export interface Hop {
  readonly parent: HopIndex;
  readonly cause: HopCause;
  readonly ns: NetNsId;
  /** which `send` this belongs to (its number, counted from 0), or -1 for the system's own traffic */
  readonly exchange: number;
}

interface StepBase {
  readonly seq: Seq;
  readonly at: SimTime;
  readonly ns: NetNsId;
  readonly hop: HopIndex;
  /** the frame as it is after this step */
  readonly frame: FrameIndex;
  /** the frame before, when this step changed it */
  readonly before?: FrameIndex;
  readonly dev?: IfName;
  readonly changes?: readonly TableChange[];
}

export type RouteResult =
  'local' | 'broadcast' | 'unicast' | 'blackhole' | 'unreachable' | 'prohibit' | 'no-route' | 'martian';

/** What happened, without position and time; the recorder adds those. */
export type StepKind =
  | { readonly kind: 'originate'; readonly by: string; readonly dev?: IfName }
  | { readonly kind: 'rx'; readonly dev: IfName; readonly pkttype: PktType }
  | { readonly kind: 'tx'; readonly dev: IfName }
  /** one of the five hooks was reached; what stands there follows as `conntrack`, `chain` and `nat` steps */
  | {
      readonly kind: 'hook';
      readonly hook: Hook;
      readonly iif?: IfName;
      readonly oif?: IfName;
      readonly bridged: boolean;
    }
  /** conntrack looked the packet up (or made an entry), or put the entry into the table */
  | {
      readonly kind: 'conntrack';
      readonly action: 'created' | 'found' | 'confirmed' | 'none';
      readonly state: CtState;
      readonly direction: CtDirection;
      readonly row?: Row;
    }
  /** a rule matched, a user chain came to its end, or a base chain's policy decided */
  | {
      readonly kind: 'chain';
      readonly hook: Hook;
      readonly table: TableName;
      readonly chain: string;
      /** 0 = base chain */
      readonly depth: number;
      readonly event: 'rule' | 'return' | 'policy';
      /** the rule's number as iptables counts; for `return` and `policy` one more than there are rules */
      readonly number: number;
      /** rules of this chain that were tried and did not match since the last step in it */
      readonly over: number;
      /** what the target said: ACCEPT, DROP, RETURN, jump, goto, or the target's name */
      readonly verdict: string;
      /** the chain of a jump or goto */
      readonly to?: string;
      /** the packet's mark after it, when it has one */
      readonly mark?: number;
      readonly row?: Row;
    }
  /** addresses or ports were rewritten, as the connection says */
  | {
      readonly kind: 'nat';
      readonly manip: 'src' | 'dst';
      /** address:port before and after */
      readonly was: string;
      readonly is: string;
      /** the quoted packet inside an ICMP error was rewritten */
      readonly inner: boolean;
      readonly row?: Row;
    }
  | {
      readonly kind: 'route';
      readonly direction: 'input' | 'output';
      readonly dst: Ipv4;
      readonly result: RouteResult;
      readonly dev?: IfName;
      readonly via?: Ipv4;
      readonly row?: Row;
    }
  /** the TTL was taken down by one on forwarding */
  | { readonly kind: 'ttl'; readonly ttl: number }
  | {
      readonly kind: 'neigh';
      readonly dev: IfName;
      readonly ip: Ipv4;
      /** 'noarp': the device has no neighbours (tun, loopback) */
      readonly result: 'resolved' | 'incomplete' | 'failed' | 'noarp' | 'learned';
      readonly lladdr?: Mac;
      readonly row?: Row;
    }
  | {
      readonly kind: 'fdb';
      readonly dev: IfName;
      readonly mac: Mac;
      readonly result: 'port' | 'local' | 'flood' | 'remote' | 'miss' | 'learned' | 'same-port';
      /** the bridge port, or for vxlan the address of the remote VTEP */
      readonly port?: IfName;
      readonly dst?: Ipv4;
      readonly row?: Row;
    }
  | { readonly kind: 'encap'; readonly dev: IfName; readonly by: 'vxlan'; readonly vni: number }
  | { readonly kind: 'decap'; readonly dev: IfName; readonly by: 'vxlan'; readonly vni: number }
  /** br_netfilter gives a frame back to the bridge port it came by, with its sender's MAC */
  | { readonly kind: 'restore'; readonly dev: IfName; readonly src: Mac }
  | {
      readonly kind: 'flood';
      readonly dev: IfName;
      readonly ports: readonly IfName[];
      readonly local: boolean;
    }
  | { readonly kind: 'fragment'; readonly dev: IfName; readonly mtu: number; readonly pieces: number }
  | { readonly kind: 'reassemble'; readonly where: 'local' | 'conntrack'; readonly complete: boolean }
  /** waits for an answer: ARP */
  | { readonly kind: 'queue'; readonly dev: IfName; readonly waitsFor: Ipv4 }
  /** a user process took the packet from a TUN and did something with it */
  | { readonly kind: 'process'; readonly process: string; readonly action: string; readonly row?: Row }
  /** an ICMP error about this packet was due, and was not sent: there is no way back, or too many were sent before */
  | { readonly kind: 'unsent'; readonly to: Ipv4; readonly why: 'no-route' | 'limit' }
  | { readonly kind: 'deliver'; readonly to: string; readonly row?: Row }
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly where: string; readonly row?: Row };

export type PktType = 'host' | 'broadcast' | 'multicast' | 'otherhost';

export type Step = StepBase & StepKind;

export type Errno =
  | 'EEXIST'
  | 'ENOENT'
  | 'ENODEV'
  | 'EINVAL'
  | 'ENETUNREACH'
  | 'ENETDOWN'
  | 'ESRCH'
  | 'EBUSY'
  | 'EPERM'
  | 'ELOOP'
  | 'EOPNOTSUPP'
  | 'EADDRNOTAVAIL'
  | 'ERANGE'
  | 'EMLINK'
  | 'ENOSPC';

export interface Event {
  readonly seq: Seq;
  readonly at: SimTime;
  readonly ns: NetNsId;
  readonly by: Origin;
  readonly kind: 'op' | 'process' | 'object';
  /** 'failed': a program ended with an error */
  readonly result: 'ok' | 'failed' | Errno;
  /** the command, the log line, or the object */
  readonly text: string;
  /** Linux's own words when it refused, or the program's */
  readonly error?: string;
  /** what a program was given on stdin or printed, what a file now holds: lines */
  readonly detail?: string;
  readonly changes: readonly TableChange[];
}

export type Disposition =
  | 'delivered'
  | 'replied'
  | 'connected'
  | 'refused'
  | 'unreachable'
  | 'no-route'
  | 'timeout'
  | 'dropped'
  /** the name that was dialled has no address, as its DNS server said */
  | 'no-name'
  | 'too-big'
  | 'ttl-exceeded';

/** A destination that somebody chose by hand: of the rules that draw lots, the one that leads to it is drawn. */
export interface Picked {
  readonly ip: Ipv4;
  /** undefined: any port */
  readonly port?: number;
}

/** What a `send` asked for and how it ended. */
export interface ExchangeRecord {
  readonly id: number;
  readonly protocol: 'icmp' | 'tcp' | 'udp' | 'traceroute';
  readonly from: NetNsId;
  /** as the sender dialled it */
  readonly to: string;
  /** where rules that draw lots shall send it, chosen by hand */
  readonly pick?: readonly Picked[];
  readonly startSeq: Seq;
  readonly endSeq: Seq;
  /** when the client had its result or gave up; undefined while it is under way */
  readonly endAt?: SimTime;
  /** undefined while it is under way */
  readonly result?: Disposition;
  /** what the client program prints, line by line */
  readonly output: readonly string[];
  /** how long the recording was when each of these lines was printed */
  readonly printedAt?: readonly Seq[];
}

export interface Recording {
  readonly entries: readonly (Step | Event)[];
  readonly hops: readonly Hop[];
  readonly frames: readonly Frame[];
  readonly exchanges: readonly ExchangeRecord[];
}
