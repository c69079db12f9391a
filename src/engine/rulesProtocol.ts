/**
 * What the page asks about iptables, ipsets and conntrack of one namespace at the playhead. A cluster of 10,000 Services has
 * 110,000 rules in 30,000 chains, so the page says what it looks at and gets that part only.
 */
import type { Message } from '../lib/message.ts';
import type { Hook, Origin, ObjectRef, TableName } from '../trace/types.ts';

/** A chain by the name of its table and its own. */
export interface ChainRef {
  readonly table: TableName;
  readonly chain: string;
}

/** What of the rules is looked at. */
export interface RulesView {
  /** only chains and rules whose text holds this; '' = all */
  readonly text: string;
  /** chains shown the other way than by default: base chains are open, user chains closed */
  readonly flipped: readonly ChainRef[];
  /** open whatever else is said, around this rule: where the packet is, or where a jump leads to */
  readonly at?: ChainRef & { readonly number: number };
  /** of a long open chain, the part that begins with this rule (counted from 1) */
  readonly from: readonly (ChainRef & { readonly number: number })[];
  /** so many chains of each table at most */
  readonly chains: number;
}

interface Written {
  readonly by: Origin['by'];
  readonly object?: ObjectRef;
}

interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

export interface RuleLine extends Written, Counted {
  /** as iptables counts: from 1 */
  readonly number: number;
  /** what iptables-save prints behind `-A CHAIN` */
  readonly text: string;
  /** the chain it jumps or goes to */
  readonly to?: string;
}

export interface ChainLines extends Written {
  readonly chain: string;
  /** base chains only, with the counters of the policy */
  readonly policy?: Counted & { readonly name: string };
  /** how many rules it has; with a text to look for, how many of them hold it */
  readonly rules: number;
  readonly open: boolean;
  /** the shown part: how many come before and after it */
  readonly before: number;
  readonly after: number;
  readonly lines: readonly RuleLine[];
}

export interface RuleTable {
  readonly table: TableName;
  readonly chains: readonly ChainLines[];
  /** chains that are not shown */
  readonly more: number;
}

export interface ConntrackLine {
  /** as a step's row prints it: `conntrack -L` without the seconds left */
  readonly text: string;
  readonly protocol: string;
  /** TCP only */
  readonly state?: string;
  /** `src → dst`, with ports or ICMP id */
  readonly original: string;
  /** what the answer looks like where it comes in */
  readonly reply: string;
  /** the answer is not simply the original turned round: addresses are rewritten */
  readonly nat: boolean;
  readonly seenReply: boolean;
  readonly assured: boolean;
  readonly mark: number;
  /** seconds it still lives */
  readonly left: number;
}

export interface SetLines extends Written {
  /** `create NAME TYPE ...`, as ipset save prints it */
  readonly text: string;
  readonly entries: readonly (Written & { readonly text: string })[];
  /** entries that are not shown */
  readonly more: number;
}

export interface NetfilterTables {
  readonly ns: string;
  /** a table that nobody used yet is absent, as in iptables-save */
  readonly tables: readonly RuleTable[];
  /** all rules of the namespace */
  readonly rules: number;
  readonly sets: readonly SetLines[];
  readonly conntrack: readonly ConntrackLine[];
  readonly moreConntrack: number;
  /** conntrack is at work here: some rule needs it */
  readonly tracks: boolean;
}

/** 'other': in this namespace no rule is about the packet's way at all at that table */
export type NotAsked = 'no-such-rule' | 'nat-known' | 'not-asked';

/** Why a rule fits the packet of a step or does not. */
export type RuleExplanation = ChainRef & { readonly number: number } & (
    | { readonly asked: false; readonly why: NotAsked }
    | {
        readonly asked: true;
        readonly hook: Hook;
        readonly text: string;
        /** 'matched' and 'passed' happened; 'unreached': the walk ended before it or never came to its chain */
        readonly fate: 'matched' | 'passed' | 'unreached';
        /** in the order in which the kernel looks at them; none: the rule fits every packet */
        readonly conditions: readonly { readonly says: Message; readonly holds: 'yes' | 'no' | 'unasked' }[];
        /** what the target does, or would have done */
        readonly target?: Message;
      }
  );
