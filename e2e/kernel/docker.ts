/**
 * Docker in random scenarios: alone (CNM, the same range on every node), with flannel's range in its `--bip`, and beside CNI, where
 * a pod of some nodes is a container on docker0 instead. Its chains, MASQUERADE and published ports are those that the board's
 * own dockerd writes; what an administrator adds stands in DOCKER-USER. What is not generated: rules that somebody restores,
 * for they take Docker's away, and, where Docker is alone, Services and policies, which nobody reads there.
 */
import { printIpv4 } from '../../src/wire/address.ts';
import type { Cluster, ClusterPod } from '../../src/kube/cluster.ts';
import { nodeNs, podNs } from '../../src/kube/ids.ts';
import { planLab, type LabPlan } from '../../src/scenario/lab/plan.ts';
import type { World } from '../../src/sim/world.ts';
import type { Dice } from './generate.ts';
import { SETTINGS } from './normalise.ts';
import { conditions, wall } from './rules.ts';
import { readCluster, type CommandStep, type ProbeStep } from './scenario.ts';

/** of a hundred scenarios */
const SHARE = 12;
const CLIENT = '203.0.113.50';
const DOCKER0 = 'docker0';
/** what Docker gives the first container of its own range */
const FIRST_ADDRESS = '172.17.0.2';
const FIRST_HOST_PORT = 30080;
/** Docker's own range, and one inside the pod network of the board, where CNI's tables know another way */
const BIPS = ['172.17.0.1/16', '172.17.0.1/16', '10.244.1.1/24'] as const;

export type DockerKind = 'alone' | 'flannel' | 'beside';

/** Whether Docker is in this scenario, and how. */
export function dockerKind(dice: Dice): DockerKind | undefined {
  return dice.chance(SHARE) ? dice.one(['alone', 'flannel', 'flannel', 'beside', 'beside']) : undefined;
}

/** The same board under Docker, some of its ports published on their machines; beside CNI nothing changes here. */
export function withDocker(dice: Dice, kind: DockerKind, yaml: string): string {
  if (kind === 'beside') return yaml;
  const bip = kind === 'flannel' ? 'flannel' : dice.one(BIPS);
  return publish(dice, yaml).replace(
    /^spec:\n {2}flannel:/m,
    `spec:\n  runtime: docker\n  docker: { bip: ${bip} }\n  flannel:`,
  );
}

/** Each port of a board is published under a number of its own. */
function publish(dice: Dice, yaml: string): string {
  let next = FIRST_HOST_PORT;
  return yaml.replace(/containerPort: \d+/g, (port) =>
    dice.chance(60) ? `${port}, hostPort: ${next++}` : port,
  );
}

/** The commands by which a daemon of the board's own comes up on a machine and runs one container, named like a pod of it. */
function daemonAndContainer(dice: Dice, { namespace, name, node }: ClusterPod): readonly CommandStep[] {
  const yaml = publish(
    dice,
    `apiVersion: v1
kind: Node
metadata: { name: ${node} }
status: { addresses: [{ type: InternalIP, address: 192.168.0.11 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace} }
spec: { nodeName: ${node}, containers: [{ name: c, image: x, ports: [{ containerPort: 8080 }, { containerPort: 53, protocol: UDP }] }] }
---
apiVersion: flannelboard.dev/v1
kind: Board
metadata: { name: docker }
spec:
  runtime: docker
  docker: { bip: 172.17.0.1/16 }
`,
  );
  const { commands } = planLab(readCluster(yaml)).plan;
  const begin = commands.findIndex(({ text }) => text.startsWith(`ip link add ${DOCKER0} `));
  return commands.slice(begin).map(({ ns, text }) => ({ ns, text }));
}

/** What the judge sets on devices that are there from the beginning, set on one that is made later. */
const settingsOf = (ns: string, dev: string): readonly CommandStep[] =>
  SETTINGS.filter(({ key }) => key.includes('*')).map(({ key, value }) => ({
    ns,
    text: `sysctl -w ${key.replace('*', dev)}=${value}`,
  }));

/** Docker as it stands in a scenario: what is done first, what can happen to it, and what is asked of it. */
export interface DockerPart {
  readonly first: readonly CommandStep[];
  readonly fault: () => CommandStep;
  readonly probe: (number: number) => ProbeStep;
}

/** A container on a docker0. */
interface Container {
  readonly ns: string;
  readonly node: string;
  readonly ip: string;
}

interface Place {
  readonly dice: Dice;
  readonly world: World<Cluster>;
  readonly containers: readonly Container[];
  /** the commands of the daemons */
  readonly written: readonly CommandStep[];
}

/** @param firstPort source port of probe 0 */
export function dockerPart(
  dice: Dice,
  kind: DockerKind,
  { plan, world }: { readonly plan: LabPlan; readonly world: World<Cluster> },
  firstPort: number,
): DockerPart {
  const beside = kind === 'beside';
  const pods = beside ? somePods(dice, world.cluster) : world.cluster.pods;
  const first = beside ? pods.flatMap((pod) => moved(dice, pod)) : [];
  const containers = pods.flatMap((pod): readonly Container[] => {
    const ip = beside ? FIRST_ADDRESS : pod.ip && printIpv4(pod.ip);
    return ip === undefined ? [] : [{ ns: podNs(pod), node: nodeNs(pod.node), ip }];
  });
  const place = { dice, world, containers, written: beside ? first : plan.commands };
  return { first, fault: () => fault(place), probe: (number) => probe(place, firstPort + number) };
}

/** One pod of some nodes, of at least one. */
function somePods(dice: Dice, { nodes, pods }: Cluster): readonly ClusterPod[] {
  const on = nodes.flatMap(({ name }) => {
    const here = pods.filter(({ node }) => node === name);
    return here.length === 0 ? [] : [dice.one(here)];
  });
  const chosen = on.filter(() => dice.chance(60));
  return chosen.length > 0 ? chosen : on.slice(0, 1);
}

/** A pod that leaves cni0, and comes up as a container of the Docker on its node. */
function moved(dice: Dice, pod: ClusterPod): readonly CommandStep[] {
  return [
    { ns: podNs(pod), text: 'ip link del eth0' },
    ...daemonAndContainer(dice, pod),
    ...settingsOf(nodeNs(pod.node), DOCKER0),
    ...settingsOf(podNs(pod), 'eth0'),
  ];
}

/** What an administrator puts first in DOCKER-USER. */
function userRule({ dice, world }: Place): string {
  const asked = conditions({ dice, cluster: world.cluster, node: dice.one(world.cluster.nodes) }, 'FORWARD');
  const words = ['iptables -I DOCKER-USER', asked.replaceAll('cni0', DOCKER0), wall(dice, asked, [])];
  return words.filter((word) => word !== '').join(' ');
}

function fault(place: Place): CommandStep {
  const { dice, containers, written } = place;
  const { ns, node } = dice.one(containers);
  const rules = written.filter(
    (command) => command.ns === node && / -A .*(?:DOCKER|docker0)/.test(command.text),
  );
  const undone = (): string =>
    rules.length === 0 ? userRule(place) : dice.one(rules).text.replace(' -A ', ' -D ');
  return dice.one<() => CommandStep>([
    () => ({ ns: node, text: userRule(place) }),
    () => ({ ns: node, text: userRule(place) }),
    () => ({ ns: node, text: userRule(place) }),
    () => ({ ns: node, text: undone() }),
    () => ({ ns: node, text: undone() }),
    () => ({ ns: node, text: 'iptables -P FORWARD ACCEPT' }),
    () => ({
      ns: node,
      text: `iptables -F DOCKER-${dice.one(['USER', 'ISOLATION-STAGE-1', 'ISOLATION-STAGE-2'])}`,
    }),
    () => ({ ns: node, text: 'iptables -t nat -F DOCKER' }),
    () => ({ ns: node, text: `ip link set ${DOCKER0} down` }),
    () => ({ ns: node, text: `ip link set ${DOCKER0} mtu ${dice.one([1300, 1500])}` }),
    () => ({ ns: node, text: 'sysctl -w net.bridge.bridge-nf-call-iptables=0' }),
    () => ({ ns, text: 'ip link set eth0 down' }),
  ])();
}

/** Numbers under which ports are published, and one under which none is. */
function published({ world, written }: Place): readonly number[] {
  const ports = world.cluster.pods.flatMap((pod) => pod.ports.flatMap(({ hostPort }) => hostPort ?? []));
  const typed = written.flatMap(({ text }) => {
    const port = / --dport (\d+) -j DNAT /.exec(text)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  return [...new Set([...ports, ...typed, FIRST_HOST_PORT + 50])];
}

/** From or to a container, by its own address or by a published port. */
function probe(place: Place, sport: number): ProbeStep {
  const { dice, world, containers } = place;
  const { nodes, pods } = world.cluster;
  const { ns, node } = dice.one(containers);
  const others = [
    ...pods.map((pod) => podNs(pod)),
    ...nodes.map(({ name }) => nodeNs(name)),
    nodeNs('client'),
  ];
  const from = dice.one([ns, ns, node, dice.one(others), dice.one(others)]);
  if (dice.chance(35)) {
    const to = dice.chance(90) ? printIpv4(dice.one(nodes).ip) : '172.17.0.1';
    const protocol = dice.one(['tcp', 'tcp', 'udp'] as const);
    return { from, protocol, dst: to, dport: dice.one(published(place)), sport };
  }
  const reachable = [
    ...containers.map(({ ip }) => ip),
    ...pods.flatMap(({ ip }) => (ip === undefined ? [] : [printIpv4(ip)])),
  ];
  const beyond = [CLIENT, '172.17.0.1', '172.17.0.99', printIpv4(dice.one(nodes).ip)];
  const dst = dice.chance(70) ? dice.one(reachable) : dice.one(beyond);
  switch (dice.one(['icmp', 'tcp', 'tcp', 'udp'] as const)) {
    case 'icmp':
      return { from, protocol: 'icmp', dst, ...(dice.chance(25) ? { ttl: dice.int(1, 4) } : {}) };
    case 'tcp':
      return { from, protocol: 'tcp', dst, dport: dice.one([8080, 8080, 81]), sport };
    case 'udp':
      return { from, protocol: 'udp', dst, dport: dice.one([53, 9]), sport };
  }
}
