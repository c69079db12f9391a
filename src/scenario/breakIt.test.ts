/** Every broken board is broken where and why its text says, and its mend mends it. */
import { describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import type { ApplyResult, ExpectationResult } from '../engine/protocol.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import type { Recording } from '../trace/types.ts';
import { breakIt, type BreakItId, type Mend } from './breakIt.ts';
import { patched } from './derive.ts';

/** What fails while it is broken, by its ends: how it ends, who drops it and for what reason. */
const FAILS: Readonly<Record<BreakItId, Readonly<Record<string, string>>>> = {
  'firewall-8472': { 'web db:8080': 'timeout node2 NETFILTER_DROP' },
  'mtu-black-hole': { 'web db 1450': 'timeout node2 NOT_SPECIFIED' },
  'bridge-nf-off': { 'web 10.96.0.10:80': 'timeout shop/web NO_SOCKET' },
  'vtep-mac': {
    'web db': 'timeout node2 OTHERHOST',
    'db web': 'unreachable node2 NEIGH_FAILED',
  },
  'host-gw-router': {
    'web mail:8080': 'timeout rtr IP_INNOROUTES',
    'mail db:8080': 'timeout rtr IP_INNOROUTES',
  },
  'no-endpoints': {
    'web api:80': 'refused node1 NETFILTER_DROP',
    'client node1:30080': 'refused node1 NETFILTER_DROP',
  },
  'hairpin-off': { 'api api:80': 'timeout node2 NOT_SPECIFIED' },
  'client-ip-lost': { 'client node2:30080': 'refused shop/api NETFILTER_DROP' },
  'rule-order': { 'api api:80': 'timeout shop/api IP_LOCAL_SOURCE' },
  'names-forgotten': { 'web api.shop:80': 'refused node1 NETFILTER_DROP' },
  'no-pod-cidr': { 'web db:8080': 'send.waiting' },
  'same-public-ip': { 'web db:8080': 'timeout rtr IP_INNOROUTES' },
  'cni0-other-subnet': { 'web db:8080': 'send.waiting' },
  'ipam-leak': { 'web mail:8080': 'send.waiting' },
  'subnet-env-gone': { 'web db:8080': 'send.waiting' },
  'forward-drop': { 'web db:8080': 'timeout node1 NETFILTER_DROP' },
  'stale-lease': { 'web db:8080': 'timeout node1 NEIGH_FAILED' },
  'first-subnet': { 'db web:8080': 'unreachable node2 NEIGH_FAILED' },
  'direct-routing': { 'web db': 'replied' },
  'annotations-wiped': { 'web db:8080': 'timeout rtr IP_INNOROUTES' },
  'cni-not-initialised': { 'web db:8080': 'send.waiting' },
  'policy-ignored': { 'client web:8080': 'connected' },
  'policy-behind-flannel': { 'client web:8080': 'connected' },
  'dns-forgotten': { 'client coredns:53': 'refused node1 NETFILTER_DROP' },
};

function told(result: ExpectationResult): readonly [string, string] {
  const short = (end: string): string => end.replace(/^.*\//, '');
  const { from, to, size } = result;
  const ends = `${short(from)} ${short(to)}${size === undefined ? '' : ` ${size}`}`;
  if ('refusal' in result) return [ends, result.refusal.id];
  const { ended = '', why } = result;
  const place = why && 'ns' in why.sentence.params ? [why.sentence.params.ns] : [];
  return [ends, [ended, ...place, ...(why ? [why.reason] : [])].join(' ')];
}

class Page {
  readonly #engine = new Engine();
  #recording: Recording = EMPTY_RECORDING;

  constructor(text: string) {
    this.#take(this.#engine.handle('open', { text, revision: 1 }));
  }
  #take(result: ApplyResult): void {
    if (result.status === 'rejected') throw new Error(JSON.stringify(result.diagnostics));
    this.#recording = decodeColumns(this.#recording, result.recording);
  }
  failing(): Readonly<Record<string, string>> {
    const results = this.#engine.handle('expect', { atSeq: this.#recording.entries.length });
    return Object.fromEntries(results.filter(({ holds }) => !holds).map(told));
  }
  mend(text: string, mend: Mend): void {
    if ('edit' in mend) {
      this.#take(this.#engine.handle('apply', { text: patched(text, mend.edit), revision: 2 }));
      return;
    }
    for (const { on, line } of mend.run) {
      const result = this.#engine.handle('command', { ns: on, line });
      if (result.status !== 'changed' || result.said.failed) throw new Error(JSON.stringify(result));
      this.#recording = decodeColumns(this.#recording, result.recording);
    }
  }
}

describe.each(breakIt)('$id', ({ id, text, mend }) => {
  const page = new Page(text);

  it('is broken, there and for that reason', () => {
    expect(page.failing()).toEqual(FAILS[id]);
  });

  it('is whole once it is mended', () => {
    page.mend(text, mend);
    expect(page.failing()).toEqual({});
  });
});
