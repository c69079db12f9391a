/** Docker alone (CNM), and Docker with flannel before CNI: docker0, addresses, rules. */
import { describe, expect, it } from 'vitest';
import { must } from '../../lib/assert.ts';
import { cidr, ipv4, printIpv4 } from '../../wire/address.ts';
import { iptablesSave } from '../../kernel/netfilter/save.ts';
import { printAddress, printRoute } from '../../kernel/print.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { inject } from '../../sim/inject.ts';
import { runUntilSettled } from '../../sim/run.ts';
import type { World } from '../../sim/world.ts';
import { createBoard } from '../board.ts';
import type { Cluster } from '../cluster.ts';
import { createReader } from '../manifest/reader.ts';
import { SEEDED_NAMING } from '../naming.ts';
import { lowestFree, NO_ADDRESSES } from './options.ts';

const node = (n: number): string =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: node${n} }\nspec: { podCIDR: 10.244.${n}.0/24 }\nstatus: { addresses: [{ type: InternalIP, address: 192.168.0.1${n} }] }`;
const pod = (name: string, on: number, ports = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop }\nspec: { nodeName: node${on}, containers: [{ name: c, ports: [{ containerPort: 8080${ports} }] }] }`;
const board = (spec: string): string => `apiVersion: flannelboard.dev/v1\nkind: Board\nspec: { ${spec} }`;

function cluster(...documents: readonly string[]): Cluster {
  const read = createReader().read(documents.join('\n---\n'));
  return must(read.cluster, JSON.stringify(read.diagnostics));
}
const world = (...documents: readonly string[]): World<Cluster> => createBoard(cluster(...documents));
const two = (spec: string): readonly string[] => [
  board(spec),
  node(1),
  node(2),
  pod('web', 1),
  pod('cart', 1),
  pod('api', 2, ', hostPort: 8080'),
];
const state = (of: World<Cluster>, ns: string) => of.netns(ns as NetNsId).state;
const rules = (of: World<Cluster>, ns: string): readonly string[] =>
  iptablesSave(state(of, ns).rules)
    .split('\n')
    .filter((line) => /^-A|^:FORWARD/.test(line));
const addresses = (of: World<Cluster>, ns: string): readonly string[] =>
  state(of, ns).addresses.map(printAddress);
const ips = (of: World<Cluster>): Readonly<Record<string, string>> =>
  Object.fromEntries(of.cluster.pods.map(({ name, ip }) => [name, ip === undefined ? '' : printIpv4(ip)]));

function ended(of: World<Cluster>, from: string, to: string, dport = 8080): string | undefined {
  const exchange = inject(of, { protocol: 'tcp', from: from as NetNsId, dst: ipv4(to), dport });
  runUntilSettled(of, () => of.step());
  return of.recorder.exchange(exchange).result;
}

describe('Docker alone', () => {
  const made = world(...two('runtime: docker'));

  it('has the same docker0 on every machine, before any container, and no flannel', () => {
    const bare = world(board('runtime: docker'), node(1));
    expect(
      addresses(bare, 'node1').some((line) => line.includes('172.17.0.1/16') && line.includes('docker0')),
    ).toBe(true);
    expect([...state(bare, 'node1').devices.keys()]).toEqual(['lo', 'eth0', 'docker0']);
    expect(bare.readFile('node1' as NetNsId, '/run/flannel/subnet.env')).toBeUndefined();
  });

  it('gives each container the lowest free address, the same ones on each machine', () => {
    expect(ips(made)).toEqual({ web: '172.17.0.2', cart: '172.17.0.3', api: '172.17.0.2' });
  });

  it('gives the host end of a pair the address that the board names, so that a lab has the same one', () => {
    const veth = [...state(made, 'node2').devices.values()].find(({ name }) => name.startsWith('veth'));
    expect(veth?.mac).toBe(SEEDED_NAMING.mac('veth', 'shop/api'));
  });

  it('uses a freed address again at once', () => {
    const of = world(...two('runtime: docker'));
    const text = two('runtime: docker').filter((document) => !document.includes('name: web'));
    of.setCluster(cluster(...text, pod('late', 1)));
    while (!of.quiet) of.step();
    expect(ips(of)).toMatchObject({ cart: '172.17.0.3', late: '172.17.0.2' });
  });

  it('writes its rules as libnetwork does, and closes FORWARD', () => {
    expect(rules(made, 'node1')).toEqual([
      ':FORWARD DROP [0:0]',
      '-A FORWARD -j DOCKER-USER',
      '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
      '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -o docker0 -j DOCKER',
      '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
      '-A FORWARD -i docker0 -o docker0 -j ACCEPT',
      '-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
      '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
      '-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
      '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
      '-A DOCKER-USER -j RETURN',
      '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
      '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
      '-A DOCKER -i docker0 -j RETURN',
    ]);
  });

  it('publishes a port with three rules, which go with the container', () => {
    const published = (of: World<Cluster>) => rules(of, 'node2').filter((line) => line.includes('8080'));
    const of = world(...two('runtime: docker'));
    expect(published(of)).toEqual([
      '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 8080 -j ACCEPT',
      '-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 8080 -j MASQUERADE',
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080',
    ]);
    of.setCluster(cluster(...two('runtime: docker').slice(0, -1)));
    while (!of.quiet) of.step();
    expect(published(of)).toEqual([]);
  });

  it('reaches a container of another machine by its published port only, under the address of its own machine', () => {
    const of = world(...two('runtime: docker'));
    expect(ended(of, 'shop/web', '192.168.0.12')).toBe('connected');
    const seen = of.recorder
      .recording()
      .entries.filter((entry) => 'hop' in entry && entry.kind === 'rx' && entry.ns === 'shop/api');
    expect(seen.length).toBeGreaterThan(0);
    const frames = of.recorder.recording().frames;
    const sources = seen.flatMap((entry) => {
      const frame = 'hop' in entry ? frames[entry.frame] : undefined;
      return frame?.payload.kind === 'ipv4' ? [printIpv4(frame.payload.src)] : [];
    });
    expect(sources).toContain('192.168.0.11');
  });

  it('has MACs made of addresses, and inside only the default route beside the connected one', () => {
    const eth0 = [...state(made, 'shop/web').devices.values()].find(({ name }) => name === 'eth0');
    expect(eth0?.mac).toBe('02:42:ac:11:00:02');
    const routes = state(made, 'shop/web').routes.filter(({ table }) => table === 'main');
    expect(routes.map(printRoute).toSorted()).toEqual([
      '172.17.0.0/16 dev eth0 proto kernel scope link src 172.17.0.2',
      'default via 172.17.0.1 dev eth0',
    ]);
  });

  it('takes another --bip', () => {
    const of = world(...two('runtime: docker, docker: { bip: 10.9.0.5/29 }'));
    expect(ips(of)).toMatchObject({ web: '10.9.0.1', cart: '10.9.0.2', api: '10.9.0.1' });
  });

  it('refuses in the words of libnetwork when the pool is used up', () => {
    const of = world(
      board('runtime: docker, docker: { bip: 10.9.0.1/30 }'),
      node(1),
      pod('a', 1),
      pod('b', 1),
    );
    expect(ips(of)).toEqual({ a: '10.9.0.2', b: '' });
    expect(of.cluster.pods[1]?.waiting).toContain(NO_ADDRESSES);
  });
});

describe('flannel with Docker, before CNI', () => {
  const made = world(...two('runtime: docker, docker: { bip: flannel }'));

  it('gives docker0 the subnet of the lease; flanneld masquerades and Docker does not', () => {
    expect(
      addresses(made, 'node1').some((line) => line.includes('10.244.1.1/24') && line.includes('docker0')),
    ).toBe(true);
    expect(rules(made, 'node1').some((line) => line.includes('! -o docker0 -j MASQUERADE'))).toBe(false);
    expect(rules(made, 'node1').some((line) => line.startsWith('-A FLANNEL-POSTRTG'))).toBe(true);
    expect([...state(made, 'node1').devices.keys()]).not.toContain('cni0');
  });

  it('gives addresses of the lease, lowest first, with the MTU of the overlay', () => {
    expect(ips(made)).toEqual({ web: '10.244.1.2', cart: '10.244.1.3', api: '10.244.2.2' });
    const eth0 = [...state(made, 'shop/web').devices.values()].find(({ name }) => name === 'eth0');
    expect(eth0?.mtu).toBe(1450);
  });

  it('reaches containers of other machines by their own addresses, through FLANNEL-FWD', () => {
    const of = world(...two('runtime: docker, docker: { bip: flannel }'));
    expect(ended(of, 'shop/web', '10.244.2.2')).toBe('connected');
  });

  it('does not start Docker where flanneld did not start: the containers wait', () => {
    const bare = node(1).replace('podCIDR: 10.244.1.0/24', '');
    const of = world(board('runtime: docker, docker: { bip: flannel }'), bare, node(2), pod('web', 1));
    expect(of.cluster.pods[0]?.waiting).toContain('Cannot connect to the Docker daemon');
    expect([...state(of, 'node1').devices.keys()]).not.toContain('docker0');
  });
});

it('the lowest free address skips the network, the bridge and the broadcast address', () => {
  const bip = cidr('10.9.0.1/30');
  expect(lowestFree(bip, () => false)).toBe(ipv4('10.9.0.2'));
  expect(lowestFree(bip, (ip) => ip === ipv4('10.9.0.2'))).toBeUndefined();
});
