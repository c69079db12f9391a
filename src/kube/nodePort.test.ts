/** A NodePort, told step by step: who translates what where, and which source address each place sees. */
import { describe, expect, it } from 'vitest';
import { isStep, type Recording } from '../trace/types.ts';
import { printIpv4 } from '../wire/address.ts';
import { ourTaps } from './testing/capture.testing.ts';
import { labNs } from './testing/lab.testing.ts';
import { yamlLab } from './testing/labYaml.testing.ts';
import { drops, play, warm, type Played } from './testing/natCases.testing.ts';

const CLIENT = '203.0.113.50';
const NODE2 = '192.168.0.12';
const POD = '10.244.1.2';

type Addresses = readonly [source: string, destination: string];

/** Source and destination of the SYN (or the SYN-ACK) on one side of a device, innermost packet; undefined: it is not seen there. */
function seen(recording: Recording, ns: string, dev: string, what: 'S' | 'SA' = 'S'): Addresses | undefined {
  const line = ourTaps(recording, ns).find((tap) => tap.startsWith(`${dev} `) && tap.includes(`[${what}]`));
  const [, source, destination] = /.* (\S+)>(\S+) ttl/.exec(line ?? '') ?? [];
  return source === undefined || destination === undefined ? undefined : [source, destination];
}

/** The translations of one node in their order: `dst 192.168.0.12:30083 -> 10.244.1.2:8080`, ports drawn by lot as `*`. */
function translations(recording: Recording, ns: string): readonly string[] {
  return recording.entries.flatMap((entry) => {
    if (!isStep(entry) || entry.kind !== 'nat' || entry.ns !== labNs(ns)) return [];
    return [`${entry.manip} ${entry.was} -> ${entry.is}`.replace(/:(?!8080|3008[13]\b)\d+/g, ':*')];
  });
}

/** The connection as a node's conntrack keeps it: what comes, and what the answer will look like. */
function tracked({ world }: Played, ns: string): readonly string[] {
  const entries = [...world.netns(labNs(ns)).state.conntrack.entries.values()];
  return entries
    .filter(({ original }) => original.dport === 30083)
    .map(({ original, reply }) =>
      [original, reply].map(({ src, dst }) => `${printIpv4(src)}>${printIpv4(dst)}`).join(', answered by '),
    );
}

describe('client -> node2:30083, whose only endpoint is a pod of node1', () => {
  it.each([
    { backend: 'host-gw', out: 'eth0', snat: NODE2 },
    { backend: 'vxlan with DirectRouting', out: 'eth0', snat: NODE2 },
    { backend: 'vxlan', out: 'flannel.1', snat: '10.244.2.0' },
    { backend: 'udp', out: 'flannel0', snat: '10.244.2.0' },
  ] as const)('$backend: six steps, and the source becomes the address of $out', ({ backend, out, snat }) => {
    const played = play(yamlLab(backend), { protocol: 'tcp', from: 'client', to: NODE2, dport: 30083 }, warm);
    const { recording, exchange } = played;

    // 1. the client dials node2, which has no pod of the Service
    expect(seen(recording, 'node2', 'eth0 in')).toEqual([CLIENT, NODE2]);

    // 2. node2 changes the destination first (PREROUTING), then, by the way out, the source (POSTROUTING)
    expect(translations(recording, 'node2').slice(0, 2)).toEqual([
      `dst ${NODE2}:30083 -> ${POD}:8080`,
      `src ${CLIENT}:* -> ${snat}:*`,
    ]);
    expect(seen(recording, 'node2', `${out} out`)).toEqual([snat, POD]);

    // 3. node1 hands it to the pod and translates nothing: the pod never hears of the client
    expect(translations(recording, 'node1')).toEqual([]);
    expect(seen(recording, 'pod1a', 'eth0 in')).toEqual([snat, POD]);

    // 4. the pod answers to whom it saw, and so to node2
    expect(seen(recording, 'pod1a', 'eth0 out', 'SA')).toEqual([POD, snat]);

    // 5. node2's conntrack knows the connection, and both translations are taken back
    expect(tracked(played, 'node2')).toEqual([`${CLIENT}>${NODE2}, answered by ${POD}>${snat}`]);
    expect(seen(recording, 'node2', `${out} in`, 'SA')).toEqual([POD, snat]);
    expect(seen(recording, 'node2', 'eth0 out', 'SA')).toEqual([NODE2, CLIENT]);

    // 6. the client hears from whom it dialled
    expect(seen(recording, 'client', 'eth0 in', 'SA')).toEqual([NODE2, CLIENT]);
    expect(exchange.result).toBe('connected');
  });
});

describe('client -> node1:30083, whose endpoint is a pod of node1 itself', () => {
  it.each(['host-gw', 'vxlan with DirectRouting', 'vxlan', 'udp'] as const)(
    '%s: the pod sees the address of cni0, whatever the backend',
    (backend) => {
      const dialled = { protocol: 'tcp', from: 'client', to: '192.168.0.11', dport: 30083 } as const;
      const { recording, exchange } = play(yamlLab(backend), dialled, warm);
      expect(seen(recording, 'pod1a', 'eth0 in')).toEqual(['10.244.1.1', POD]);
      expect(exchange.result).toBe('connected');
    },
  );
});

describe('externalTrafficPolicy: Local', () => {
  const dial = (to: string): Played =>
    play(yamlLab(), { protocol: 'tcp', from: 'client', to, dport: 30081 }, warm);

  it('on the node of the endpoint the source is kept: only the destination is translated, and the pod sees the client', () => {
    const { recording, exchange } = dial('192.168.0.11');
    expect(exchange.result).toBe('connected');
    expect(translations(recording, 'node1')[0]).toBe(`dst 192.168.0.11:30081 -> ${POD}:8080`);
    expect(translations(recording, 'node1').filter((line) => line.startsWith(`src ${CLIENT}`))).toEqual([]);
    expect(seen(recording, 'pod1a', 'eth0 in')).toEqual([CLIENT, POD]);
  });

  it('on a node without one it is dropped, and the client hears nothing', () => {
    const { recording, exchange } = dial(NODE2);
    expect(exchange.result).toBe('timeout');
    expect(drops(recording)[0]).toBe('NETFILTER_DROP');
    expect(seen(recording, 'pod1a', 'eth0 in')).toBeUndefined();
    const rule = recording.entries.find((e) => isStep(e) && e.kind === 'chain' && e.verdict === 'DROP');
    expect(JSON.stringify(rule)).toContain('lab/local has no local endpoints');
  });
});
