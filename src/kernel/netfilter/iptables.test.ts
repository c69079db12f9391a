import { describe, expect, it } from 'vitest';
import { apply } from '../op.ts';
import { parseOp } from '../opText.ts';
import { createNetNs, type NetNs } from '../netns.ts';
import { BY_USER } from '../origin.ts';
import type { NetNsId, SimTime } from '../recorder.ts';
import { REFUSED, TAKEN } from './testing/measured.testing.ts';
import { iptablesSave } from './save.ts';

const SETS = ['ipset create s hash:ip', 'ipset create sn hash:net', 'ipset create sp hash:ip,port'];

function namespace(...commands: readonly string[]): NetNs {
  const ns = createNetNs('node' as NetNsId);
  for (const command of commands) expect([command, run(ns, command)]).toEqual([command, 'ok']);
  return ns;
}

/** What the command says: `ok`, or why not, with its line where that has one. */
function run(ns: NetNs, command: string): string {
  const op = parseOp(command);
  if (!op.ok) return op.error;
  const result = apply({ get: () => ns }, ns, op.value, { at: 0 as SimTime, origin: BY_USER });
  return result.ok ? 'ok' : result.text;
}

/** The rules alone. */
function rules(ns: NetNs): string[] {
  return iptablesSave(ns.state.rules)
    .split('\n')
    .filter((line) => line.startsWith('-A'));
}

describe('a rule', () => {
  it.each(TAKEN)('-t %s -A %s %s: is printed as iptables-save does', (table, chain, given, printed) => {
    const ns = namespace(...SETS, `iptables -t ${table} -A ${chain} ${given}`);
    expect(rules(ns)).toEqual([`-A ${chain} ${printed}`.trimEnd()]);
  });

  it.each(TAKEN)(
    '-t %s -A %s ... %4$s: what is printed is printed the same again',
    (table, chain, _given, printed) => {
      const ns = namespace(
        ...SETS,
        `iptables-restore <<'EOF'\n*${table}\n-A ${chain} ${printed}\nCOMMIT\nEOF`,
      );
      expect(rules(ns)).toEqual([`-A ${chain} ${printed}`.trimEnd()]);
    },
  );

  it.each(REFUSED)('-t %s -A %s %s: is refused in the words of iptables', (table, chain, given, words) => {
    const ns = namespace(...SETS);
    expect(run(ns, `iptables -t ${table} -A ${chain} ${given}`)).toBe(words);
    expect(ns.state.rules).toEqual({});
  });
});
