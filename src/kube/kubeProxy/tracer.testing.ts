/**
 * Follows a packet through kube-proxy's rules and gathers every answer that chance could give, as the tracer of upstream's own
 * tests does (data/kube-proxy/flows.json, meta.semantics).
 */
import { createRandom } from '../../lib/random.ts';
import { ipv4 } from '../../wire/address.ts';
import type { Packet } from '../../wire/frame.ts';
import { fits } from '../../kernel/netfilter/fit.ts';
import { NO_MEMORY, type Probe } from '../../kernel/netfilter/probe.ts';
import type { Rule, TableName } from '../../kernel/netfilter/rule.ts';
import type { NetNs } from '../../kernel/netns.ts';
import type { SimTime } from '../../kernel/recorder.ts';

export interface Traced {
  readonly outputs: readonly string[];
  readonly masq: boolean;
}

/** What a new connection, seen for the first time, never fits. */
const NEVER = new Set(['mark', 'conntrack', 'recent']);

function isNever({ matches }: Rule): boolean {
  return matches.some((m) => NEVER.has(m.match) && !(m.match === 'recent' && m.action === 'set'));
}

const ENDINGS = new Set<string>(['ACCEPT', 'DROP', 'REJECT']);

class Tracer {
  readonly outputs: string[] = [];
  masq = false;
  readonly #ns: NetNs;

  constructor(ns: NetNs) {
    this.#ns = ns;
  }

  /** @returns true when the packet's way ends here for certain */
  run(table: TableName, chain: string, packet: Packet): boolean {
    for (const rule of this.#ns.state.rules[table]?.chains.get(chain)?.rules ?? []) {
      const isLot = rule.matches.some(({ match }) => match === 'statistic');
      const certain = rule.matches.filter(({ match }) => match !== 'statistic' && match !== 'recent');
      if (isNever(rule) || !fits({ ...rule, matches: certain }, this.#probe(packet))) continue;
      if (this.#act(table, rule, packet) && !isLot) return true;
    }
    return false;
  }

  #act(table: TableName, { target, text }: Rule, packet: Packet): boolean {
    if (target === undefined) return false;
    if (target.target === 'jump') {
      if (target.chain !== 'KUBE-MARK-MASQ') return this.run(table, target.chain, packet);
      this.masq = true;
      return false;
    }
    if (target.target === 'DNAT') this.outputs.push(/--to-destination (\S+)/.exec(text)?.[1] ?? text);
    else if (ENDINGS.has(target.target)) this.outputs.push(target.target);
    else throw new Error(`the tracer does not know ${text}`);
    return true;
  }

  #probe(packet: Packet): Probe {
    return {
      hook: 'PREROUTING',
      packet,
      bridged: false,
      mark: 0,
      pkttype: 'host',
      ns: this.#ns,
      now: 0 as SimTime,
      random: createRandom(1),
      rule: 0,
      memory: NO_MEMORY,
    };
  }
}

const FILTER_CHAINS = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'];

/** nat PREROUTING, then the filter chains with the address that the first answer gave. */
export function trace(ns: NetNs, packet: Packet): Traced {
  const tracer = new Tracer(ns);
  tracer.run('nat', 'PREROUTING', packet);
  const [first] = tracer.outputs;
  const translated = first === undefined ? packet : { ...packet, dst: addressOf(first) };
  for (const chain of FILTER_CHAINS) tracer.run('filter', chain, translated);
  return { outputs: tracer.outputs, masq: tracer.masq };
}

function addressOf(text: string): Packet['dst'] {
  return ipv4(text.replace(/:\d+$/, ''));
}
