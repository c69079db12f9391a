import { describe, expect, it } from 'vitest';
import type { TraceJson } from '../trace/json.ts';
import { compareRuns } from '../../e2e/kernel/compare.ts';
import { refusalOfLegacy } from '../../e2e/kernel/normalise.ts';

/** A masqueraded datagram and its answer, which names the port drawn; one run each. */
function run(port: number, length: number): readonly TraceJson[] {
  const ip = { src: '10.244.3.2', dst: '192.168.0.12', ttl: 63, len: length, df: true };
  const orig = { proto: 'udp', src: '10.244.2.0', sport: 41002, dst: '10.244.3.2', dport: 53 };
  const reply = { proto: 'udp', src: '10.244.3.2', sport: 53, dst: '192.168.0.12', dport: port };
  const frame = { dev: 'eth0', dir: 'in' as const, layers: [{ ip }, { udp: { sport: 53, dport: port } }] };
  return [
    { result: 'reply', frames: { n2: [frame] }, rules: {}, conntrack: { n2: [{ orig, reply }] }, drops: {} },
  ];
}

describe('a port that was drawn', () => {
  it('makes the answer that names it as long as it has digits, which is no difference', () => {
    expect(compareRuns(run(9999, 53), run(10000, 54))).toBeUndefined();
  });

  it('hides no other difference in length', () => {
    expect(compareRuns(run(9999, 53), run(10000, 55))?.difference).toContain('n2, frame 1');
  });
});

describe('a rule that is to be deleted and is not there', () => {
  const BAD = 'iptables: Bad rule (does a matching rule exist in that chain?).';
  const NONE = 'iptables: No chain/target/match by that name.';

  it.each([
    ['iptables -D FORWARD -p tcp -m tcp --dport 3 -j RETURN', BAD],
    ['iptables -D FORWARD -s 10.0.0.0/8', BAD],
    ['iptables -t nat -D DOCKER -p tcp -m tcp --dport 3 -j DNAT --to-destination 1.2.3.4:5', NONE],
    ['iptables -D FORWARD -j DOCKER-USER', NONE],
  ])('%s: iptables-legacy says %s', (command, said) => {
    expect(refusalOfLegacy(command, BAD)).toBe(said);
  });

  it('is the only refusal that the two say otherwise', () => {
    expect(refusalOfLegacy('iptables -A FORWARD -j NOPE', NONE)).toBe(NONE);
  });
});
