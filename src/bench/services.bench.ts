/** kube-proxy at scale: the rules of many Services, one of them changed, and the first packet through them. */
import { Run } from '../engine/run.ts';
import { isStep } from '../trace/types.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import { touch } from '../kube/board.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs } from '../kube/ids.ts';
import { DEFAULT_KUBE_PROXY, type ProxyNode } from '../kube/kubeProxy/options.ts';
import { serviceMap } from '../kube/kubeProxy/servicePort.ts';
import { NOTHING_WRITTEN, sync, type Written } from '../kube/kubeProxy/sync.ts';
import { createReader } from '../kube/manifest/reader.ts';
import type { EndpointSlice, Service } from '../kube/service.ts';
import { addressAt, cidr, ipv4, type Ipv4 } from '../wire/address.ts';
import type { Bench, Row } from './bench.ts';

interface Objects {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

const FIRST_VIP = ipv4('10.96.1.0');
const FIRST_POD = ipv4('10.244.16.2');
const vip = (i: number): Ipv4 => addressAt(FIRST_VIP, i);

function slice(i: number, endpoints: number): EndpointSlice {
  return {
    namespace: 'shop',
    name: `s${i}-0`,
    service: `s${i}`,
    ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    endpoints: Array.from({ length: endpoints }, (_, e) => ({
      ip: addressAt(FIRST_POD, i * endpoints + e),
      ready: true,
      serving: true,
      terminating: false,
      node: 'node2',
      forZones: [],
      forNodes: [],
      ref: { kind: 'EndpointSlice', namespace: 'shop', name: `s${i}-0`, path: `endpoints[${e}]` },
    })),
  };
}

/** As controllers see them, so that reading YAML is not measured. */
function objects(services: number, endpoints: number): Objects {
  return {
    services: Array.from({ length: services }, (_, i) => ({
      namespace: 'shop',
      name: `s${i}`,
      type: 'ClusterIP',
      clusterIP: vip(i),
      ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 8080 }],
      externalIPs: [],
      loadBalancer: [],
      sourceRanges: [],
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      publishNotReadyAddresses: false,
      ref: { kind: 'Service', namespace: 'shop', name: `s${i}`, path: '' },
    })),
    slices: Array.from({ length: services }, (_, i) => slice(i, endpoints)),
  };
}

/** One endpoint less, or one more, of one Service. */
function edited({ services, slices }: Objects, at: number, endpoints: number): Objects {
  return { services, slices: slices.map((one, i) => (i === at ? slice(i, endpoints) : one)) };
}

const PROXY: ProxyNode = {
  config: { ...DEFAULT_KUBE_PROXY, detectLocal: { mode: 'ClusterCIDR', cidr: cidr('10.244.0.0/16') } },
  name: 'node1',
  ip: ipv4('192.168.0.11'),
  addresses: [],
  nfacct: false,
  tcpBeLiberal: false,
};

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const from = performance.now();
  const value = work();
  return { ms: performance.now() - from, value };
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;

/** What one kube-proxy writes, without the kernel that takes it. */
function text(services: number, endpoints: number, goals: readonly string[] = []): readonly Row[] {
  const given = objects(services, endpoints);
  const write = ({ services: all, slices }: Objects, written: Written, full: boolean) =>
    sync({ map: serviceMap(all, slices), node: PROXY, written, full, existing: [] });
  const whole = median(
    [0, 1, 2, 3, 4, 5, 6].map(() => {
      // other objects each time, so that nothing is remembered of the last
      const fresh = objects(services, endpoints);
      return timed(() => write(fresh, NOTHING_WRITTEN, true)).ms;
    }),
  );
  let { written } = write(given, NOTHING_WRITTEN, true);
  const changes = Array.from({ length: 15 }, (_, i) => {
    const now = edited(given, i * 7, endpoints - 1);
    const { ms, value } = timed(() => write(now, written, false));
    written = value.written;
    return ms;
  });
  const size = `${services.toLocaleString('en')} Services x ${endpoints} endpoints`;
  return [
    {
      what: `${size}: rules written (median of 7)`,
      value: whole,
      unit: 'ms',
      ...(goals[0] ? { goal: goals[0] } : {}),
    },
    {
      what: `${size}: one Service changed, rules written (median of 15)`,
      value: median(changes),
      unit: 'ms',
      ...(goals[1] ? { goal: goals[1] } : {}),
    },
  ];
}

const NODES = ['node1', 'node2'];

/** Two nodes, one client pod and one pod that answers behind the last Service. */
function clusterWith({ services, slices }: Objects): Cluster {
  const nodes = NODES.map((name, i) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDR: `10.244.${i}.0/24` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${11 + i}` }] },
  }));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', namespace: 'shop' },
    spec: { nodeName: 'node1', containers: [{ name: 'c' }] },
    status: { podIP: '10.244.0.2' },
  };
  const { cluster } = createReader().read([...nodes, pod].map((o) => JSON.stringify(o)).join('\n---\n'));
  if (!cluster) throw new Error('no cluster');
  return { ...cluster, services, endpointSlices: slices };
}

/** The whole way on a board of which one node is awake: the rules go into its kernel, and a packet goes through them. */
function onTheBoard(services: number, endpoints: number): readonly Row[] {
  const given = objects(services, endpoints);
  const cluster = clusterWith(given);
  const started = timed(() => {
    const run = new Run(cluster);
    touch(run.world, nodeNs('node1'));
    return run;
  });
  const run = started.value;
  const changes = Array.from({ length: 15 }, (_, i) => {
    const now = edited(given, i * 7, endpoints - 1 - (i % 2));
    const next = { ...cluster, endpointSlices: now.slices };
    return timed(() => run.give({ input: 'cluster', cluster: next })).ms;
  });
  const send = (i: number): number => {
    const injection = { protocol: 'tcp', from: 'shop/client' as NetNsId, dst: vip(i), dport: 80 } as const;
    const before = run.recording.entries.length;
    const { ms } = timed(() => run.give({ input: 'send', injection }));
    const isTranslated = run.recording.entries.slice(before).some((e) => isStep(e) && e.kind === 'nat');
    if (!isTranslated) throw new Error('no rule has met it');
    return ms;
  };
  const cold = send(services - 1);
  const first = Array.from({ length: 21 }, (_, i) => send(Math.floor((i * (services - 1)) / 20)));
  const size = `${services.toLocaleString('en')} Services x ${endpoints} endpoints, on a board`;
  return [
    { what: `${size}: set up, one node awake`, value: started.ms, unit: 'ms' },
    {
      what: `${size}: one Service changed, rules in the kernel (median of 15)`,
      value: median(changes),
      unit: 'ms',
    },
    { what: `${size}: first connection of all, chains compiled`, value: cold, unit: 'ms' },
    {
      what: `${size}: a first packet to a Service, all its way and its tries again (median of 21)`,
      value: median(first),
      unit: 'ms',
    },
  ];
}

const bench: Bench = {
  name: 'Services',
  run: () => [
    ...text(1_000, 10, ['< 150 ms', '< 5 ms']),
    ...onTheBoard(1_000, 10),
    ...text(10_000, 3),
    ...onTheBoard(10_000, 3),
  ],
};
export default bench;
