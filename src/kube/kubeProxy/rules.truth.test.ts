/** Our rules against upstream's golden dumps, and against what the real kube-proxy wrote into a real kernel. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { saveTable } from '../../kernel/netfilter/save.ts';
import type { NetNs } from '../../kernel/netns.ts';
import { probability } from './policyChains.ts';
import { JUMPS } from './staticRules.ts';
import type { ProxyNode } from './options.ts';
import { NOTHING_WRITTEN, sync } from './sync.ts';
import {
  configSchema,
  GOLDEN_CONFIG,
  mapOf,
  nodeOf,
  objectsSchema,
  readData,
  SyncedNode,
  type UpstreamObjects,
} from './upstream.testing.ts';

const goldenSchema = v.object({
  goldens: v.array(
    v.looseObject({
      testName: v.string(),
      proxier: v.string(),
      stage: v.nullish(v.string()),
      scope: v.string(),
      partial: v.optional(v.boolean()),
      objects: v.unknown(),
      expectedRules: v.unknown(),
    }),
  ),
});

const dumpSchema = v.object({ restoreInput: v.string(), iptablesSave: v.string() });
const realSchema = v.object({
  builtInJumpCommandsInOrder: v.array(v.string()),
  flowTestDumps: v.array(v.object({ id: v.string(), step: v.string(), ...dumpSchema.entries })),
  partialSyncSequence: v.object({ steps: v.array(v.object({ name: v.string(), ...dumpSchema.entries })) }),
  scenarios: v.array(
    v.object({ id: v.string(), config: configSchema, ...objectsSchema.entries, ...dumpSchema.entries }),
  ),
});
const flowsSchema = v.object({
  tests: v.array(
    v.looseObject({ id: v.string(), proxier: v.string(), config: v.unknown(), steps: v.unknown() }),
  ),
});
const stepsSchema = v.array(v.object({ name: v.string(), ...objectsSchema.entries }));

const goldens = (readData('golden.json', goldenSchema)?.goldens ?? []).filter(
  (g) => g.proxier === 'iptables',
);
const real = readData('real-dumps.json', realSchema);
const flows = readData('flows.json', flowsSchema);

/** Where we differ from a text and mean it; every difference has its line here. */
const ACCEPTED: readonly (readonly [why: string, was: RegExp, is: string])[] = [
  ['the unit tests of upstream leave the mark unpadded; the program pads it', /0x00004000/g, '0x4000'],
  ['the unit tests of upstream run with an iptables without --random-fully', / --random-fully/g, ''],
  ['who a rule is for is said in a comment line', /^# for:.*\n/gm, ''],
];

const normalised = (text: string): string =>
  ACCEPTED.reduce((now, [, was, is]) => now.replaceAll(was, is), text);

/** Go's maps have no order: in the chains that all Services share, rules are compared as a set. */
const SHARED = /^KUBE-(SERVICES|NODEPORTS|EXTERNAL-SERVICES|PROXY-FIREWALL)$/;

/** Table by table, the chains by name and the rules of each. */
function chainsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const chains: Record<string, string[]> = {};
  let table = '';
  for (const line of text.split('\n')) {
    const chain = /^(?::|-[AX] )(\S+)/.exec(line)?.[1] ?? '';
    const place = `${table} ${chain}`;
    if (line.startsWith('*')) table = line.slice(1);
    else if (line.startsWith(':')) chains[place] ??= [];
    else if (line.startsWith('-')) (chains[place] ??= []).push(line);
  }
  for (const [place, rules] of Object.entries(chains))
    if (SHARED.test(place.split(' ')[1] ?? '')) rules.sort();
  return chains;
}

function saved(ns: NetNs): string {
  const { filter, nat } = ns.state.rules;
  return [...(filter ? saveTable('filter', filter) : []), ...(nat ? saveTable('nat', nat) : [])].join('\n');
}

const onlyKube = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^(\*|[:]KUBE-|-A KUBE-)/.test(line))
    .join('\n');

const fullDumps = goldens.filter(({ scope }) => scope.startsWith('full'));
const objectsOf = (value: unknown): UpstreamObjects => v.parse(objectsSchema, value);

/** The text of a full sync. */
function written(objects: UpstreamObjects, node: ProxyNode): string {
  return sync({ map: mapOf(objects), node, written: NOTHING_WRITTEN, full: true, existing: [] }).text;
}

describe.skipIf(goldens.length === 0)("upstream's goldens (skipped where ../shared is not there)", () => {
  it.each(fullDumps.filter(({ stage }) => !stage))('$testName', ({ objects, expectedRules }) => {
    const text = written(objectsOf(objects), nodeOf(GOLDEN_CONFIG, { nfacct: true }));
    expect(chainsOf(normalised(text))).toEqual(chainsOf(v.parse(v.string(), expectedRules)));
  });

  it('TestSyncProxyRulesRepeated: nine syncs, each writing no more than it must', () => {
    const stages = fullDumps.filter(({ stage }) => stage);
    expect(stages).toHaveLength(9);
    const node = new SyncedNode(nodeOf(GOLDEN_CONFIG));
    for (const { stage, partial, objects, expectedRules } of stages) {
      const { text } = node.sync(mapOf(objectsOf(objects)), partial !== true);
      // upstream's test runs with counters, which our kernel would refuse
      const expected = v.parse(v.string(), expectedRules).replaceAll(/ -m nfacct --nfacct-name \S+/g, '');
      expect(chainsOf(normalised(text)), stage ?? '').toEqual(chainsOf(expected));
    }
  });

  it('TestComputeProbability', () => {
    const golden = goldens.find(({ testName }) => testName === 'TestComputeProbability');
    const table: unknown = JSON.parse(v.parse(v.string(), golden?.expectedRules));
    for (const [n, text] of Object.entries(v.parse(v.record(v.string(), v.string()), table)))
      expect(probability(Number(n))).toBe(text);
  });

  it.each(
    goldens.filter(
      ({ testName, stage }) =>
        ['TestMasqueradeRule', 'TestDropInvalidRule', 'TestNodePorts'].includes(testName) &&
        stage !== 'randomFully false',
    ),
  )('$testName, $stage', ({ stage, scope, expectedRules }) => {
    const node = {
      ...nodeOf(GOLDEN_CONFIG, { nfacct: stage === 'tcpLiberal false, nfacct' }),
      tcpBeLiberal: stage === 'tcpLiberal true',
    };
    const text = written({ services: [], endpointSlices: [] }, node).replaceAll('0x00004000', '0x4000');
    const place = scope.replace(/^chain (\w+)\//, '$1 ');
    expect(chainsOf(text)[place]).toEqual(v.parse(v.string(), expectedRules).trimEnd().split('\n'));
  });

  it('TestSyncProxyRulesLargeClusterMode: above 1,000 endpoints the rules of one endpoint have no comment', () => {
    const objects = (count: number) =>
      objectsOf({
        services: [
          {
            metadata: { namespace: 'ns1', name: 'svc1' },
            spec: { clusterIP: '172.30.0.41', ports: [{ name: 'p80', port: 80 }] },
          },
        ],
        endpointSlices: [
          {
            metadata: { namespace: 'ns1', name: 'svc1-1', labels: { 'kubernetes.io/service-name': 'svc1' } },
            addressType: 'IPv4',
            ports: [{ name: 'p80', port: 80 }],
            endpoints: Array.from({ length: count }, (_, i) => ({
              addresses: [`10.0.${Math.floor(i / 256)}.${i % 256}`],
            })),
          },
        ],
      });
    for (const [count, stage] of [
      [998, '998 endpoints (<=1000): comment kept'],
      [1001, '1001 endpoints (>1000): comment dropped'],
    ] as const) {
      const golden = goldens.find((g) => g.stage === stage);
      const [expected] = v.parse(v.string(), golden?.expectedRules).split('\n');
      expect(written(objects(count), nodeOf(GOLDEN_CONFIG)).split('\n')).toContain(expected);
    }
  });
});

describe.skipIf(!real)('what the real kube-proxy wrote (skipped where ../shared is not there)', () => {
  it('the jumps of the built-in chains, in its order', () => {
    const node = new SyncedNode(nodeOf(GOLDEN_CONFIG));
    expect(JUMPS.map(({ table, from, to, match }) => `-t ${table} -I ${from} ${match} -j ${to}`)).toEqual(
      real?.builtInJumpCommandsInOrder.map(asCommand),
    );
    const jumps = chainsOf(onlyBuiltIn(saved(node.ns)));
    const scenario = chainsOf(onlyBuiltIn(real?.scenarios[0]?.iptablesSave ?? ''));
    expect(jumps).toEqual(scenario);
  });

  it.each(real?.scenarios ?? [])(
    '$id: rule for rule',
    ({ config, restoreInput, iptablesSave, ...objects }) => {
      const node = new SyncedNode(nodeOf(config));
      const { text } = node.sync(mapOf(objects));
      expect(chainsOf(withoutFor(text))).toEqual(chainsOf(restoreInput));
      expect(chainsOf(onlyKube(saved(node.ns)))).toEqual(chainsOf(onlyKube(iptablesSave)));
    },
  );

  it('the flow tests: rule for rule, one sync after the other', () => {
    let compared = 0;
    for (const test of flows?.tests ?? []) {
      if (test.proxier !== 'iptables') continue;
      const config = v.parse(configSchema, test.config);
      if (config.ipFamily === 'IPv6') continue;
      const node = new SyncedNode(nodeOf(config));
      for (const { name, ...objects } of v.parse(stepsSchema, test.steps)) {
        const dump = real?.flowTestDumps.find(({ id, step }) => id === test.id && step === name);
        const { text } = node.sync(mapOf(objects), false);
        if (!dump) continue;
        compared++;
        expect(chainsOf(withoutFor(text)), `${test.id} ${name}`).toEqual(chainsOf(dump.restoreInput));
        expect(chainsOf(onlyKube(saved(node.ns))), `${test.id} ${name}`).toEqual(
          chainsOf(onlyKube(dump.iptablesSave)),
        );
      }
    }
    expect(compared).toBe(40);
  });

  it('the partial syncs: what is written, and what stands then', () => {
    const node = new SyncedNode(nodeOf(GOLDEN_CONFIG));
    const stages = fullDumps.filter(({ stage }) => stage);
    const steps = real?.partialSyncSequence.steps ?? [];
    expect(steps).toHaveLength(8);
    for (const [i, { name, restoreInput, iptablesSave }] of steps.entries()) {
      const { text } = node.sync(mapOf(objectsOf(stages[i]?.objects)), i === 0);
      expect(chainsOf(withoutFor(text)), name).toEqual(chainsOf(restoreInput));
      expect(chainsOf(onlyKube(saved(node.ns))), name).toEqual(chainsOf(onlyKube(iptablesSave)));
    }
  });
});

/** `-t filter -I INPUT ["-m" "comment" ...]` as a shell would have it. */
const asCommand = (line: string): string =>
  line
    .replaceAll(/"([^" ]*)"/g, '$1')
    .replaceAll(/[[\]]/g, '')
    .replace(/ -j KUBE-FIREWALL/, '  -j KUBE-FIREWALL');
const withoutFor = (text: string): string => text.replaceAll(/^# for:.*\n/gm, '');
const onlyBuiltIn = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^(\*|-A (?!KUBE-))/.test(line))
    .join('\n');
