/**
 * Random scenarios: a cluster of 2 to 4 nodes in 1 or 2 layer-2 segments, some faults, some probes. The same seed and number
 * give the same scenario. Later parts of the simulator extend it: a new kind of fault or probe is a line in a list here.
 */
import { createRandom, hashText, nextInRange, type Random } from '../../src/lib/random.ts';
import { printIpv4 } from '../../src/wire/address.ts';
import type { World } from '../../src/sim/world.ts';
import type { BackendType, Cluster } from '../../src/kube/cluster.ts';
import { nodeNs, podNs } from '../../src/kube/ids.ts';
import { planLab, type LabPlan } from '../../src/scenario/lab/plan.ts';
import { dockerKind, dockerPart, withDocker } from './docker.ts';
import { faultsFor } from './faults.ts';
import { policyDocuments } from './policies.ts';
import { NODE_PORTS, rulesFor, SERVICE_PORT, VIPS } from './rules.ts';
import { EXTERNAL, serviceDocuments } from './services.ts';
import { sizeProbe } from './sizes.ts';
import { isProbe, readCluster, type CommandStep, type ProbeStep, type Scenario } from './scenario.ts';

/** Chooses with one seeded source. */
export class Dice {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = createRandom(hashText(seed));
  }
  int(from: number, to: number): number {
    return nextInRange(this.#random, from, to);
  }
  chance(percent: number): boolean {
    return this.int(1, 100) <= percent;
  }
  one<T>(list: readonly T[]): T {
    const chosen = list[this.int(0, list.length - 1)];
    if (chosen === undefined) throw new Error('a choice out of nothing');
    return chosen;
  }
}

const CLIENT = '203.0.113.50';
/** source port of the first probe; each has its own */
const FIRST_PORT = 41000;

function clusterYaml(dice: Dice): string {
  const backend = dice.one(['vxlan', 'vxlan', 'host-gw', 'udp']);
  const count = dice.int(2, 4);
  const split = dice.chance(35) ? dice.int(1, count - 1) : count;
  const nodes = Array.from({ length: count }, (_, i) => {
    const [segment, host] = i < split ? [0, 11 + i] : [1, 11 + i];
    return {
      name: `n${i + 1}`,
      ip: `192.168.${segment}.${host}`,
      segment: segment === 0 ? 'a' : 'b',
      number: i + 1,
    };
  });
  const documents = nodes.map(
    ({ name, ip, number }) => `apiVersion: v1
kind: Node
metadata: { name: ${name} }
spec: { podCIDR: 10.244.${number}.0/24 }
status: { addresses: [{ type: InternalIP, address: ${ip} }] }`,
  );
  for (const node of nodes) {
    const pods = dice.int(node.number === 1 ? 1 : 0, 3);
    for (let i = 0; i < pods; i++) {
      const port = dice.one([
        '{ containerPort: 8080 }',
        '{ containerPort: 8080 }, { containerPort: 53, protocol: UDP }',
      ]);
      documents.push(`apiVersion: v1
kind: Pod
metadata: { name: p${node.number}${'abc'[i] ?? ''}, namespace: t }
spec: { nodeName: ${node.name}, containers: [{ name: c, image: x, ports: [${port}] }] }
status: { phase: Running, podIP: 10.244.${node.number}.${i + 2} }`);
    }
  }
  const mtu = dice.one([1500, 1500, 1500, 1400, 9000]);
  const segments = ['a', 'b']
    .filter((name) => nodes.some((node) => node.segment === name))
    .map((name, i) => {
      const on = nodes.filter((node) => node.segment === name).map((node) => node.name);
      return `  - { name: ${name}, cidr: 192.168.${i}.0/24, nodes: [${on.join(', ')}], mtu: ${mtu} }`;
    });
  documents.push(`apiVersion: flannelboard.dev/v1
kind: Board
metadata: { name: random }
spec:
  flannel: { backend: ${backend} }
  segments:
${segments.join('\n')}
  router: { name: rtr }
  clients: [{ name: client, ip: ${CLIENT} }]`);
  return `${documents.join('\n---\n')}\n`;
}

/**
 * What is not generated, because the lab's wires take no time and real ones do: fragments that a process sends (a machine's own
 * ping, or flanneld's proxy) and that go to another node. Between two of them Linux lets softirqs run, and over veth pairs that
 * carries the first to its end (and an ARP answer back) before the second is sent; over a wire it does not. The proxy's datagram
 * falls into pieces also around a packet with DF, once a node's card takes less than the pods think. For the same reason not: the
 * pieces of a pod whose port takes less than the pod thinks. A pod that still asks for its neighbour sends one, loses it, and
 * stops at the second; simulated pieces wait for the answer together.
 */
function isUnreal(
  { size = 0, df = true, from }: ProbeStep,
  backend: BackendType,
  before: readonly (ProbeStep | CommandStep)[],
): boolean {
  if (size <= 1200) return false;
  const narrowed = before.some((step) => !isProbe(step) && step.text.startsWith('ip link set eth0 mtu'));
  if (df) return backend === 'udp' && narrowed;
  const narrowedPort = before.some((step) => !isProbe(step) && /^ip link set veth\S+ mtu/.test(step.text));
  return backend === 'udp' || !from.includes('/') || narrowedPort;
}

/** Addresses worth dialling. */
function targets(cluster: Cluster): { readonly pods: readonly string[]; readonly others: readonly string[] } {
  const pods = cluster.pods.flatMap((pod) => (pod.ip === undefined ? [] : [printIpv4(pod.ip)]));
  const others = cluster.nodes.flatMap((node, i) => [
    printIpv4(node.ip),
    `10.244.${i + 1}.1`, // cni0
    `10.244.${i + 1}.0`, // flannel.1, flannel0
    `10.244.${i + 1}.99`, // a pod that is not there
  ]);
  return {
    pods,
    others: [...others, '192.168.0.1', '192.168.0.77', CLIENT, '10.244.99.9', '198.51.100.7', '127.0.0.1'],
  };
}

/** To a virtual address or a node port, which rules may translate or not. */
function serviceProbe(
  dice: Dice,
  cluster: Cluster,
  probe: { readonly from: string; readonly sport: number },
): ProbeStep {
  if (dice.chance(40)) {
    const dst = dice.chance(90) ? printIpv4(dice.one(cluster.nodes).ip) : '127.0.0.1';
    return { ...probe, protocol: 'tcp', dst, dport: dice.one(NODE_PORTS) };
  }
  const dst = dice.one(cluster.services.length > 0 ? [...VIPS, ...EXTERNAL] : VIPS);
  if (dice.chance(15)) return { from: probe.from, protocol: 'icmp', dst };
  return dice.chance(20)
    ? { ...probe, protocol: 'udp', dst, dport: 53 }
    : { ...probe, protocol: 'tcp', dst, dport: SERVICE_PORT };
}

function probeOf(dice: Dice, cluster: Cluster, number: number): ProbeStep {
  const { pods, others } = targets(cluster);
  const podSources = cluster.pods.map((pod) => podNs(pod));
  const machines = [...cluster.nodes.map((node) => nodeNs(node.name)), nodeNs('client'), nodeNs('rtr')];
  const from = dice.chance(75) ? dice.one(podSources) : dice.one(machines);
  const sport = FIRST_PORT + number;
  if (dice.chance(cluster.services.length > 0 ? 65 : 30)) return serviceProbe(dice, cluster, { from, sport });
  const dst = dice.chance(65) ? dice.one(pods) : dice.one(others);
  switch (dice.one(['icmp', 'icmp', 'icmp', 'tcp', 'tcp', 'udp'] as const)) {
    case 'tcp':
      return { from, protocol: 'tcp', dst, dport: dice.one([8080, 8080, 8080, 81]), sport };
    case 'udp':
      return { from, protocol: 'udp', dst, dport: dice.one([53, 53, 9]), sport };
    case 'icmp': {
      const size = dice.chance(40)
        ? {
            size: dice.one([84, 1350, 1400, 1450, 1451, 1472, 1473, 1500, 1501, 2028, 3000]),
            df: dice.chance(50),
          }
        : {};
      const ttl = dice.chance(30) ? { ttl: dice.int(1, 6) } : {};
      return { from, protocol: 'icmp', dst, ...size, ...ttl };
    }
  }
}

/** Scenario `number` of a seed. */
export function generate(seed: number, number: number): Scenario {
  const dice = new Dice(`${seed} ${number}`);
  // chosen apart, so that the scenarios without policies stay what they were
  const chosen = new Dice(`${seed} ${number} policies`);
  const hasPolicies = chosen.chance(30);
  const offered = new Dice(`${seed} ${number} services`);
  const hasServices = offered.chance(35);
  const shipped = new Dice(`${seed} ${number} docker`);
  const docker = dockerKind(shipped);
  const documents = [
    ...(hasPolicies ? policyDocuments(chosen) : []),
    ...(hasServices ? serviceDocuments(offered) : []),
  ];
  const plain = withDocuments(
    clusterYaml(dice),
    docker === undefined || docker === 'beside' ? documents : [],
  );
  const yaml = docker ? withDocker(shipped, docker, plain) : plain;
  const lab = planLab(readCluster(yaml));
  const { plan, world } = lab;
  const { cluster } = world;
  const drawn = rulesFor(dice, cluster);
  // rules that somebody restores would take the controller's away, and Docker's
  const rules = documents.length > 0 || docker ? {} : drawn;
  const part = docker && dockerPart(shipped, docker, lab, FIRST_PORT);
  const steps: (ProbeStep | CommandStep)[] = [...(part?.first ?? [])];
  const probes = dice.int(4, 7);
  const faulty = dice.chance(60);
  for (let i = 0; i < probes; i++) {
    if (faulty && (i === 0 || dice.chance(25))) steps.push(...someFault(dice, plan, world));
    if (part && faulty && shipped.chance(30)) steps.push(part.fault());
    const other = part && shipped.chance(60) ? part.probe(i) : undefined;
    const usual = dice.chance(20) ? sizeProbe(dice, world, FIRST_PORT + i, steps) : probeOf(dice, cluster, i);
    const step = other ?? usual;
    steps.push(isUnreal(step, cluster.flannel.backend, steps) ? { ...step, size: 84 } : step);
  }
  return { name: `seed ${seed}, scenario ${number}`, yaml, rules, steps };
}

/** The same cluster with more objects, if there are any; every pod gets the labels that their selectors ask for. */
function withDocuments(yaml: string, documents: readonly string[]): string {
  if (documents.length === 0) return yaml;
  let pods = 0;
  const labelled = yaml.replace(
    /namespace: t \}/g,
    () => `namespace: t, labels: { app: x, half: ${pods++ % 2 === 0 ? 'a' : 'b'} } }`,
  );
  return `${labelled.trimEnd()}\n---\n${documents.join('\n---\n')}\n`;
}

function someFault(dice: Dice, plan: LabPlan, world: World<Cluster>): readonly CommandStep[] {
  return dice.one(faultsFor(dice, plan, world))();
}
