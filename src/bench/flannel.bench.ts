/** flannel on a large cluster: leases, what each node writes for them, a node that joins, and the board as the page opens it. */
import { Engine } from '../engine/engine.ts';
import { Run } from '../engine/run.ts';
import { touch } from '../kube/board.ts';
import type { Cluster, ClusterNode } from '../kube/cluster.ts';
import { planOf } from '../kube/flannel/index.ts';
import { registered } from '../kube/flannel/start.ts';
import { nodeNs } from '../kube/ids.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { SEEDED_NAMING } from '../kube/naming.ts';
import { generateDump } from '../scenario/generate.ts';
import { ipv4, type Ipv4 } from '../wire/address.ts';
import type { Bench, Row } from './bench.ts';

const NODES = 1_000;
const PODS = 10_000;
/** nodes that somebody has looked at: flanneld and kubelet run there and hear of every change; a packet wakes two */
const AWAKE = [2, 20] as const;

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const from = performance.now();
  const value = work();
  return { ms: performance.now() - from, value };
}

function clusterOf(text: string): Cluster {
  const { cluster, diagnostics } = createReader().read(text);
  if (!cluster) throw new Error(JSON.stringify(diagnostics));
  return cluster;
}

/** Leases, and the commands of every node for every other one. */
function plans(cluster: Cluster): number {
  // another object each time, so that nothing is remembered of the last
  const fresh: Cluster = { ...cluster, flannel: { ...cluster.flannel } };
  return timed(() => {
    const leased = registered(fresh, SEEDED_NAMING);
    let commands = 0;
    for (const { name } of leased.nodes) for (const { add } of planOf(leased, name)) commands += add.length;
    if (commands !== NODES * (NODES - 1) * 3) throw new Error(`${commands} commands`);
  }).ms;
}

function joins(cluster: Cluster, awake: number): number {
  const run = new Run(cluster);
  for (const { name } of cluster.nodes.slice(0, awake)) touch(run.world, nodeNs(name));
  const times: number[] = [];
  let now = cluster;
  for (let i = 0; i < 9; i++) {
    // 250 nodes have the addresses .2 to .251 of each segment
    const first = cluster.nodes[250 * (i % 4)];
    if (!first?.podCIDR) throw new Error('no podCIDR');
    const name = `joined${i}`;
    const node: ClusterNode = {
      ...first,
      name,
      ip: (first.ip + 250 + Math.floor(i / 4)) as Ipv4,
      podCIDR: { address: (ipv4('10.250.0.0') + i * 256) as Ipv4, bits: 24 },
      ref: { ...first.ref, name },
    };
    now = { ...now, nodes: [...now.nodes, node] };
    const edited = now;
    times.push(timed(() => run.give({ input: 'cluster', cluster: edited })).ms);
  }
  return median(times);
}

const bench: Bench = {
  name: 'flannel',
  run() {
    const text = generateDump({ nodes: NODES, pods: PODS, seed: 2, style: 'stream', managedFields: false });
    const cluster = clusterOf(text);
    const size = `${NODES} nodes / ${PODS} pods`;
    const opened = timed(() => new Engine().handle('open', { text, revision: 0 }));
    if (opened.value.status !== 'committed') throw new Error('refused');
    const rows: Row[] = [
      {
        what: `leases, and the commands of all nodes for them, ${size} (median of 5)`,
        value: median([0, 1, 2, 3, 4].map(() => plans(cluster))),
        unit: 'ms',
        goal: '< 300 ms',
      },
      ...AWAKE.map((awake) => ({
        what: `one node more, ${awake} of ${NODES} nodes awake (median of 9)`,
        value: joins(cluster, awake),
        unit: 'ms',
        goal: '< 10 ms',
      })),
      { what: `opened as a board, ${size}`, value: opened.ms, unit: 'ms', goal: '< 1 s' },
      {
        what: `  of which the world is set up in`,
        value: timed(() => new Run(cluster)).ms,
        unit: 'ms',
      },
    ];
    return rows;
  },
};
export default bench;
