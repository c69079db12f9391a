/** A running cluster: a world with every controller's behaviour in it, set up and quiet. */
import { World, type OnOp } from '../sim/world.ts';
import { APPS } from '../sim/inject.ts';
import { behaviour } from '../sim/process.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster } from './cluster.ts';
import { kubelet } from './cni/index.ts';
import { coreDns } from './dns/coreDns.ts';
import { etcd, START_ETCD } from './flannel/etcd.ts';
import { dockerd } from './docker/daemon.ts';
import { flanneld } from './flannel/index.ts';
import { carryLeases } from './flannel/lease.ts';
import { kubeProxy } from './kubeProxy/index.ts';
import { faults, START_FAULTS } from './faults.ts';
import { nodeNs, podNs } from './ids.ts';
import { policyController } from './policy/enforce.ts';
import { machines, START_MACHINES } from './machines.ts';
import { carrySilence, nodeLifecycle } from './nodeLifecycle.ts';
import { SEEDED_NAMING, type Naming } from './naming.ts';

/**
 * Builds the cluster at time 0: machines, then flanneld, then pods, then the commands of the Board document. Setting up is not
 * recorded (the recording begins with those commands), but every row has its origin.
 */
export function createBoard(
  cluster: Cluster,
  options: {
    readonly seed?: number;
    readonly naming?: Naming;
    readonly onOp?: OnOp;
    /** hears of the world before anything happens in it, to look on while it is set up */
    readonly onWorld?: (world: World<Cluster>) => void;
  } = {},
): World<Cluster> {
  const { seed = 1, naming = SEEDED_NAMING, onOp, onWorld } = options;
  const behaviours = [
    ...APPS,
    behaviour(machines(naming)),
    behaviour(flanneld(naming)),
    behaviour(etcd),
    behaviour(nodeLifecycle),
    behaviour(dockerd(naming)),
    behaviour(kubelet(naming)),
    behaviour(kubeProxy),
    behaviour(coreDns),
    behaviour(policyController),
    behaviour(faults),
  ];
  const world = new World<Cluster>({
    behaviours,
    seed,
    cluster,
    carry: (edited, before) => carrySilence(carryLeases(edited, before), before),
    ...(onOp === undefined ? {} : { onOp }),
  });
  onWorld?.(world);
  world.spawn(START_MACHINES);
  world.spawn(START_ETCD);
  while (!world.quiet) world.step();
  for (const { on } of cluster.faults) touch(world, on as NetNsId);
  world.recordOps = true;
  world.spawn(START_FAULTS);
  while (!world.quiet) world.step();
  return world;
}

/** Brings the machine of a namespace to life, so that the namespace is there to send from: a pod's is its node. */
export function touch(world: World<Cluster>, ns: NetNsId): void {
  const pod = world.namespaces.get(ns) ? undefined : world.cluster.pods.find((p) => podNs(p) === ns);
  world.touch(pod ? nodeNs(pod.node) : ns);
}
