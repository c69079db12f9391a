/** How fast the simulator is: hops a second, checkpoints, seeking, and a very large board. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ipv4 } from '../wire/address.ts';
import { Run, type Input } from '../engine/run.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { podNs } from '../kube/ids.ts';
import { generateDump } from '../scenario/generate.ts';
import { gallery } from '../scenario/gallery.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Bench, Row } from './bench.ts';

function clusterOf(text: string) {
  const { cluster, diagnostics } = createReader().read(text);
  if (!cluster) throw new Error(JSON.stringify(diagnostics));
  return cluster;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const from = performance.now();
  const value = work();
  return { ms: performance.now() - from, value };
}

const ping: Input = {
  input: 'send',
  injection: { protocol: 'icmp', from: 'shop/web' as NetNsId, dst: ipv4('10.244.2.3') },
};

/** Forces a garbage collection, so that memory is what is held and not what is left over. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}

function hops(): readonly Row[] {
  const cluster = clusterOf(gallery[0]?.text ?? '');
  const warm = new Run(cluster);
  for (let i = 0; i < 200; i++) warm.give(ping);
  const run = new Run(cluster);
  const { ms } = timed(() => {
    for (let i = 0; i < 1_000; i++) run.give(ping);
  });
  const { hops: done, entries } = run.recording;
  return [
    { what: 'vxlan ping, hops a second', value: Math.round((done.length / ms) * 1_000), unit: '/s' },
    {
      what: 'vxlan ping, recorded steps a second',
      value: Math.round((entries.length / ms) * 1_000),
      unit: '/s',
    },
  ];
}

function journal(): readonly Row[] {
  const run = new Run(clusterOf(gallery[0]?.text ?? ''));
  while (run.recording.entries.length < 100_000) run.give(ping);
  const checkpoint = timed(() => {
    for (let i = 0; i < 1_000; i++) run.world.snapshot();
  });
  const middle = run.recording.entries.length / 2;
  const times = Array.from(
    { length: 9 },
    (_, i) => timed(() => run.journal.seek(Math.floor(middle + i * 137))).ms,
  );
  const median = times.toSorted((a, b) => a - b)[4] ?? 0;
  return [
    { what: 'one checkpoint (2 nodes)', value: checkpoint.ms, unit: 'us' },
    { what: 'seek to the middle of 100,000 steps (median of 9)', value: median, unit: 'ms', goal: '< 30 ms' },
  ];
}

function large(): readonly Row[] {
  const cluster = clusterOf(
    generateDump({ nodes: 1_000, pods: 10_000, seed: 1, style: 'stream', managedFields: false }),
  );
  const opened = timed(() => new Run(cluster));
  const pods = cluster.pods.filter((pod) => !pod.hostNetwork && pod.ip !== undefined);
  const [from, to] = [pods[0], pods.at(-1)];
  if (!from || to?.ip === undefined) throw new Error('no pods');
  const run = opened.value;
  const dst = to.ip;
  const first = timed(() =>
    run.give({ input: 'send', injection: { protocol: 'icmp', from: podNs(from), dst } }),
  );
  collect();
  const memory = process.memoryUsage().heapUsed / 2 ** 20;
  return [
    { what: '1,000 nodes / 10,000 pods: opened', value: opened.ms, unit: 'ms' },
    {
      what: `1,000 nodes: first ping across (${run.recording.exchanges[0]?.result ?? 'no'})`,
      value: first.ms,
      unit: 'ms',
    },
    { what: '1,000 nodes: whole heap after it', value: memory, unit: 'MB', goal: '< 150 MB' },
  ];
}

const bench: Bench = { name: 'dataplane', run: () => [...hops(), ...journal(), ...large()] };
export default bench;
