/** Rules, ipsets and connections of the namespace whose tables are looked at, and the rule that is asked about. */
import type { ChainRef, NetfilterTables, RuleExplanation, RulesView } from '../../engine/protocol.ts';
import { isStep, type Recording, type Step } from '../../trace/types.ts';
import { deciderOf } from '../../trace/walk.ts';
import { seqAfter } from '../moment.ts';
import type { Deps, Slice } from '../state.ts';

export type RuleRef = ChainRef & { readonly number: number };

/** A rule that somebody asked "why not?" of. */
export interface AskedRule extends RuleRef {
  /** undefined while the answer is under way */
  readonly answer: RuleExplanation | undefined;
}

export interface NetfilterSlice {
  readonly netfilter: NetfilterTables | undefined;
  readonly rulesView: RulesView;
  readonly askedRule: AskedRule | undefined;
  readonly searchRules: (text: string) => void;
  /** opens a chain that is closed, and the other way round */
  readonly flipChain: (chain: ChainRef) => void;
  /** shows a chain, opened around one of its rules, in the tables of the present namespace */
  readonly lookAtRule: (rule: RuleRef) => void;
  /** another part of a long chain */
  readonly showRulesFrom: (rule: RuleRef) => void;
  readonly showMoreChains: () => void;
  /** why a rule of `ns` fits the present packet, or does not; asked again, the answer goes away */
  readonly askRule: (ns: string, rule: RuleRef) => void;
  /** for the tables slice, which knows when to ask */
  readonly refreshNetfilter: () => void;
}

const CHAINS = 60;
const NO_VIEW: RulesView = { text: '', flipped: [], from: [], chains: CHAINS };

const same = (a: ChainRef, b: ChainRef): boolean => a.table === b.table && a.chain === b.chain;

/** The step that a question about `ns` is about: the present one, or the last before it there. */
function stepIn({ entries }: Recording, seq: number, ns: string): Step | undefined {
  for (let at = seq; at >= 0; at--) {
    const entry = entries[at];
    if (entry && isStep(entry) && entry.ns === ns) return entry;
  }
  return undefined;
}

export function createNetfilterSlice({ client, playback }: Deps): Slice<NetfilterSlice> {
  return (set, get) => {
    let newest = 0;
    let newestQuestion = 0;
    playback.onPlayhead(() => {
      const { askedRule, rulesView } = get();
      if (askedRule !== undefined) set({ askedRule: undefined });
      const { at, ...rest } = rulesView;
      // the packet has moved on: what was looked at stays open, but the packet's own rule comes into sight
      if (at !== undefined || rest.from.length > 0) set({ rulesView: Object.freeze({ ...rest, from: [] }) });
    });

    const show = (view: Partial<RulesView>): void => {
      set({ rulesView: Object.freeze({ ...get().rulesView, ...view }) });
      get().refreshNetfilter();
    };

    /** Where the packet is, unless the reader looks at something else. */
    const viewNow = (ns: string): RulesView => {
      const { rulesView, beats, beat, recording } = get();
      const entry = recording.entries[beats[beat]?.seq ?? -1];
      const decider = entry && isStep(entry) && entry.ns === ns ? deciderOf(recording, entry) : undefined;
      if (rulesView.at || decider === undefined) return rulesView;
      const { table, chain, number } = decider;
      return { ...rulesView, at: { table, chain, number } };
    };

    const ask = async (): Promise<void> => {
      const asked = ++newest;
      const { beats, beat, recording, heldNs, board, whenAlive } = get();
      const now = beats[beat];
      const entry = now === undefined ? undefined : recording.entries[now.seq];
      const ns = heldNs ?? entry?.ns ?? board?.nodes[0]?.ns;
      if (ns === undefined) return;
      await whenAlive(async () => {
        const atSeq = seqAfter(now, recording);
        const netfilter = await client.call('netfilter', { ns, atSeq, view: viewNow(ns) });
        if (asked === newest) set({ netfilter: Object.freeze(netfilter) });
      });
    };

    const question = async (ns: string, rule: RuleRef): Promise<void> => {
      const asked = ++newestQuestion;
      const { beats, beat, recording, whenAlive } = get();
      const now = beats[beat];
      const step = now && stepIn(recording, now.seq, ns);
      const answer = (told: RuleExplanation): void => {
        const open = get().askedRule;
        if (asked !== newestQuestion || !open || !same(open, rule) || open.number !== rule.number) return;
        set({ askedRule: Object.freeze({ ...rule, answer: told }) });
      };
      if (step === undefined) {
        answer({ ...rule, asked: false, why: 'not-asked' });
        return;
      }
      await whenAlive(async () => {
        answer(await client.call('explainRule', { ...rule, seq: step.seq }));
      });
    };

    return {
      netfilter: undefined,
      rulesView: NO_VIEW,
      askedRule: undefined,
      searchRules: (text) => {
        show({ text, from: [] });
      },
      flipChain: (chain) => {
        const { flipped, at, from } = get().rulesView;
        const without = flipped.filter((other) => !same(other, chain));
        const isLooked = at !== undefined && same(at, chain);
        const next = {
          from: from.filter((other) => !same(other, chain)),
          flipped: without.length < flipped.length ? without : [...flipped, chain],
        };
        if (isLooked) {
          const { at: _at, ...rest } = get().rulesView;
          set({ rulesView: Object.freeze(rest) });
        }
        show(next);
      },
      lookAtRule: ({ table, chain, number }) => {
        // it is read: a packet that moves on would take it out of sight
        playback.pause();
        show({ text: '', at: { table, chain, number } });
        get().showTab('tables');
        get().growPanel(true);
      },
      showRulesFrom: (rule) => {
        const others = get().rulesView.from.filter((other) => !same(other, rule));
        show({ from: [...others, rule] });
      },
      showMoreChains: () => {
        show({ chains: get().rulesView.chains + CHAINS });
      },
      askRule: (ns, { table, chain, number }) => {
        const rule: RuleRef = { table, chain, number };
        const open = get().askedRule;
        if (open && same(open, rule) && open.number === number) {
          set({ askedRule: undefined });
          return;
        }
        set({ askedRule: Object.freeze({ ...rule, answer: undefined }) });
        void question(ns, rule);
      },
      refreshNetfilter: () => {
        // the engine has only the present branch
        if (get().tab === 'tables' && get().branch === 'now') void ask();
      },
    };
  };
}
