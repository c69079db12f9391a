/**
 * `docker run`: a container with a network namespace of its own, an endpoint on docker0 and an address from the daemon's
 * allocator. Drivers and allocator are inside the daemon: nothing is executed, and nobody is asked.
 * @see moby/libnetwork docs/design.md, drivers/bridge/bridge.go, ipam/allocator.go, bitseq/sequence.go, drivers/bridge/port_mapping.go
 *      (facts/dataplane.md 3.1 to 3.3)
 * Left out: the userland proxy, links, embedded DNS (the default bridge has none).
 */
import { must } from '../../lib/assert.ts';
import {
  mac as toMac,
  networkOf,
  parseIpv4,
  printCidr,
  printIpv4,
  type Ipv4,
  type Mac,
} from '../../wire/address.ts';
import type { TableOp } from '../../kernel/op.ts';
import { parseOp } from '../../kernel/opText.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { IfName, NetNsId } from '../../kernel/recorder.ts';
import type { Sys } from '../../sim/process.ts';
import { hexOf, type Sandbox } from '../cni/sandbox.ts';
import type { Cluster, ClusterPod } from '../cluster.ts';
import { ETH0, podNs } from '../ids.ts';
import { DOCKER0, optionsOn } from './daemon.ts';
import { lowestFree, NO_ADDRESSES, type DockerOptions } from './options.ts';

/** The daemon's own book of addresses and containers (a boltdb file in reality): `ADDRESS CONTAINER` a line. */
export const LOCAL_KV = '/var/lib/docker/network/files/local-kv.db';
const NOT_RUNNING =
  'docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

type Book = ReadonlyMap<Ipv4, string>;

export function readBook(text: string | undefined): Book {
  return new Map(
    (text ?? '').split('\n').flatMap((line) => {
      const [address = '', container = ''] = line.split(' ');
      const ip = parseIpv4(address);
      return ip.ok ? [[ip.value, container] as const] : [];
    }),
  );
}

function writeBook(sys: Sys<Cluster>, book: Book): void {
  const lines = [...book]
    .toSorted(([a], [b]) => a - b)
    .map(([ip, container]) => `${printIpv4(ip)} ${container}\n`);
  sys.writeFile(sys.ns, LOCAL_KV, lines.join(''));
}

/** `02:42:` and the address. @see moby/libnetwork netutils/utils.go GenerateMACFromIP */
function macOf(ip: Ipv4): Mac {
  const parts = [24, 16, 8, 0].map((shift) => ((ip >>> shift) & 255).toString(16).padStart(2, '0'));
  return toMac(`02:42:${parts.join(':')}`);
}

const byDocker = (pod: ClusterPod, path = ''): Origin => ({ by: 'docker', object: { ...pod.ref, path } });

export type Ran =
  | { readonly ok: true; readonly sandbox: Sandbox; readonly ip: Ipv4 }
  | { readonly ok: false; readonly error: string };

const opOf = (text: string): TableOp => {
  const op = parseOp(text);
  return must(op.ok ? op.value : undefined, text);
};

/** The rules of a published port: DNAT for who comes from elsewhere, a way through FORWARD, and hairpin for itself. */
function publishRules(ip: Ipv4, pod: ClusterPod): readonly string[] {
  const to = printIpv4(ip);
  return pod.ports.flatMap(({ port, hostPort, protocol }): readonly string[] => {
    if (hostPort === undefined || protocol === 'SCTP') return [];
    const proto = protocol.toLowerCase();
    return [
      `-t nat -A DOCKER ! -i docker0 -p ${proto} -m ${proto} --dport ${hostPort} -j DNAT --to-destination ${to}:${port}`,
      `-t filter -A DOCKER -d ${to}/32 ! -i docker0 -o docker0 -p ${proto} -m ${proto} --dport ${port} -j ACCEPT`,
      `-t nat -A POSTROUTING -s ${to}/32 -d ${to}/32 -p ${proto} -m ${proto} --dport ${port} -j MASQUERADE`,
    ];
  });
}

const publishOptions = (pod: ClusterPod): string =>
  pod.ports
    .flatMap(({ port, hostPort, protocol }) =>
      hostPort === undefined ? [] : [` -p ${hostPort}:${port}/${protocol.toLowerCase()}`],
    )
    .join('');

/** Makes the network namespace of a container; one that is left of a pod of the same name elsewhere is not this one's. */
function addNetns(sys: Sys<Cluster>, pod: ClusterPod): NetNsId {
  const id = podNs(pod);
  if (sys.netns(id)) {
    if (sys.netns(id)?.state.devices.has(ETH0) === true)
      sys.op(id, { op: 'link-del', name: ETH0 }, byDocker(pod));
    sys.deleteNetns(id);
  }
  sys.addNetns(id, { conntrackHooks: false });
  return id;
}

/** What tells one container of a pod from the next. */
export interface Run {
  /** counts the containers of this pod */
  readonly attempt: number;
  /** of the host end of its pair, which the kernel chooses by lot */
  readonly vethMac: Mac;
}

/** docker run. The error is what docker prints. */
export function runContainer(sys: Sys<Cluster>, pod: ClusterPod, { attempt, vethMac }: Run): Ran {
  const options = optionsOn(sys);
  const by = byDocker(pod);
  const seed = `${podNs(pod)} ${attempt}`;
  const id = hexOf(`container ${seed}`, 8);
  sys.log(`docker run -d --name ${pod.name}${publishOptions(pod)} ${pod.name}`, by);
  if (!options) {
    sys.log(`docker run ${pod.name}`, by, { result: 'failed', error: NOT_RUNNING });
    return { ok: false, error: NOT_RUNNING };
  }
  const book = readBook(sys.readFile(sys.ns, LOCAL_KV));
  const ip = lowestFree(options.bip, (candidate) => book.has(candidate));
  const pool = `RequestAddress(LocalDefault/${printCidr(networkOf(options.bip))}, <nil>, map[])`;
  if (ip === undefined) {
    const error = `docker: Error response from daemon: failed to create endpoint ${pod.name} on network bridge: ${NO_ADDRESSES}.`;
    sys.log(pool, by, { result: 'failed', error });
    return { ok: false, error };
  }
  const ns = addNetns(sys, pod);
  const sandbox: Sandbox = { id, netns: `/var/run/docker/netns/${id.slice(0, 12)}`, pod: ns };
  sys.log(`ip netns add ${id.slice(0, 12)}`, by);
  writeBook(sys, new Map([...book, [ip, id]]));
  sys.log(pool, by, { detail: printCidr({ address: ip, bits: options.bip.bits }) });
  plugIn(sys, pod, sandbox, { options, ip, vethMac });
  for (const rule of publishRules(ip, pod))
    sys.op(sys.ns, opOf(`iptables ${rule}`), byDocker(pod, 'spec.containers'));
  sys.log(`container start ${id} (name=${pod.name})`, by);
  return { ok: true, sandbox, ip };
}

/** The endpoint: a veth pair with one end on docker0, address and default route inside. */
function plugIn(
  sys: Sys<Cluster>,
  pod: ClusterPod,
  { id, pod: ns }: Sandbox,
  {
    options: { bip, mtu },
    ip,
    vethMac,
  }: { readonly options: DockerOptions; readonly ip: Ipv4; readonly vethMac: Mac },
): void {
  const by = byDocker(pod, 'status.podIP');
  const veth = `veth${hexOf(`veth ${id}`, 1).slice(0, 7)}` as IfName;
  const address = { address: ip, bits: bip.bits };
  const route = {
    type: 'unicast' as const,
    dst: { address: 0 as Ipv4, bits: 0 },
    via: bip.address,
    dev: ETH0,
    onlink: false,
    metric: 0,
  };
  const link = {
    type: 'veth' as const,
    peer: ETH0,
    peerNs: ns,
    peerOptions: { address: macOf(ip), mtu },
    cable: false,
  };
  const here: readonly TableOp[] = [
    { op: 'link-add', name: veth, options: { address: vethMac, mtu }, link },
    { op: 'link-set', name: veth, change: { set: 'master', master: DOCKER0 } },
    { op: 'link-set', name: veth, change: { set: 'up' } },
  ];
  for (const op of here) sys.op(sys.ns, op, by);
  const inside: readonly TableOp[] = [
    { op: 'addr-add', dev: ETH0, address, broadcast: true },
    { op: 'link-set', name: ETH0, change: { set: 'up' } },
    { op: 'route-add', route },
  ];
  for (const op of inside) sys.op(ns, op, by);
}

/** docker rm -f: the address is free at once. */
export function stopContainer(sys: Sys<Cluster>, pod: ClusterPod, { id, pod: ns }: Sandbox): void {
  const by = byDocker(pod);
  sys.log(`docker rm -f ${pod.name}`, by);
  const book = readBook(sys.readFile(sys.ns, LOCAL_KV));
  const ip = [...book].find(([, container]) => container === id)?.[0];
  if (ip !== undefined) {
    for (const rule of publishRules(ip, pod))
      sys.op(sys.ns, opOf(`iptables ${rule.replace(' -A ', ' -D ')}`), byDocker(pod, 'spec.containers'));
    sys.log(`ReleaseAddress(${printIpv4(ip)})`, by);
  }
  writeBook(sys, new Map([...book].filter(([, container]) => container !== id)));
  const eth0 = sys.netns(ns)?.state.devices.get(ETH0);
  if (eth0?.kind === 'veth' && eth0.peer.ns !== sys.ns) return;
  if (eth0) sys.op(ns, { op: 'link-del', name: ETH0 }, by);
  if (sys.netns(ns)) sys.deleteNetns(ns);
}
