/**
 * A board as a list of what a Linux machine must do to have the same one: namespaces, commands in order, and the programs
 * that run in them. The commands are the ops of the simulated world, unmodified, those that Linux must refuse included.
 */
import { printCidr, printIpv4 } from '../../wire/address.ts';
import { PORT } from '../../wire/frame.ts';
import { printOp } from '../../kernel/opText.ts';
import type { TableOp } from '../../kernel/op.ts';
import { BY_USER } from '../../kernel/origin.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import type { World } from '../../sim/world.ts';
import { createBoard, touch } from '../../kube/board.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { flanneldPid } from '../../kube/flannel/index.ts';
import { runningOf } from '../../kube/flannel/state.ts';
import { FLANNEL0 } from '../../kube/flannel/udp.ts';
import { nodeNs } from '../../kube/ids.ts';
import { SEEDED_NAMING, type Naming } from '../../kube/naming.ts';

export interface LabCommand {
  readonly ns: NetNsId;
  /** what is typed, as `printOp` writes it: one line, or a command with its here document */
  readonly text: string;
  /** Linux says no, in these words */
  readonly refused?: string;
  /** it makes or takes away `ns`, which does not live from the beginning to the end */
  readonly netns?: 'add' | 'del';
}

/** What answers in a pod: it says who it is and whom it saw. */
export interface LabServer {
  readonly ns: NetNsId;
  readonly name: string;
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

/** flanneld's proxy of the udp backend. */
export interface LabProxy {
  readonly ns: NetNsId;
  readonly dev: string;
  /** its own address on the TUN */
  readonly address: string;
  readonly local: string;
  readonly port: number;
  readonly leases: readonly { readonly subnet: string; readonly via: string }[];
}

export interface LabPlan {
  readonly name: string;
  /** those that are there in the end; what no command makes is there from the beginning */
  readonly namespaces: readonly NetNsId[];
  readonly commands: readonly LabCommand[];
  readonly servers: readonly LabServer[];
  readonly proxies: readonly LabProxy[];
}

/** A command that somebody gave after the board was set up: a fault, an experiment. */
export interface Typed {
  readonly ns: NetNsId;
  readonly op: TableOp;
}

/** The plan of a cluster as it is set up, and the world that it was read from. */
export function planLab(
  cluster: Cluster,
  options: { readonly naming?: Naming; readonly typed?: readonly Typed[]; readonly seed?: number } = {},
): { readonly plan: LabPlan; readonly world: World<Cluster> } {
  const { naming = SEEDED_NAMING, typed = [], seed = 1 } = options;
  const given: Given[] = [];
  const world = createBoard(cluster, {
    naming,
    seed,
    onOp: (ns, op, result) => {
      given.push({ ns, op, ...(result.ok ? {} : { refused: result.text }) });
    },
    onWorld: (made) => {
      made.onNetns = (ns, netns) => {
        given.push({ ns, netns });
      };
    },
  });
  for (const node of cluster.nodes) touch(world, nodeNs(node.name));
  // a Linux machine gets the tables that flanneld wrote, and no flanneld that keeps them
  world.deaf = true;
  for (const { ns, op } of typed) {
    touch(world, ns);
    world.op(ns, op, BY_USER);
  }
  const living = world.namespaces.ids();
  const setUp = given.slice();
  let commands: readonly LabCommand[] | undefined;
  const plan: LabPlan = {
    name: cluster.name,
    namespaces: living,
    // put into words when somebody asks for them
    get commands() {
      return (commands ??= commandsOf(setUp));
    },
    servers: living.flatMap((id) => serverOf(world, id)),
    proxies: cluster.flannel.backend === 'udp' ? cluster.nodes.flatMap((node) => proxyOf(world, node)) : [],
  };
  return { plan, world };
}

/** What was done to a namespace while the board was set up. */
type Given = Omit<LabCommand, 'text' | 'netns'> &
  ({ readonly op: TableOp } | { readonly netns: 'add' | 'del' });

function commandsOf(given: readonly Given[]): readonly LabCommand[] {
  // a sandbox that failed, a machine that was exchanged: most boards have none
  const mortal = new Set(given.flatMap((each) => ('netns' in each && each.netns === 'del' ? [each.ns] : [])));
  return given.flatMap((each): readonly LabCommand[] => {
    if ('op' in each) {
      const { ns, op, ...rest } = each;
      return [{ ns, text: printOp(op), ...rest }];
    }
    return mortal.has(each.ns) ? [{ ...each, text: `ip netns ${each.netns} ${each.ns}` }] : [];
  });
}

/** The ports that the containers of a pod listen on. */
function serverOf(world: World<Cluster>, ns: NetNsId): readonly LabServer[] {
  const pod = ns.split('/')[1];
  if (pod === undefined) return [];
  const sockets = [...world.netns(ns).state.sockets.values()];
  const ports = (kind: 'listen' | 'udp'): number[] =>
    sockets.flatMap((socket) => (socket.kind === kind ? [socket.port] : []));
  const server = { ns, name: pod, tcp: ports('listen'), udp: ports('udp') };
  return server.tcp.length + server.udp.length === 0 ? [] : [server];
}

function proxyOf(world: World<Cluster>, { name }: { readonly name: string }): readonly LabProxy[] {
  const running = runningOf(world.process(flanneldPid(name))?.state);
  if (!running) return [];
  const { own, lease, known } = running;
  return [
    {
      ns: nodeNs(name),
      dev: FLANNEL0,
      address: printIpv4(lease.subnet.address),
      local: printIpv4(own.ifaceIP),
      port: PORT.flannelUdp,
      leases: [...known.values()].map(({ subnet, publicIP }) => ({
        subnet: printCidr(subnet),
        via: printIpv4(publicIP),
      })),
    },
  ];
}
