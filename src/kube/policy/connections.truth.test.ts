/** The probes of network-policy-recipes, and the connection lists of np-guard's netpol-analyzer. */
import { loadAll } from 'js-yaml';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { addressAt, ipv4, printIpv4, type Ipv4 } from '../../wire/address.ts';
import type { NetworkPolicy, Protocol } from './networkPolicy.ts';
import type { Subject } from './subject.ts';
import {
  Judged,
  labelsSchema,
  namespacesOf,
  podSubject,
  policyOf,
  policySchema,
  protocolSchema,
  truthData,
  truthText,
} from './truth.testing.ts';

const ports = v.array(v.object({ name: v.optional(v.string()), port: v.number(), protocol: protocolSchema }));
const recipesSchema = v.object({
  recipes: v.array(
    v.object({
      id: v.string(),
      namespaces: v.record(v.string(), labelsSchema),
      pods: v.record(
        v.string(),
        v.object({ labels: v.optional(labelsSchema), ip: v.optional(v.string()), ports }),
      ),
      external: v.record(v.string(), v.object({ ip: v.string() })),
      policies: v.array(policySchema),
      probes: v.array(
        v.object({
          from: v.string(),
          to: v.string(),
          protocol: protocolSchema,
          port: v.number(),
          allowed: v.boolean(),
          basis: v.picklist(['stated', 'derived', 'conflict']),
        }),
      ),
    }),
  ),
});

const outside = (id: string, ip: string): Subject => ({ id, ip: ipv4(ip), isNode: false });

describe('network-policy-recipes', () => {
  const recipes = truthData('recipes/recipes.json', recipesSchema)?.recipes;
  const count = recipes?.reduce((sum, { probes }) => sum + probes.length, 0);

  it.skipIf(!recipes)(`agrees with ${count} probes of ${recipes?.length} scenarios`, () => {
    for (const { id, namespaces, pods, external, policies, probes } of recipes ?? []) {
      const subjects = [
        ...Object.entries(pods).map(([name, pod]) => podSubject(name, pod)),
        ...Object.entries(external).map(([name, { ip }]) => outside(name, ip)),
      ];
      const judged = new Judged(subjects, namespacesOf(namespaces), policies.map(policyOf));
      for (const { from, to, protocol, port, allowed } of probes) {
        const what = `${id}: ${from} -> ${to}:${port}`;
        expect(judged.byText(from, to, protocol, port).allowed, what).toBe(allowed);
        expect(judged.byMatrix(from, to, protocol, port).allowed, what).toBe(allowed);
      }
    }
  });
});

const indexSchema = v.object({
  cases: v.array(
    v.object({
      case: v.string(),
      kinds: v.record(v.string(), v.number()),
      connlistFrom: v.nullable(v.string()),
    }),
  ),
});
const connlistSchema = v.array(v.object({ src: v.string(), dst: v.string(), conn: v.string() }));

const metadata = v.looseObject({
  name: v.string(),
  namespace: v.optional(v.string()),
  labels: v.optional(labelsSchema),
  ownerReferences: v.optional(v.array(v.looseObject({ kind: v.optional(v.string()), name: v.string() }))),
});
const podSpec = v.looseObject({
  containers: v.array(
    v.looseObject({
      ports: v.nullish(
        v.array(
          v.looseObject({
            name: v.optional(v.string()),
            containerPort: v.number(),
            protocol: v.optional(protocolSchema, 'TCP'),
          }),
        ),
      ),
    }),
  ),
});
const podSchema = v.looseObject({ metadata, spec: podSpec });
const workloadSchema = v.looseObject({
  metadata,
  spec: v.looseObject({
    template: v.looseObject({ metadata: v.looseObject({ labels: v.optional(labelsSchema) }), spec: podSpec }),
  }),
});
const objectSchema = v.looseObject({ kind: v.string(), items: v.optional(v.array(v.looseObject({}))) });
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job']);

interface Resources {
  readonly namespaces: Record<string, Record<string, string>>;
  /** the pods of each `namespace/workload[Kind]` */
  readonly workloads: Map<string, Subject[]>;
  readonly policies: NetworkPolicy[];
}

/** Items of a PodList say no kind of their own. */
function* objectsIn(value: unknown): Generator<v.InferOutput<typeof objectSchema>> {
  const object = v.safeParse(objectSchema, value);
  if (!object.success) return;
  const { kind, items } = object.output;
  if (!kind.endsWith('List')) yield object.output;
  else for (const item of items ?? []) yield* objectsIn({ kind: kind.slice(0, -4), ...item });
}

function addPod(
  { workloads }: Resources,
  owner: string,
  id: string,
  pod: { readonly labels: Record<string, string> | undefined; readonly spec: v.InferOutput<typeof podSpec> },
): void {
  const list = pod.spec.containers.flatMap(({ ports: own }) =>
    (own ?? []).map(({ name, containerPort, protocol }) => ({ name, port: containerPort, protocol })),
  );
  const pods = workloads.get(owner) ?? [];
  pods.push(podSubject(`${id}#${pods.length}`, { labels: pod.labels, ports: list }));
  workloads.set(owner, pods);
}

function resourcesOf(text: string): Resources {
  const resources: Resources = { namespaces: {}, workloads: new Map(), policies: [] };
  for (const document of loadAll(text)) {
    for (const object of objectsIn(document)) {
      if (object.kind === 'NetworkPolicy') resources.policies.push(policyOf(v.parse(policySchema, object)));
      else if (object.kind === 'Namespace') {
        const { name, labels } = v.parse(v.looseObject({ metadata }), object).metadata;
        resources.namespaces[name] = labels ?? {};
      } else if (object.kind === 'Pod') {
        const { metadata: about, spec } = v.parse(podSchema, object);
        const { namespace = 'default', name, labels, ownerReferences } = about;
        const owner = ownerReferences?.find(({ kind }) => kind !== 'Node');
        const workload = `${namespace}/${owner?.name ?? name}[${owner?.kind ?? 'Pod'}]`;
        addPod(resources, workload, `${namespace}/${name}`, { labels, spec });
      } else if (WORKLOADS.has(object.kind)) {
        const { metadata: about, spec } = v.parse(workloadSchema, object);
        const { namespace = 'default', name } = about;
        const { labels } = spec.template.metadata;
        addPod(resources, `${namespace}/${name}[${object.kind}]`, `${namespace}/${name}`, {
          labels,
          spec: spec.template.spec,
        });
      }
    }
  }
  return resources;
}

interface Conn {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

function connOf(text: string): readonly Conn[] {
  if (text === 'No Connections') return [];
  if (text === 'All Connections')
    return (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, first: 1, last: 65535 }));
  let protocol: Protocol = 'TCP';
  return text.split(/[ ,]/).flatMap((word) => {
    if (word === 'TCP' || word === 'UDP' || word === 'SCTP') {
      protocol = word;
      return [];
    }
    const [first = '0', last = first] = word.split('-');
    return [{ protocol, first: Number(first), last: Number(last) }];
  });
}

interface AddressRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

const EVERYWHERE: AddressRange = { first: ipv4('0.0.0.0'), last: ipv4('255.255.255.255') };

function rangeOf(end: string): AddressRange | undefined {
  const found = /^([\d.]+)-([\d.]+)(\[External\])?$/.exec(end);
  return found ? { first: ipv4(found[1] ?? ''), last: ipv4(found[2] ?? '') } : undefined;
}

/** Ranges overlap in the lists; cut where one begins or ends. */
function piecesOf(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const starts = new Set<number>(ranges.flatMap(({ first, last }) => [first, last + 1]));
  const sorted = [...starts].filter((start) => start <= 0xffffffff).toSorted((a, b) => a - b);
  const at = (n: number): Ipv4 => addressAt(ipv4('0.0.0.0'), n);
  return sorted.map((start, i) => ({ first: at(start), last: at((sorted[i + 1] ?? 2 ** 32) - 1) }));
}

describe('netpol-analyzer', () => {
  const index = truthData('np-guard/index.json', indexSchema);
  const supported = (index?.cases ?? []).filter(
    ({ kinds, connlistFrom }) =>
      connlistFrom !== null && !Object.keys(kinds).some((kind) => kind.includes('AdminNetworkPolicy')),
  );

  // where the data is not there, one test that is skipped: a suite without any is a failure
  const cases = index ? supported.map((one) => one.case) : ['any case'];
  it.skipIf(!index).each(cases)('agrees with the connections of %s', (name) => {
    const { namespaces, workloads, policies } = resourcesOf(
      truthText(`np-guard/cases/${name}/resources.yaml`) ?? '',
    );
    const listed = (truthData(`np-guard/cases/${name}/connlist.json`, connlistSchema) ?? []).filter(
      // a controller of Ingress objects stands for any source inside
      ({ src }) => src !== '{ingress-controller}',
    );
    const ranges = listed.flatMap(({ src, dst }) => [src, dst]).flatMap((end) => rangeOf(end) ?? []);
    // addresses that no line names have no connection: a list without any still says that
    const pieces = piecesOf([EVERYWHERE, ...ranges]);
    const groups = new Map<string, readonly Subject[]>(workloads);
    for (const { first, last } of pieces) {
      const id = `${printIpv4(first)}-${printIpv4(last)}`;
      groups.set(id, [
        { id: `${id} first`, ip: first, isNode: false },
        { id: `${id} last`, ip: last, isNode: false },
      ]);
    }
    const judged = new Judged([...groups.values()].flat(), namespacesOf(namespaces), policies);
    const ends = new Set(pieces.map(({ first, last }) => `${printIpv4(first)}-${printIpv4(last)}`));
    const holds = (end: string, group: string): boolean => {
      if (!ends.has(group)) return end === group;
      const [outer, inner] = [rangeOf(end), rangeOf(group)];
      return (
        outer !== undefined && inner !== undefined && outer.first <= inner.first && inner.last <= outer.last
      );
    };
    const connsOfLines = listed.map(({ conn }) => connOf(conn));
    const connOfPair = (src: string, dst: string): readonly Conn[] =>
      listed.flatMap((line, i) =>
        holds(line.src, src) && holds(line.dst, dst) ? (connsOfLines[i] ?? []) : [],
      );
    const points = judged.matrix.ports.flatMap(({ ranges }) =>
      ranges.flatMap(({ protocol, first, last }) => [
        { protocol, port: first },
        { protocol, port: last },
      ]),
    );
    const wrong = new Set<string>();
    let compared = 0;
    for (const [src, sources] of groups)
      for (const [dst, destinations] of groups) {
        if (src === dst || (ends.has(src) && ends.has(dst))) continue;
        const pair = `${src} -> ${dst}`;
        const conn = connOfPair(src, dst);
        for (const from of sources)
          for (const to of destinations)
            for (const { protocol, port } of points) {
              const allowed = conn.some((c) => c.protocol === protocol && c.first <= port && port <= c.last);
              compared++;
              const text = judged.byText(from.id, to.id, protocol, port).allowed;
              const matrix = judged.byMatrix(from.id, to.id, protocol, port).allowed;
              if (text !== allowed || matrix !== allowed)
                wrong.add(`${pair} ${protocol} ${port}: ${allowed}`);
            }
      }
    expect([...wrong]).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });

  it.skipIf(!index)('is compared in every case that has NetworkPolicies alone and a list', () => {
    expect(cases).toHaveLength(25);
  });
});
