/**
 * Probes whose packets are about as long as a device on their way takes: at the MTU of each, and a little to both sides of it.
 * The edges are not the MTU alone: a port takes a VLAN header more, and a tunnel adds its own headers.
 */
import { must } from '../../src/lib/assert.ts';
import { printIpv4 } from '../../src/wire/address.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { nodeNs, podNs } from '../../src/kube/ids.ts';
import type { NetNsId } from '../../src/kernel/recorder.ts';
import type { World } from '../../src/sim/world.ts';
import type { Dice } from './generate.ts';
import { isProbe, type CommandStep, type ProbeStep } from './scenario.ts';

/** what lies between an edge and the sizes that are tried there: the edge, one more, a VLAN header, one more, less */
const STEPS = [0, 1, 1, 4, 5, -1, 8, -20] as const;

/** The MTUs of the devices of some namespaces, those included that a command before has set. */
function mtusOf(
  world: World<Cluster>,
  namespaces: readonly string[],
  before: readonly (ProbeStep | CommandStep)[],
): readonly number[] {
  const made = namespaces.flatMap((ns) =>
    [...world.netns(ns as NetNsId).state.devices.values()].filter(({ kind }) => kind !== 'loopback'),
  );
  const set = before.flatMap((step) => {
    const mtu =
      isProbe(step) || !namespaces.includes(step.ns) ? undefined : / mtu (\d+)$/.exec(step.text)?.[1];
    return mtu === undefined ? [] : [Number(mtu)];
  });
  return [...new Set([...made.map(({ mtu }) => mtu), ...set])];
}

/** A ping or a datagram from a pod or its node to a pod, most often one on another node. */
export function sizeProbe(
  dice: Dice,
  world: World<Cluster>,
  sport: number,
  before: readonly (ProbeStep | CommandStep)[],
): ProbeStep {
  const { pods } = world.cluster;
  const source = dice.one(pods);
  const away = pods.filter(({ node, ip }) => ip !== undefined && node !== source.node);
  const target = dice.one(
    away.length > 0 && dice.chance(75) ? away : pods.filter(({ ip }) => ip !== undefined),
  );
  const way = [source, target].flatMap((pod) => [podNs(pod), nodeNs(pod.node)]);
  const size = dice.one(mtusOf(world, way, before)) + dice.one(STEPS);
  const step = {
    from: dice.chance(35) ? nodeNs(source.node) : podNs(source),
    dst: printIpv4(must(target.ip, 'a pod with an address')),
    size,
    df: dice.chance(60),
  };
  return dice.chance(70)
    ? { ...step, protocol: 'icmp' }
    : { ...step, protocol: 'udp', dport: dice.one([53, 53, 9]), sport };
}
