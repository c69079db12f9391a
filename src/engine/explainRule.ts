/**
 * "Why not this rule?" for the packet of a step. The run is played again up to the walk in question with an ear at every rule
 * that is tried, so what is asked is the packet as the rule itself saw it: its mark, its connection, its way in and out.
 */
import { assert } from '../lib/assert.ts';
import { explainConditions } from '../kernel/netfilter/explain.ts';
import type { Probe, Trial } from '../kernel/netfilter/probe.ts';
import { explainTarget } from '../kernel/netfilter/target/index.ts';
import type { Recording, Step } from '../kernel/recorder.ts';
import { isStep } from '../trace/types.ts';
import { walkAt, type ChainStep } from '../trace/walk.ts';
import type { ChainRef, NotAsked, RuleExplanation } from './rulesProtocol.ts';
import type { Run } from './run.ts';

export interface RuleQuestion extends ChainRef {
  readonly number: number;
  /** a step of the packet */
  readonly seq: number;
}

/** Answers for the walk through the rule's table that the step belongs to, or that is nearest to it on the packet's way. */
export function explainRule(run: Run, question: RuleQuestion): RuleExplanation {
  const { table, chain, number, seq } = question;
  const { recording } = run;
  const entry = recording.entries[seq];
  const refuse = (why: NotAsked): RuleExplanation => ({ table, chain, number, asked: false, why });
  if (!entry || !isStep(entry)) return refuse('not-asked');
  const walk = walkOf(recording, entry, question);
  const [first] = walk;
  const last = walk.at(-1);
  if (!first || !last) return refuse(isOfKnownFlow(recording, entry, question) ? 'nat-known' : 'not-asked');
  const heard: { exact?: Probe; latest?: Probe } = {};
  const hear = (trial: Trial): void => {
    if (trial.table !== table) return;
    const probe = { ...trial.probe, random: { ...trial.probe.random } };
    if (trial.chain === chain && trial.number === number) heard.exact ??= probe;
    heard.latest = probe;
  };
  return run.again({ from: first.seq, to: last.seq + 1 }, hear, (world) => {
    const rule = world.netns(entry.ns).state.rules[table]?.chains.get(chain)?.rules[number - 1];
    if (!rule) return refuse('no-such-rule');
    const probe = heard.exact ?? (heard.latest && undecided(heard.latest));
    assert(probe !== undefined, 'a walk that was played again tried nothing');
    const matched = walk.some((s) => s.event === 'rule' && s.chain === chain && s.number === number);
    return {
      table,
      chain,
      number,
      asked: true,
      hook: first.hook,
      text: rule.text,
      fate: matched ? 'matched' : heard.exact ? 'passed' : 'unreached',
      conditions: explainConditions(rule, { ...probe, rule: rule.id }),
      ...(rule.target === undefined ? {} : { target: explainTarget(rule.target) }),
    };
  });
}

/** What was drawn for one rule is not drawn for another. */
function undecided({ drawn: _drawn, ...probe }: Probe): Probe {
  return probe;
}

/**
 * The chain steps of the walk to ask: one that came through the rule's chain, else any through its table; of several the
 * step's own, else the last before it, else the first after it.
 */
function walkOf(recording: Recording, step: Step, { table, chain }: RuleQuestion): readonly ChainStep[] {
  const all = recording.entries.filter(
    (e): e is ChainStep => isStep(e) && e.kind === 'chain' && e.hop === step.hop && e.table === table,
  );
  const inChain = all.filter((other) => other.chain === chain);
  const candidates = inChain.length > 0 ? inChain : all;
  const own = walkAt(recording, step).find((other) => candidates.includes(other));
  const nearest = own ?? candidates.findLast(({ seq }) => seq <= step.seq) ?? candidates[0];
  return nearest ? walkAt(recording, nearest) : [];
}

/** nat's chains are asked for the first packet of a flow only. */
function isOfKnownFlow({ entries }: Recording, step: Step, { table }: RuleQuestion): boolean {
  if (table !== 'nat') return false;
  const found = entries.find((e) => isStep(e) && e.kind === 'conntrack' && e.hop === step.hop);
  return found !== undefined && isStep(found) && found.kind === 'conntrack' && found.action === 'found';
}
