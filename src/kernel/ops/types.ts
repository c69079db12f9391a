/** What the ops are made of: the typed commands, the answer, and what an op gets to work with. */
import type { Cidr, Ipv4, Mac } from '../../wire/address.ts';
import type { IptablesCommand } from '../netfilter/command.ts';
import type { IpsetCommand } from '../netfilter/ipsetCommand.ts';
import type { TableName } from '../netfilter/rule.ts';
import type { NetNs } from '../netns.ts';
import type { Origin } from '../origin.ts';
import type { Errno, IfName, NetNsId, SimTime, TableChange } from '../recorder.ts';

export interface LinkOptions {
  readonly address?: Mac;
  readonly mtu?: number;
}

export type LinkKind =
  | { readonly type: 'bridge' }
  | {
      readonly type: 'veth';
      readonly peer: IfName;
      readonly peerNs: NetNsId;
      readonly peerOptions: LinkOptions;
      /** a network card and its cable, which a namespace can only have as a veth pair */
      readonly cable: boolean;
    }
  | {
      readonly type: 'vxlan';
      readonly vni: number;
      readonly lower: IfName;
      readonly local: Ipv4;
      readonly port: number;
      readonly learning: boolean;
    }
  | { readonly type: 'tun' };

export interface RouteSpec {
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
  readonly dst: Cidr;
  readonly via?: Ipv4;
  readonly dev?: IfName;
  readonly onlink: boolean;
  readonly src?: Ipv4;
  /** missing: as iproute2 chooses, link without a gateway and global with one */
  readonly scope?: 'global' | 'link';
  readonly metric: number;
}

export type LinkChange =
  | { readonly set: 'up' }
  | { readonly set: 'down' }
  | { readonly set: 'mtu'; readonly mtu: number }
  | { readonly set: 'address'; readonly mac: Mac }
  | { readonly set: 'master'; readonly master: IfName }
  | { readonly set: 'nomaster' }
  | { readonly set: 'hairpin'; readonly on: boolean };

export type TableOp =
  | { readonly op: 'link-add'; readonly name: IfName; readonly options: LinkOptions; readonly link: LinkKind }
  | { readonly op: 'link-del'; readonly name: IfName }
  | { readonly op: 'link-set'; readonly name: IfName; readonly change: LinkChange }
  | {
      readonly op: 'addr-add' | 'addr-del';
      readonly dev: IfName;
      readonly address: Cidr;
      /** `brd +` is the last address of the prefix; another one is given as it is */
      readonly broadcast: boolean | Ipv4;
    }
  | { readonly op: 'route-add' | 'route-replace' | 'route-del'; readonly route: RouteSpec }
  | { readonly op: 'neigh-replace'; readonly dev: IfName; readonly ip: Ipv4; readonly lladdr: Mac }
  | { readonly op: 'neigh-del'; readonly dev: IfName; readonly ip: Ipv4 }
  | {
      readonly op: 'fdb-append' | 'fdb-add' | 'fdb-replace' | 'fdb-del';
      readonly dev: IfName;
      readonly mac: Mac;
      readonly dst: Ipv4;
    }
  | { readonly op: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly op: 'iptables'; readonly table: TableName; readonly command: IptablesCommand }
  | {
      readonly op: 'iptables-restore';
      /** lines, each with its end; `# for: Kind/namespace/name path` says whom the rules behind it are for */
      readonly text: string;
      readonly noflush: boolean;
      readonly counters: boolean;
      readonly test: boolean;
    }
  | { readonly op: 'ipset'; readonly command: IpsetCommand; readonly exist: boolean }
  | { readonly op: 'ipset-restore'; readonly text: string; readonly exist: boolean }
  /** `conntrack -D ...`, `conntrack -F`: the words behind `conntrack` */
  | { readonly op: 'conntrack'; readonly words: readonly string[] };

/** What Linux answered: the changes, or the errno with the words that the tool prints. */
export type OpResult =
  | { readonly ok: true; readonly changes: readonly TableChange[] }
  | {
      readonly ok: false;
      readonly errno: Errno;
      readonly text: string;
      /** what a restore had done before the line that was refused, and what stays */
      readonly changes?: readonly TableChange[];
      /** the line of a restore that is wrong, counted from 1 */
      readonly line?: number;
    };

/** All namespaces of the world: a veth pair has its halves in two of them. */
export interface Namespaces {
  get(id: NetNsId): NetNs | undefined;
}

/** Whether somebody wants to hear of rows of this table that come, change or go. */
export type Listens = (this: void, table: TableChange['table'], op: TableChange['op']) => boolean;

export interface RowChange extends Pick<TableChange, 'table' | 'op'> {
  readonly line: () => string;
}

export interface OpContext {
  readonly namespaces: Namespaces;
  readonly ns: NetNs;
  readonly at: SimTime;
  readonly origin: Origin;
  readonly isTold: Listens;
  /** every row that comes, goes or changes is told here; its line is written when somebody listens */
  change(change: RowChange, ns?: NetNs, origin?: Origin): void;
}

export function refuse(errno: Errno, text: string): OpResult {
  return { ok: false, errno, text };
}

export const FILE_EXISTS = 'RTNETLINK answers: File exists';

export function noDevice(dev: IfName): OpResult {
  return refuse('ENODEV', `Cannot find device "${dev}"`);
}

/** The words of bridge(8) for the same. @see iproute2 bridge/link.c brlink_modify */
export function noBridgePort(dev: IfName): OpResult {
  return refuse('ENODEV', `Cannot find bridge device "${dev}"`);
}
