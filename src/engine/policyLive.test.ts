/** Policies while packets are on their way: each packet meets the rules of its moment, which are those behind kube-proxy's DNAT. */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { boardText } from '../kube/policy/board.testing.ts';
import { decodeColumns, EMPTY_RECORDING } from '../trace/columns.ts';
import { isStep, type Recording } from '../trace/types.ts';
import { Engine } from './engine.ts';
import { CELL } from './protocol.ts';

const DB = 'podSelector: { matchLabels: { app: db } }';
const FROM_API = `{ ${DB}, ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }] }`;
const DENY = `{ ${DB}, policyTypes: [Ingress] }`;
const API_TO_DB = { from: 'pod/shop/api', to: 'pod/shop/db:5432', protocol: 'tcp' } as const;

class Page {
  readonly #engine = new Engine();
  #revision = 0;
  recording: Recording = EMPTY_RECORDING;

  constructor(text: string) {
    const opened = this.#engine.handle('open', { text, revision: this.#revision });
    if (opened.status !== 'committed') throw new Error(JSON.stringify(opened.diagnostics));
    this.recording = decodeColumns(this.recording, opened.recording);
  }
  edit(text: string, atSeq?: number): void {
    this.#revision++;
    const at = atSeq === undefined ? {} : { atSeq };
    const applied = this.#engine.handle('apply', { text, revision: this.#revision, ...at });
    if (applied.status !== 'committed') throw new Error(JSON.stringify(applied.diagnostics));
    this.recording = decodeColumns(this.recording, applied.recording);
  }
  /** How an exchange ends. */
  send(request: { readonly from: string; readonly to: string; readonly protocol: 'tcp' | 'udp' }) {
    const sent = this.#engine.handle('send', request);
    if (sent.status !== 'sent') throw new Error(sent.message.id);
    this.recording = decodeColumns(this.recording, sent.recording);
    return this.recording.exchanges.at(-1)?.result;
  }
  /** What a command prints, in a terminal of a machine. */
  type(ns: string, line: string): readonly string[] {
    const result = this.#engine.handle('command', { ns, line });
    return result.status === 'said' ? result.said.lines : [result.status];
  }
  cell(from: string, to: string): number {
    const { subjects, cells } = this.#engine.handle('matrix', { atSeq: Number.MAX_SAFE_INTEGER });
    const index = (id: string): number => subjects.findIndex((subject) => subject.id === id);
    return cells[index(from) * subjects.length + index(to)] ?? 0;
  }
  /** TCP segments that a namespace took in or sent, in order, each with how many entries there are right after it. */
  segments(ns: string, kind: 'rx' | 'tx') {
    const { entries, frames } = this.recording;
    return entries.flatMap((entry, i) => {
      if (!isStep(entry) || entry.kind !== kind || entry.ns !== ns) return [];
      const payload = frames[entry.frame]?.payload;
      if (payload?.kind !== 'ipv4' || payload.payload.kind !== 'tcp') return [];
      return [{ seq: i + 1, bytes: payload.payload.data.length }];
    });
  }
}

const first = (list: ReturnType<Page['segments']>): number => must(list[0], 'a segment').seq;

describe('a policy that changes amid a connection', () => {
  it('refuses the packet that is in flight and has not come to the rules yet', () => {
    const page = new Page(boardText(FROM_API));
    expect(page.send(API_TO_DB)).toBe('connected');
    page.edit(boardText(DENY), first(page.segments('shop/api', 'tx')));
    expect(page.recording.exchanges.at(-1)?.result).toBe('refused');
    expect(page.segments('shop/db', 'rx')).toEqual([]);
  });

  it('leaves an established connection alone, whose question and answer still pass, and refuses the next', () => {
    const page = new Page(boardText(FROM_API));
    page.send(API_TO_DB);
    const handshake = first(page.segments('shop/api', 'rx'));
    page.edit(boardText(DENY), handshake);
    const later = (ns: string) => page.segments(ns, 'rx').filter(({ seq }) => seq > handshake);
    expect([later('shop/db'), later('shop/api')].map((list) => list.some(({ bytes }) => bytes > 0))).toEqual([
      true,
      true,
    ]);
    expect(page.recording.exchanges.at(-1)?.result).toBe('connected');
    expect(page.send(API_TO_DB)).toBe('refused');
  });

  it('is asked behind conntrack: what is known passes first', () => {
    const page = new Page(boardText(DENY));
    const common = page.type('node2', 'iptables -S KUBE-NWPLCY-COMMON');
    const [invalid, established] = common.slice(1);
    expect(invalid).toContain('--ctstate INVALID -j DROP');
    expect(established).toContain('--ctstate RELATED,ESTABLISHED -j ACCEPT');
  });
});

const API_SERVICE = `apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.7.7, selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }] }`;

describe('a ClusterIP', () => {
  const sent = (cidr: string): string | undefined => {
    const egress = `{ podSelector: { matchLabels: { app: api } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${cidr} } }] }] }`;
    const page = new Page(`${boardText(egress)}\n---\n${API_SERVICE}`);
    return page.send({ from: 'pod/shop/api', to: 'svc/shop/db:80', protocol: 'tcp' });
  };

  it('in an ipBlock of egress lets nothing out, because kube-proxy has put the pod’s address in its place', () => {
    expect(sent('10.96.0.0/12')).toBe('refused');
  });

  it('is reached where the block holds the pods behind it', () => {
    expect(sent('10.244.2.0/24')).toBe('connected');
  });
});

describe('FORWARD', () => {
  it('asks kube-router before flannel, whose ACCEPT would end the walk', () => {
    const page = new Page(boardText(DENY));
    const jumps = page
      .type('node2', 'iptables -S FORWARD')
      .flatMap((line) => /-j (\S+)/.exec(line)?.[1] ?? []);
    expect(jumps[0]).toBe('KUBE-ROUTER-FORWARD');
    expect(jumps).toContain('FLANNEL-FWD');
  });
});

describe('the profile spec', () => {
  const BOARD = 'apiVersion: flannelboard.dev/v1\nkind: Board\nspec: { policyController: spec }';

  it('says in the matrix what the API means, and writes no rule: the packet passes', () => {
    const page = new Page(`${boardText(DENY)}\n---\n${BOARD}`);
    expect(page.cell('pod/shop/api', 'pod/shop/db') & CELL.allowed).toBe(0);
    expect(
      page.type('node2', 'iptables -S').filter((line) => /KUBE-(ROUTER|NWPLCY|POD-FW)/.test(line)),
    ).toEqual([]);
    expect(page.send(API_TO_DB)).toBe('connected');
  });

  it('keeps to the text where kube-router departs from it', () => {
    // one policy for both directions: kube-router asks its ingress rule for egress, too
    const both = '{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}] }';
    const cellOf = (text: string) => new Page(text).cell('pod/shop/web', 'pod/shop/db') & CELL.allowed;
    expect(cellOf(boardText(both))).toBe(CELL.allowed);
    expect(cellOf(`${boardText(both)}\n---\n${BOARD}`)).toBe(0);
  });
});
