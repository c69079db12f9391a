/**
 * facts/kernel.md section 4 from YAML: kube-proxy writes the rules for the Services of the lab, nobody writes one by hand, and
 * the frames are those of the captures of the real kernel.
 */
import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { isStep, type Recording } from '../trace/types.ts';
import { endpointChain, portName, serviceHash } from './kubeProxy/names.ts';
import { ourTaps, readCapture } from './testing/capture.testing.ts';
import { labNs } from './testing/lab.testing.ts';
import { yamlLab } from './testing/labYaml.testing.ts';
import {
  CASES,
  command,
  drops,
  far,
  LOST,
  opening,
  ourWalk,
  play,
  seenBy,
  SEEN,
  sides,
  traced,
  tracedWalk,
  warm,
} from './testing/natCases.testing.ts';

/** Cases about rules of a policy controller, which no Service has. */
const isPolicy = ({ capture }: { readonly capture: string }): boolean => capture.startsWith('policy-');

/** The chains of the lab's hand-written rules, by the names that kube-proxy makes of namespace, Service and port. */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['WEB', 'web', '', 'tcp'],
      ['LOCAL', 'local', '', 'tcp'],
      ['FAR', 'far', 'http', 'tcp'],
      ['FARDNS', 'far', 'dns', 'udp'],
    ] as const
  ).flatMap(([short, name, port, protocol]) => {
    const full = portName('lab', name, port);
    const hash = serviceHash(full, protocol);
    const endpoint = endpointChain(full, protocol, `10.244.1.2:${protocol === 'udp' ? 5353 : 8080}`);
    return [
      ...['SVC', 'SVL', 'EXT'].map((kind) => [`KUBE-${kind}-${hash}`, `KUBE-${kind}-${short}`] as const),
      [endpoint, `KUBE-SEP-${short}1`] as const,
    ];
  }),
);

/**
 * What a walk says of Services: every step in kube-proxy's own chains of nat, and every rule of its filter chains. In the base
 * chains kube-proxy puts its jumps first, and so in another order than the lab's text; flanneld's chains are not its affair.
 */
function ofServices(walk: readonly string[]): readonly string[] {
  return walk
    .map((step) => step.replace(/KUBE-(SVC|SVL|EXT|SEP)-\w{16}/, (name) => must(NAMES[name], name)))
    .filter((step) => /^(nat:KUBE-|filter:KUBE-[A-Z]+(-[A-Z]+)?:rule:)/.test(step));
}

/** Who masquerades: the machine, the chain, and who wrote the rule. */
function masquerades(recording: Recording): readonly string[] {
  return recording.entries.flatMap((e) =>
    isStep(e) && e.kind === 'chain' && e.verdict === 'MASQUERADE'
      ? [`${e.ns} ${e.chain} ${e.row?.origin.by ?? ''}`]
      : [],
  );
}

describe('frames of the capture, by rules that kube-proxy wrote', () => {
  it.each(CASES.filter((c) => !isPolicy(c)))(
    '$capture: $what',
    ({ capture, sent, namespaces, result, backend, prepare, walks = [] }) => {
      const { recording, exchange } = play(yamlLab(backend), { protocol: 'tcp', ...sent }, (world) => {
        warm(world);
        prepare?.(world);
        if (walks.length > 0) traced(world);
      });
      const [ours, theirs] = sides(recording, readCapture(capture), namespaces);
      expect(ours).toEqual(theirs);
      expect(exchange.result).toBe(result);
      for (const ns of walks) {
        const walk = ofServices(ourWalk(recording, ns));
        expect(walk, ns).toEqual(ofServices(tracedWalk(capture, ns)));
      }
    },
  );

  it.each(LOST.filter((c) => !isPolicy(c)))(
    '$capture: lost where the kernel loses it',
    ({ capture, sent, namespaces, prepare }) => {
      const { recording, exchange } = play(yamlLab(), { protocol: 'tcp', ...sent }, (world) => {
        warm(world);
        prepare?.(world);
      });
      for (const ns of namespaces) {
        const theirs = opening(readCapture(capture).taps(ns));
        expect(opening(ourTaps(recording, ns)).slice(0, theirs.length), ns).toEqual(theirs);
      }
      expect(exchange.result).toBe('timeout');
      expect(drops(recording)[0]).toBe(readCapture(capture).drops[0]);
    },
  );

  it.each(SEEN)('$what', ({ sent, source }) => {
    const { recording, exchange } = play(yamlLab(), { protocol: 'tcp', ...sent }, warm);
    expect(exchange.result).toBe('connected');
    expect(seenBy(recording, 'pod1a')).toBe(source);
  });

  it('a pod that pings outside leaves with the address of its node, by the rule of flanneld', () => {
    const { recording, exchange } = play(
      yamlLab(),
      { protocol: 'icmp', from: 'pod1a', to: '203.0.113.50' },
      warm,
    );
    const namespaces = ['pod1a', 'node1', 'rtr', 'client'];
    const [ours, theirs] = sides(recording, readCapture('masq-external'), namespaces);
    expect(ours).toEqual(theirs);
    expect(exchange.result).toBe('replied');
    expect(masquerades(recording)).toEqual(['node1 FLANNEL-POSTRTG flanneld']);
  });

  it('a pod to another node leaves with the address of its own node, TTL 63, by the rule of flanneld', () => {
    const { recording, exchange } = play(
      yamlLab(),
      { protocol: 'icmp', from: 'pod1a', to: '192.168.0.12' },
      warm,
    );
    expect(exchange.result).toBe('replied');
    expect(ourTaps(recording, 'node1').find((line) => line.startsWith('eth0 out'))).toMatch(
      /192\.168\.0\.11>192\.168\.0\.12 ttl=63/,
    );
    expect(masquerades(recording)).toEqual(['node1 FLANNEL-POSTRTG flanneld']);
  });

  it('a pod to its own node is translated by no rule, and hears TTL 64', () => {
    const { recording, exchange } = play(
      yamlLab(),
      { protocol: 'icmp', from: 'pod1a', to: '192.168.0.11' },
      warm,
    );
    expect(exchange.output.at(-1)).toContain('ttl=64');
    expect(masquerades(recording)).toEqual([]);
    expect(recording.entries.some((e) => isStep(e) && e.kind === 'nat')).toBe(false);
  });

  it('a node without any route to the Service range fails before the rules of the Service are asked', () => {
    const world = yamlLab();
    const sent = { protocol: 'tcp', from: 'node2', ...far } as const;
    // with its default route it gets through, so the rules are there
    expect(play(world, sent, warm).exchange.result).toBe('connected');
    const { recording, exchange } = play(world, sent, () => command(world, 'node2', 'ip route del default'));
    expect(exchange.result).toBe('no-route');
    expect(exchange.output).toEqual(['connect to 10.96.0.40:80: Network is unreachable']);
    expect(recording.entries.filter(isStep)).toEqual([]);
  });

  it('the whole kube-proxy rule set is its own: nobody else has written a rule into its chains', () => {
    const world = yamlLab();
    const { rules } = world.netns(labNs('node1')).state;
    const chains = [...(rules.nat?.chains.values() ?? []), ...(rules.filter?.chains.values() ?? [])];
    const own = chains.filter(({ name }) => name.startsWith('KUBE-'));
    expect(own.length).toBeGreaterThan(20);
    expect(new Set(own.flatMap((chain) => chain.rules.map(({ origin }) => origin.by)))).toEqual(
      new Set(['kube-proxy']),
    );
  });
});
