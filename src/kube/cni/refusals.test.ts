/** What the plugins say when they refuse, each text for its own cause (facts/dataplane.md 2.3 to 2.5). */
import { expect, it } from 'vitest';
import type { JsonObject } from './plugin.ts';
import { Machine } from './transcripts.testing.ts';

const id = (n: number): string => String(n).padStart(64, '0');

interface Asked {
  readonly pod?: string;
  readonly id?: string;
  readonly args?: string;
  readonly delegate?: JsonObject;
}

/** ADD of the flannel plugin; what it answers when it refuses. */
function add(
  machine: Machine,
  { pod = 'p1', id: containerId = id(1), args = '', delegate = {} }: Asked,
): string {
  const netns = `/var/run/netns/${pod}`;
  machine.addNetns(netns);
  const env = { command: 'ADD', containerId, netns, ifname: 'eth0', args };
  const conf = { name: 'cbr0', cniVersion: '0.3.1', type: 'flannel', delegate };
  const { ended } = machine.exec({ env, plugin: 'flannel', conf });
  return ended.error ?? 'added';
}

it.each<readonly [string, Asked, string]>([
  [
    'a requested address that is the gateway’s',
    { args: 'IgnoreUnknown=1;IP=10.244.1.1' },
    "failed to allocate for range 0: requested ip 10.244.1.1 is subnet's gateway",
  ],
  [
    'a requested address that another pod has',
    { args: 'IgnoreUnknown=1;IP=10.244.1.2' },
    'failed to allocate for range 0: requested IP address 10.244.1.2 is not available in range set 10.244.1.1-10.244.1.254',
  ],
  [
    'a requested address of another range',
    { args: 'IgnoreUnknown=1;IP=10.244.9.9' },
    'failed to allocate all requested IPs: 10.244.9.9',
  ],
  [
    'a requested address that is the broadcast one',
    { args: 'IgnoreUnknown=1;IP=10.244.1.255' },
    'failed to allocate all requested IPs: 10.244.1.255',
  ],
  ['CNI_ARGS that a plugin does not know', { args: 'IP=10.244.1.9' }, 'ARGS: unknown args ["IP=10.244.1.9"]'],
  [
    'the container that has an address already, in another namespace',
    { pod: 'p9', id: id(0) },
    `failed to allocate for range 0: 10.244.1.2 has been allocated to ${id(0)}, duplicate allocation is not allowed`,
  ],
  [
    'the container that is plugged in already',
    { pod: 'p0', id: id(0) },
    'container veth name ("eth0") peer provided ("veth") already exists',
  ],
  [
    'a delegate with a name',
    { delegate: { name: 'mine' } },
    "'delegate' dictionary must not have 'name' field, it'll be set by flannel",
  ],
  [
    'a delegate with IPAM of its own',
    { delegate: { ipam: {} } },
    "'delegate' dictionary must not have 'ipam' field, it'll be set by flannel",
  ],
  [
    'hairpin together with promiscuous mode',
    { delegate: { hairpinMode: true, promiscMode: true } },
    'cannot set hairpin mode and promiscuous mode at the same time',
  ],
])('%s is refused', (_what, asked, words) => {
  const machine = new Machine('1.9.1');
  expect(add(machine, { pod: 'p0', id: id(0) })).toBe('added');
  // the plugin draws the name of a veth by lot
  expect(add(machine, asked).replace(/veth\d{8}/, 'veth')).toBe(words);
});

it.each([
  ['10.244.1.1/31', 0, 'invalid range set 0: Network 10.244.1.0/31 too small to allocate from'],
  [
    '10.244.1.1/30',
    1,
    'failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.2',
  ],
  [
    '10.244.1.1/29',
    5,
    'failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.6',
  ],
])('a subnet of %s holds %i pods', (subnet, pods, words) => {
  const machine = new Machine('1.9.1');
  machine.subnetEnv(subnet);
  const answers = Array.from({ length: pods + 1 }, (_, i) => add(machine, { pod: `p${i}`, id: id(i) }));
  expect(answers).toEqual([...Array.from({ length: pods }, () => 'added'), words]);
});
