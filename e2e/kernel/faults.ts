/** What can go wrong on a board, as commands that somebody types. Each is made from what stands there, so Linux takes most of them. */
import type { World } from '../../src/sim/world.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { nodeNs, podNs } from '../../src/kube/ids.ts';
import type { LabCommand, LabPlan } from '../../src/scenario/lab/plan.ts';
import type { Dice } from './generate.ts';
import type { CommandStep } from './scenario.ts';

/** of VXLAN: IPv4 20, UDP 8, VXLAN 8, Ethernet 14; said here again, for a fault that shared the kernel's number would share its error */
const TUNNEL_HEADERS = 50;

type Fault = () => readonly CommandStep[];

/** Every kind of fault that this board can have; each call of one chooses its place. */
export function faultsFor(dice: Dice, plan: LabPlan, world: World<Cluster>): readonly Fault[] {
  const { nodes, pods } = world.cluster;
  const written = (pattern: RegExp): readonly LabCommand[] =>
    plan.commands.filter(
      ({ ns, text, refused }) => refused === undefined && pattern.test(text) && isNode(ns),
    );
  const isNode = (ns: string): boolean => nodes.some((node) => nodeNs(node.name) === ns);
  const undo = (pattern: RegExp, undone: (text: string) => string): readonly Fault[] => {
    const found = written(pattern);
    return found.length === 0
      ? []
      : [
          () => {
            const { ns, text } = dice.one(found);
            return [{ ns, text: undone(text) }];
          },
        ];
  };
  const node = (): string => dice.one(nodes).name;
  const ports = written(/^ip link set (\S+) master (?:cni0|docker0)$/);
  const onPort = (command: (port: string) => string): readonly Fault[] =>
    ports.length === 0
      ? []
      : [
          () => {
            const { ns, text } = dice.one(ports);
            return [{ ns, text: command(text.split(' ')[3] ?? '') }];
          },
        ];
  const onNode =
    (command: (name: string) => string): Fault =>
    () => {
      const ns = node();
      return [{ ns, text: command(ns) }];
    };
  const inPod = (command: () => string): readonly Fault[] =>
    pods.length === 0 ? [] : [() => [{ ns: podNs(dice.one(pods)), text: command() }]];
  const withBridge = [...new Map(ports.map(({ ns, text }) => [ns, text.split(' ')[5] ?? '']))];
  const onBridge = (command: (bridge: string) => string): readonly Fault[] =>
    withBridge.length === 0
      ? []
      : [
          () => {
            const [ns, bridge] = dice.one(withBridge);
            return [{ ns, text: command(bridge) }];
          },
        ];

  /** the MTU of a tunnel: at what its lower device leaves it, which Linux refuses to exceed, and to both sides of it */
  const onTunnel = (): readonly Fault[] => {
    const tunnels = nodes.flatMap(({ name }) => {
      const { devices } = world.netns(nodeNs(name)).state;
      return [...devices.values()].flatMap((device) => {
        if (device.kind === 'tun') return [{ ns: name, dev: device.name, most: device.mtu }];
        const lower = device.kind === 'vxlan' ? devices.get(device.lower) : undefined;
        return lower ? [{ ns: name, dev: device.name, most: lower.mtu - TUNNEL_HEADERS }] : [];
      });
    });
    if (tunnels.length === 0) return [];
    return [
      () => {
        const { ns, dev, most } = dice.one(tunnels);
        return [{ ns, text: `ip link set ${dev} mtu ${most + dice.one([-100, -1, 0, 1, 1, 20])}` }];
      },
    ];
  };

  return [
    ...onTunnel(),
    ...onTunnel(),
    ...undo(/^bridge fdb append/, (text) => text.replace('append', 'del')),
    ...undo(/^ip neigh replace/, (text) => text.replace(/replace (\S+) lladdr \S+ (dev \S+).*/, 'del $1 $2')),
    ...undo(/^ip neigh replace/, (text) => text.replace(/lladdr \S+/, 'lladdr 0e:f1:a0:00:00:99')),
    ...undo(/^ip route add/, (text) => text.replace('route add', 'route del')),
    ...undo(/^ip addr add/, (text) => text.replace('addr add', 'addr del')),
    ...undo(/^ip link add flannel/, (text) => text.replace(/add (\S+) .*/, 'set $1 down')),
    ...undo(/^ip link add flannel/, (text) => text.replace(/add (\S+) .*/, 'del $1')),
    () => {
      const found = written(/^ip link set flannel\S+ up$/);
      if (found.length === 0) return [];
      const { ns, text } = dice.one(found);
      return [
        { ns, text: text.replace('up', 'down') },
        { ns, text },
      ];
    },
    ...onPort((port) => `ip link set ${port} down`),
    ...onPort((port) => `ip link set ${port} nomaster`),
    ...onPort((port) => `bridge link set dev ${port} hairpin off`),
    ...onPort((port) => `ip link set ${port} mtu 1300`),
    ...inPod(() => 'ip link set eth0 down'),
    ...inPod(() => 'ip route del default via 10.244.1.1 dev eth0'),
    ...inPod(() => `ip link set eth0 mtu ${dice.one([1300, 1500, 2000])}`),
    ...onBridge((bridge) => `ip link set ${bridge} down`),
    ...onBridge((bridge) => `ip link set ${bridge} mtu ${dice.one([1300, 1500])}`),
    onNode(() => 'sysctl -w net.ipv4.ip_forward=0'),
    onNode(() => 'sysctl -w net.bridge.bridge-nf-call-iptables=0'),
    onNode(() => `sysctl -w net.ipv4.conf.all.rp_filter=${dice.int(1, 2)}`),
    onNode(() => `ip link set eth0 mtu ${dice.one([1300, 1450])}`),
    onNode(() => 'ip link set eth0 down'),
    onNode(
      () =>
        `ip route add ${dice.one(['blackhole', 'unreachable', 'prohibit'])} 10.244.${dice.int(1, 4)}.${dice.one(['2', '3', '99'])}`,
    ),
    onNode(
      () =>
        `ip route replace ${dice.one(['blackhole', 'unreachable', 'prohibit'])} 10.244.${dice.int(1, 4)}.0/24`,
    ),
    onNode(
      () => `ip route add 10.244.${dice.int(1, 4)}.0/24 via 192.168.0.1 dev eth0 metric ${dice.int(0, 20)}`,
    ),
  ];
}
