/** What a target is: one file each, listed in index.ts. `-j NAME` finds it by its name; any other word is a chain. */
import type { Message } from '../../../lib/message.ts';
import type { Ipv4 } from '../../../wire/address.ts';
import type { OptionGroups, OptionReader, OptionTable } from '../options.ts';
import type { Probe } from '../probe.ts';
import type { RuleHeader } from '../rule.ts';
import type { Hook, TableName } from '../../recorder.ts';

/** `--reject-with`, as iptables-save prints it. */
export type RejectWith =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'tcp-reset';

/** Where NAT may map an address to: nf_nat_range2. */
export interface NatRange {
  readonly from: Ipv4;
  readonly to: Ipv4;
  readonly fromPort?: number;
  readonly toPort?: number;
  /** the port becomes `fromPort` plus its distance from this one: NF_NAT_RANGE_PROTO_OFFSET */
  readonly basePort?: number;
  /** --random, --random-fully: the port is chosen at random, even when the old one is free */
  readonly random: boolean;
  readonly persistent: boolean;
}

/** What a target asks the walk to do. */
export type Outcome =
  | { readonly act: 'ACCEPT' | 'DROP' | 'RETURN' }
  | { readonly act: 'continue' }
  | { readonly act: 'jump' | 'goto'; readonly chain: string }
  /** the packet's mark is now this; the walk goes on */
  | { readonly act: 'mark'; readonly mark: number }
  /** the connection's mark is now this; the walk goes on */
  | { readonly act: 'connmark'; readonly mark: number }
  | { readonly act: 'nat'; readonly manip: 'src' | 'dst'; readonly range: NatRange }
  /** SNAT to the first address of the way out */
  | {
      readonly act: 'masquerade';
      readonly fromPort?: number;
      readonly toPort?: number;
      readonly random: boolean;
    }
  | { readonly act: 'reject'; readonly with: RejectWith }
  | { readonly act: 'notrack' }
  /** written to the log (LOG, NFLOG) or traced from here on (TRACE); the walk goes on */
  | { readonly act: 'log'; readonly text: string }
  | { readonly act: 'trace' };

export interface TargetDefinition<T extends { readonly target: string }> {
  readonly name: T['target'];
  /** tables and hooks in which Linux takes it; absent: any. Anywhere else is EINVAL. */
  readonly tables?: readonly TableName[];
  readonly hooks?: readonly Hook[];
  /** the options by their long names, in the order of the extension's own table */
  readonly options: OptionTable;
  /** options of which only one may be given */
  readonly exclusive?: OptionGroups;
  /** Makes the target of the options that were given; throws an OptionError in iptables' words. */
  parse(options: OptionReader): T;
  /** The options as iptables-save prints them, without `-j NAME`. */
  print(target: T): string;
  /** What the kernel's checkentry asks of the rest of the rule; false is EINVAL. */
  check?(target: T, header: RuleHeader): boolean;
  act(target: T, probe: Probe): Outcome;
  explain(target: T): Message;
}

export function defineTarget<T extends { readonly target: string }>(
  definition: TargetDefinition<T>,
): TargetDefinition<T> {
  return definition;
}
