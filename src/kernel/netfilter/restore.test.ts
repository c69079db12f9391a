import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply, type OpResult } from '../op.ts';
import { createNetNs, type NetNs } from '../netns.ts';
import { BY_USER } from '../origin.ts';
import type { NetNsId, SimTime } from '../recorder.ts';
import { WRONG_TEXTS } from './testing/wrongTexts.testing.ts';
import type { TableName } from './rule.ts';
import { iptablesSave, saveTable } from './save.ts';

interface Options {
  readonly noflush?: boolean;
  readonly counters?: boolean;
}

function restore(ns: NetNs, text: string, { noflush = false, counters = false }: Options = {}): OpResult {
  const op = { op: 'iptables-restore', text, noflush, counters, test: false } as const;
  return apply({ get: () => ns }, ns, op, { at: 0 as SimTime, origin: BY_USER });
}

function restored(text: string, options?: Options): NetNs {
  const ns = createNetNs('node' as NetNsId);
  expect(restore(ns, text, options)).toMatchObject({ ok: true });
  return ns;
}

/** Why the text is refused, and at which line. */
function refused(
  ns: NetNs,
  text: string,
  options?: Options,
): { readonly text: string; readonly line?: number } {
  const result = restore(ns, text, options);
  return result.ok
    ? { text: 'ok' }
    : { text: result.text, ...(result.line === undefined ? {} : { line: result.line }) };
}

function save(ns: NetNs): string {
  return iptablesSave(ns.state.rules);
}

const fixture = (name: string): string => readFileSync(new URL(`./testing/${name}`, import.meta.url), 'utf8');

describe('iptables-restore', () => {
  it.each(['lab-node1', 'lab-node2'])('%s: is saved as Linux saved it', (node) => {
    const ns = restored(fixture(`${node}.rules.txt`));
    expect(save(ns)).toBe(fixture(`${node}.save.txt`));
  });

  it.each(['lab-node1', 'lab-node2'])('%s: what was saved is restored to the same', (node) => {
    expect(save(restored(fixture(`${node}.save.txt`)))).toBe(fixture(`${node}.save.txt`));
  });

  it.each(WRONG_TEXTS)('%s %j: is refused in the words of iptables-restore', (options, text, words) => {
    const ns = createNetNs('node' as NetNsId);
    const said = refused(ns, text, { counters: options === '-c', noflush: options === '--noflush' }).text;
    expect(said.replaceAll(/\n+/g, '\n')).toBe(words);
  });

  it('a text that is refused leaves its own table as it was, and tables before it committed', () => {
    const ns = restored('*nat\n:A -\nCOMMIT\n');
    const result = restore(ns, '*filter\n:B - [0:0]\nCOMMIT\n*nat\n-A NOPE -j ACCEPT\nCOMMIT\n', {
      noflush: true,
    });
    expect(result).toMatchObject({
      ok: false,
      line: 5,
      text: 'iptables-restore: line 5 failed: No chain/target/match by that name.',
      changes: [{ table: 'rule', op: 'add', line: '-t filter -N B' }],
    });
    expect(save(ns)).toContain(':B - [0:0]');
    expect(save(ns)).toContain(':A - [0:0]');
  });

  it('names the line that jumps to a chain that is missing, where Linux names the COMMIT', () => {
    const ns = createNetNs('node' as NetNsId);
    expect(refused(ns, '*filter\n-A INPUT -j ACCEPT\n-A INPUT -j B\n-A INPUT -j ACCEPT\nCOMMIT\n')).toEqual({
      text: "iptables-restore v1.8.9 (nf_tables): Chain 'B' does not exist\nError occurred at line: 5",
      line: 3,
    });
  });

  it('says of a loop that a base chain leads to which line closes it', () => {
    const ns = createNetNs('node' as NetNsId);
    const text =
      '*filter\n:A -\n:B -\n-A INPUT -j A\n-A A -j B\n-A A -j ACCEPT\n-A B -j A\n-A B -j DROP\nCOMMIT\n';
    expect(refused(ns, text)).toEqual({
      text: 'iptables-restore v1.8.9 (nf_tables): \nline 7: RULE_APPEND failed (Too many links): rule in chain B',
      line: 7,
    });
    expect(ns.state.rules).toEqual({});
  });

  it.each([
    [15, 'ok'],
    [
      16,
      'iptables-restore v1.8.9 (nf_tables): \nline 33: RULE_APPEND failed (Too many links): rule in chain C15',
    ],
  ])('%i chains one below the other: %s', (depth, words) => {
    const numbers = Array.from({ length: depth }, (_unused, i) => i + 1);
    const chains = numbers.map((n) => `:C${n} -\n`).join('');
    const jumps = numbers.map((n) => `-A ${n === 1 ? 'INPUT' : `C${n - 1}`} -j C${n}\n`).join('');
    expect(refused(createNetNs('node' as NetNsId), `*filter\n${chains}${jumps}COMMIT\n`).text).toBe(words);
  });

  it('without --noflush takes out what was there, policies and counters too', () => {
    const ns = restored('*filter\n:INPUT DROP [5:6]\n[1:2] -A INPUT -j ACCEPT\nCOMMIT\n', { counters: true });
    expect(iptablesSave(ns.state.rules, { counters: ns.state.counters })).toContain(
      ':INPUT DROP [5:6]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[1:2] -A INPUT -j ACCEPT\n',
    );
    restore(ns, '*filter\n:FORWARD DROP\nCOMMIT\n');
    expect(save(ns)).toBe(
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
    );
    expect(ns.state.counters.size).toBe(0);
  });

  it('with --noflush a chain that is declared is emptied, and others stay', () => {
    const ns = restored('*filter\n:A -\n:B -\n-A A -j ACCEPT\n-A B -j DROP\nCOMMIT\n');
    restore(ns, '*filter\n:A -\n-A A -j RETURN\nCOMMIT\n', { noflush: true });
    expect(save(ns)).toContain('-A A -j RETURN\n-A B -j DROP\nCOMMIT\n');
    expect(save(ns)).not.toContain('-A A -j ACCEPT');
  });

  it('a chain written again word for word is the same value, and its counters begin anew', () => {
    const text = '*filter\n:A -\n[7:8] -A A -j ACCEPT\nCOMMIT\n';
    const ns = restored(text, { counters: true });
    const before = ns.state.rules.filter?.chains.get('A');
    expect(restore(ns, text.replace('[7:8] ', ''), { noflush: true })).toEqual({ ok: true, changes: [] });
    expect(ns.state.rules.filter?.chains.get('A')).toBe(before);
    expect(ns.state.counters.size).toBe(0);
  });

  it('tells the rules that came and went', () => {
    const ns = restored('*filter\n:A -\n-A A -j ACCEPT\n-A A -s 10.0.0.1/32 -j DROP\nCOMMIT\n');
    const result = restore(ns, '*filter\n:A -\n-A A -j ACCEPT\n-A A -s 10.0.0.2/32 -j DROP\nCOMMIT\n', {
      noflush: true,
    });
    expect(result).toMatchObject({
      ok: true,
      changes: [
        { table: 'rule', op: 'delete', line: '-t filter -A A -s 10.0.0.1/32 -j DROP' },
        { table: 'rule', op: 'add', line: '-t filter -A A -s 10.0.0.2/32 -j DROP' },
      ],
    });
  });

  it('a million rules are refused at the line that is one too many, before any is read', () => {
    const ns = createNetNs('node' as NetNsId);
    const text = `*filter\n${'-A INPUT -s 10.0.0.1 -j DROP\n'.repeat(1_000_000)}COMMIT\n`;
    expect(refused(ns, text)).toEqual({
      text: 'iptables-restore: line 250002: a board takes no more than 250000 rules at once',
      line: 250_002,
    });
    expect(ns.state.rules).toEqual({});
  });

  it('lines that end as on Windows are not those of a table', () => {
    const said = refused(createNetNs('node' as NetNsId), '*filter\r\nCOMMIT\r\n').text;
    expect(said).toBe(
      "iptables-restore v1.8.9 (nf_tables): iptables-restore: line 1 table name 'filter\r' invalid\nError occurred at line: 1",
    );
  });

  it('a comment `# for:` says whom the rules below it are for', () => {
    const ns = restored(
      '*filter\n# for: Service/shop/web spec.ports[0]\n-A INPUT -j DROP\n# for:\n-A INPUT -j ACCEPT\nCOMMIT\n',
    );
    expect(ns.state.rules.filter?.chains.get('INPUT')?.rules.map(({ origin }) => origin)).toEqual([
      { by: 'user', object: { kind: 'Service', namespace: 'shop', name: 'web', path: 'spec.ports[0]' } },
      BY_USER,
    ]);
  });
});

interface Dump {
  readonly id: string;
  /** one of a run of partial syncs, each on top of the one before */
  readonly stage: boolean;
  readonly restoreInput?: string;
  readonly iptablesSave?: string;
}

function dumpsIn(value: unknown, found: Dump[] = []): readonly Dump[] {
  if (typeof value !== 'object' || value === null) return found;
  if ('iptablesSave' in value && typeof value.iptablesSave === 'string') {
    found.push({
      id: 'id' in value && typeof value.id === 'string' ? value.id : `stage ${found.length + 1}`,
      stage: !('id' in value),
      iptablesSave: value.iptablesSave,
      ...('restoreInput' in value && typeof value.restoreInput === 'string'
        ? { restoreInput: value.restoreInput }
        : {}),
    });
  }
  for (const inner of Object.values(value)) dumpsIn(inner, found);
  return found;
}

const file = new URL('../../../../shared/data/kube-proxy/real-dumps.json', import.meta.url);
const dumps = existsSync(file) ? dumpsIn(JSON.parse(readFileSync(file, 'utf8'))) : [];

/** Tables as the text has them, in its own order. */
function saveLike(text: string, ns: NetNs): string {
  const names = [...text.matchAll(/^\*(\w+)/gm)].map(([, name]) => name ?? '') as TableName[];
  return names
    .flatMap((name) => {
      const table = ns.state.rules[name];
      return table === undefined ? [] : saveTable(name, table);
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Dumps of ip6tables: the board is IPv4, so their first IPv6 line is refused as iptables-restore refuses it. */
const isIpv6 = ({ id }: Dump): boolean => /ipv6/i.test(id);

describe.skipIf(dumps.length === 0)("kube-proxy's own dumps (skipped where ../shared is not there)", () => {
  it.each(dumps.filter((dump) => !isIpv6(dump)))(
    '$id: what iptables-save printed is printed again',
    ({ iptablesSave: text = '' }) => {
      const ns = restored(text.endsWith('\n') ? text : `${text}\n`);
      expect(saveLike(text, ns).trimEnd()).toBe(text.trimEnd());
    },
  );

  it.each(dumps.filter(isIpv6))(
    '$id: is of ip6tables, and refused as such',
    ({ iptablesSave: text = '' }) => {
      const said = refused(createNetNs('node' as NetNsId), text).text;
      expect(said).toMatch(
        /host\/network `[0-9a-f:]+' not found|unknown reject type "icmp6-port-unreachable"/,
      );
    },
  );

  it.each(dumps.filter((dump) => !dump.stage && !isIpv6(dump)))(
    '$id: the rules kube-proxy wrote are saved as iptables-save printed them',
    ({ restoreInput = '', iptablesSave: text = '' }) => {
      const ns = restored(restoreInput, { noflush: true });
      expect(kubeRules(saveLike(text, ns))).toEqual(kubeRules(text));
    },
  );

  it('a run of partial syncs leaves at each stage what iptables-save printed then', () => {
    const ns = createNetNs('node' as NetNsId);
    const stages = dumps.filter((dump) => dump.stage);
    expect(stages.length).toBeGreaterThan(5);
    for (const { restoreInput = '', iptablesSave: text = '' } of stages) {
      expect(restore(ns, restoreInput, { noflush: true })).toMatchObject({ ok: true });
      expect(kubeRules(saveLike(text, ns))).toEqual(kubeRules(text));
    }
  });
});

/** The rules kube-proxy keeps in its own chains, not the jumps to them. */
function kubeRules(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('-A KUBE-'));
}
