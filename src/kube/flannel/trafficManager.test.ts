import { describe, expect, it } from 'vitest';
import { Run } from '../../engine/run.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { Rig, rigCluster, SECOND } from './testing/rig.testing.ts';

const NAT = [
  '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
  '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
  '-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN',
  '-A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
  '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.1.0/24 -m comment --comment "flanneld masq" -j RETURN',
  '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
  '-A FLANNEL-POSTRTG ! -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
];
const FILTER = [
  '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD',
  '-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
  '-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
];
const THIRD = '-m comment --comment "third party rule" -j RETURN';

const ruled = (rig: Rig, table: 'nat' | 'filter'): readonly string[] =>
  rig.rules('node-b', table).filter((line) => line.startsWith('-A'));

describe("flanneld's rules", () => {
  it('are written at its start, each list behind its jump', () => {
    const rig = new Rig();
    expect(ruled(rig, 'nat')).toEqual(NAT);
    expect(ruled(rig, 'filter')).toEqual(FILTER);
  });

  it('are not written without --ip-masq and --iptables-forward-rules', () => {
    const rig = new Rig({ pods: false, flannel: { ipMasq: false, forwardRules: false } });
    expect([...ruled(rig, 'nat'), ...ruled(rig, 'filter')]).toEqual([]);
  });

  it('without --ip-masq leave masquerading to the bridge plugin, which does it pod by pod', () => {
    const rig = new Rig({ flannel: { ipMasq: false } });
    const jumps = ruled(rig, 'nat').filter((line) => line.startsWith('-A POSTROUTING'));
    expect(jumps.map((line) => line.split(' ')[3])).toEqual(['10.244.1.2/32', '10.244.1.3/32']);
    expect(rig.send('podb1', '203.0.113.50').result).toBe('replied');
  });

  it('give a pod the address of its node outside, and let it keep its own inside', () => {
    const rig = new Rig();
    const nat = (to: string): readonly string[] => {
      const from = rig.recording.entries.length;
      expect(rig.send('podb1', to).result).toBe('replied');
      return rig.recording.entries
        .slice(from)
        .flatMap((e) => (e.kind === 'nat' ? [`${e.ns} ${e.was} ${e.is}`] : []));
    };
    expect(nat('203.0.113.50')[0]).toMatch(/^node-b 10\.244\.1\.2 id \d+ 192\.168\.1\.11 id \d+$/);
    expect(nat('10.244.2.2')).toEqual([]);
  });

  it.each([
    ['iptables -t nat -D FLANNEL-POSTRTG 3', 'nat'],
    ['iptables -t nat -D POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG', 'nat'],
    ['iptables -D FLANNEL-FWD 1', 'filter'],
    ['iptables -F FLANNEL-FWD', 'filter'],
    ['iptables -F', 'filter'],
  ] as const)('are whole again within five seconds of %s, behind what others appended', (command, table) => {
    const rig = new Rig()
      .type('node-b', `iptables -t nat -A POSTROUTING ${THIRD}`)
      .type('node-b', `iptables -A FORWARD ${THIRD}`)
      .wait(1.69);
    rig.type('node-b', command);
    const broken = ruled(rig, table);
    const seconds = rig.until(() => ruled(rig, table).join() !== broken.join());
    expect(seconds).toBeCloseTo(3.31, 3);
    const [jump = '', ...chain] = table === 'nat' ? NAT : FILTER;
    const foreign = `-A ${table === 'nat' ? 'POSTROUTING' : 'FORWARD'} ${THIRD}`;
    expect(ruled(rig, table)).toEqual([...(command === 'iptables -F' ? [] : [foreign]), jump, ...chain]);
    // the other table was not touched
    expect(ruled(rig, table === 'nat' ? 'filter' : 'nat')[1]).toContain('third party rule');
    expect(rig.log('node-b')).toEqual([
      'Some iptables rules are missing; deleting and recreating rules',
      'bootstrap done',
    ]);
  });

  it('are missing and whole again at the same moments when the board is gone back in', () => {
    const run = new Run(rigCluster());
    const op = parseOp('iptables -D FLANNEL-FWD 1');
    if (!op.ok) throw new Error(op.error);
    const node = 'node-b' as NetNsId;
    run.give({ input: 'command', ns: node, op: op.value });
    const broken = run.recording.entries.length;
    run.give({ input: 'wait', after: 10 * SECOND });
    const whole = run.recording.entries.length;
    const count = (atSeq: number): number =>
      run.at(
        atSeq,
        (world) => world.netns(node).state.rules.filter?.chains.get('FLANNEL-FWD')?.rules.length ?? 0,
      );
    const told = [...run.recording.entries];
    expect([broken, whole, broken, whole].map(count)).toEqual([1, 2, 1, 2]);
    expect(run.recording.entries).toEqual(told);
  });

  it('that are all there cost no event and no line of the recording, however long one waits', () => {
    const rig = new Rig();
    const { events } = rig.world;
    const { length } = rig.recording.entries;
    rig.wait(3600);
    expect(rig.recording.entries).toHaveLength(length);
    // kube-proxy of three nodes looks for its canary every 30 s
    expect(rig.world.events - events).toBeLessThanOrEqual(360);
    expect(rig.now).toBe(3600 * SECOND);
  });
});
