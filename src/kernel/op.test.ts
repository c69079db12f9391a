import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { networkOf, type Ipv4, type Mac } from '../wire/address.ts';
import { twoHosts } from '../sim/testing/rig.testing.ts';
import { parseOp, printOp } from './opText.ts';
import type { TableOp } from './op.ts';
import type { IfName, NetNsId } from './recorder.ts';

const ip = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n as Ipv4);
const bits = fc.integer({ min: 0, max: 32 });
const prefix = fc.record({ address: ip, bits }).map(networkOf);
const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(':') as Mac);
const name = fc.stringMatching(/^[a-z][a-z0-9.]{0,13}$/).map((text) => text as IfName);
const mtu = fc.integer({ min: 68, max: 65535 });
const options = fc.record({ address: mac, mtu }, { requiredKeys: [] });
const optional = <K extends string, T>(key: K, arbitrary: fc.Arbitrary<T>) =>
  fc.record({ [key]: arbitrary } as Record<K, fc.Arbitrary<T>>, { requiredKeys: [] });

const route = fc
  .tuple(
    fc.record({
      type: fc.constantFrom('unicast', 'blackhole', 'unreachable', 'prohibit'),
      dst: prefix,
      onlink: fc.boolean(),
      metric: fc.integer({ min: 0, max: 9999 }),
    }),
    optional('via', ip),
    optional('dev', name),
    optional('src', ip),
  )
  .map((parts) => Object.assign({}, ...parts) as Extract<TableOp, { op: 'route-add' }>['route']);

const anyOp: fc.Arbitrary<TableOp> = fc.oneof(
  fc.record({
    op: fc.constant('link-add' as const),
    name,
    options,
    link: fc.constant({ type: 'bridge' as const }),
  }),
  fc.record({
    op: fc.constant('link-add' as const),
    name,
    options: fc.constant({}),
    link: fc.constant({ type: 'tun' as const }),
  }),
  fc.record({
    op: fc.constant('link-add' as const),
    name,
    options,
    link: fc.record({
      type: fc.constant('veth' as const),
      peer: name,
      peerNs: fc.constantFrom('pod', 'ns/pod').map((text) => text as NetNsId),
      peerOptions: options,
      cable: fc.boolean(),
    }),
  }),
  fc.record({
    op: fc.constant('link-add' as const),
    name,
    options,
    link: fc.record({
      type: fc.constant('vxlan' as const),
      vni: fc.integer({ min: 1, max: 0xffffff }),
      lower: name,
      local: ip,
      port: fc.integer({ min: 1, max: 65535 }),
      learning: fc.boolean(),
    }),
  }),
  fc.record({ op: fc.constant('link-del' as const), name }),
  fc.record({
    op: fc.constant('link-set' as const),
    name,
    change: fc.oneof(
      fc.constantFrom({ set: 'up' as const }, { set: 'down' as const }, { set: 'nomaster' as const }),
      mtu.map((value) => ({ set: 'mtu' as const, mtu: value })),
      mac.map((value) => ({ set: 'address' as const, mac: value })),
      name.map((master) => ({ set: 'master' as const, master })),
      fc.boolean().map((on) => ({ set: 'hairpin' as const, on })),
    ),
  }),
  fc.record({
    op: fc.constantFrom('addr-add' as const, 'addr-del' as const),
    dev: name,
    address: fc.record({ address: ip, bits }),
    broadcast: fc.oneof(fc.boolean(), ip),
  }),
  fc.record({
    op: fc.constantFrom('route-add' as const, 'route-replace' as const, 'route-del' as const),
    route,
  }),
  fc.record({ op: fc.constant('neigh-replace' as const), dev: name, ip, lladdr: mac }),
  fc.record({ op: fc.constant('neigh-del' as const), dev: name, ip }),
  fc.record({
    op: fc.constantFrom(
      'fdb-append' as const,
      'fdb-add' as const,
      'fdb-replace' as const,
      'fdb-del' as const,
    ),
    dev: name,
    mac,
    dst: ip,
  }),
  fc.record({
    op: fc.constant('sysctl' as const),
    key: fc.constant('net.ipv4.ip_forward'),
    value: fc.constantFrom('0', '1'),
  }),
);

describe('the text of an op', () => {
  it('is read back as the same op, whatever the op', () => {
    fc.assert(
      fc.property(anyOp, (op) => {
        expect(parseOp(printOp(op))).toEqual({ ok: true, value: op });
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it.each([
    ['ip frobnicate', 'unknown command "frobnicate"; known: link, tuntap, addr, route, neigh'],
    ['ip addr add 10.0.0.300/24 dev eth0', '"10.0.0.300/24" is not an address with prefix length'],
    ['ip route add default via', 'an IPv4 address is missing at the end'],
    ['ip link set eth0 up now', '"now" is one word too many'],
    ['ip link add averyveryverylongname type bridge', '"averyveryverylongname" not a valid ifname'],
    ['sysctl -w net.ipv4.ip_forward', '"net.ipv4.ip_forward" must be of the form name=value'],
  ])('%s: says what does not fit', (text, error) => {
    expect(parseOp(text)).toEqual({ ok: false, error });
  });
});

/** Every text was printed by iproute2 6.1 on Linux 6.18 for the same command. */
describe("Linux's refusals", () => {
  it.each([
    [
      'two devices of one name',
      ['ip link add br0 type bridge'],
      'ip link add br0 type bridge',
      'RTNETLINK answers: File exists',
    ],
    ['MTU 0 at birth', [], 'ip link add br0 mtu 0 type bridge', 'RTNETLINK answers: Invalid argument'],
    ['MTU 0 later', [], 'ip link set eth0 mtu 0', 'Error: mtu less than device minimum.'],
    [
      'an MTU beyond what a veth can have',
      [],
      'ip link set eth0 mtu 70000',
      'Error: mtu greater than device maximum.',
    ],
    ['a device that is not there', [], 'ip link set nope up', 'Cannot find device "nope"'],
    [
      'a port that is not there',
      [],
      'bridge link set dev nope hairpin on',
      'Cannot find bridge device "nope"',
    ],
    [
      'an address that is there already',
      [],
      'ip addr add 10.0.0.1/24 dev eth0',
      'Error: ipv4: Address already assigned.',
    ],
    [
      'an address that is not there',
      [],
      'ip addr del 10.0.0.9/24 dev eth0',
      'Error: ipv4: Address not found.',
    ],
    [
      'a gateway off the link',
      [],
      'ip route add 10.9.0.0/24 via 10.5.0.3 dev eth0',
      'Error: Nexthop has invalid gateway.',
    ],
    [
      'a gateway that no route reaches',
      [],
      'ip route add 10.9.0.0/24 via 10.5.0.3',
      'Error: Nexthop has invalid gateway.',
    ],
    [
      'a gateway that is a broadcast address of the device, even with onlink',
      ['ip addr add 10.7.0.1/16 brd 10.7.0.0 dev eth0'],
      'ip route replace 10.9.0.0/24 via 10.7.0.0 dev eth0 onlink',
      'Error: Nexthop has invalid gateway.',
    ],
    [
      'an address of its own as gateway with onlink',
      [],
      'ip route replace 10.9.0.0/24 via 10.0.0.1 dev eth0 onlink',
      'Error: Nexthop has invalid gateway.',
    ],
    [
      'the same route twice',
      ['ip route add 10.9.0.0/24 via 10.0.0.2'],
      'ip route add 10.9.0.0/24 via 10.0.0.3',
      'RTNETLINK answers: File exists',
    ],
    [
      'host bits in a prefix',
      [],
      'ip route add 10.9.3.1/24 dev eth0',
      'Error: Invalid prefix for given prefix length.',
    ],
    [
      'a route by a device that is down',
      ['ip link add br0 type bridge'],
      'ip route add 10.9.2.0/24 dev br0',
      'Error: Device for nexthop is not up.',
    ],
    ['a route that is not there', [], 'ip route del 10.77.0.0/24', 'RTNETLINK answers: No such process'],
    [
      'a neighbour that is not there',
      [],
      'ip neigh del 10.0.0.5 dev eth0',
      'RTNETLINK answers: No such file or directory',
    ],
    [
      'a second VXLAN device of one VNI and port',
      ['ip link add vx type vxlan id 1 dev eth0 local 10.0.0.1 dstport 8472 nolearning'],
      'ip link add vx2 type vxlan id 1 dev eth0 local 10.0.0.1 dstport 8472 nolearning',
      'Error: A VXLAN device with the specified VNI already exists.',
    ],
    [
      'a VXLAN MTU larger than the underlay carries',
      ['ip link add vx type vxlan id 1 dev eth0 local 10.0.0.1 dstport 8472 nolearning'],
      'ip link set vx mtu 1500',
      'RTNETLINK answers: Invalid argument',
    ],
    [
      'an fdb row that is there already',
      [
        'ip link add vx type vxlan id 1 dev eth0 local 10.0.0.1 dstport 8472 nolearning',
        'bridge fdb append 02:00:00:00:00:02 dev vx dst 10.0.0.9 self permanent',
      ],
      'bridge fdb add 02:00:00:00:00:02 dev vx dst 10.0.0.10 self permanent',
      'RTNETLINK answers: File exists',
    ],
    [
      'an fdb row that is not there',
      ['ip link add vx type vxlan id 1 dev eth0 local 10.0.0.1 dstport 8472 nolearning'],
      'bridge fdb del 02:00:00:00:00:03 dev vx dst 10.0.0.9 self permanent',
      'RTNETLINK answers: No such file or directory',
    ],
    [
      'a bridge in a bridge',
      ['ip link add br0 type bridge', 'ip link add br1 type bridge'],
      'ip link set br1 master br0',
      'Error: Can not enslave a bridge to a bridge.',
    ],
  ])('%s', (_what, before, command, text) => {
    const rig = twoHosts({ a: before });
    const state = rig.state('a');
    expect(rig.error('a', command)).toBe(text);
    expect(rig.state('a').routes).toBe(state.routes);
    expect(rig.state('a').devices.size).toBe(state.devices.size);
  });

  it('a VXLAN device asked for a larger MTU than the underlay carries is born with what fits', () => {
    const rig = twoHosts({
      a: ['ip link add vx mtu 1500 type vxlan id 3 dev eth0 local 10.0.0.1 dstport 8472 nolearning'],
    });
    expect(rig.state('a').devices.get('vx' as IfName)?.mtu).toBe(1450);
  });
});

describe('a device that goes down', () => {
  it('loses its routes and neighbours, keeps its address and the local route', () => {
    const rig = twoHosts({
      a: [
        'ip route add 10.9.0.0/24 via 10.0.0.2',
        'ip neigh replace 10.0.0.5 lladdr 02:00:00:00:00:05 dev eth0 nud permanent',
      ],
    });
    rig.must('a', 'ip link set eth0 down');
    const { routes, neighs, addresses } = rig.state('a');
    expect(routes.filter((r) => r.dev === 'eth0').map((r) => r.type)).toEqual(['local']);
    expect(neighs.size).toBe(0);
    expect(addresses.filter((a) => a.dev === 'eth0')).toHaveLength(1);
  });

  it('gets its connected route back when it comes up, and nothing else', () => {
    const rig = twoHosts({
      a: ['ip route add 10.9.0.0/24 via 10.0.0.2', 'ip link set eth0 down', 'ip link set eth0 up'],
    });
    const main = rig.state('a').routes.filter((r) => r.table === 'main');
    expect(main.map((r) => [r.dst.bits, r.via])).toEqual([[24, undefined]]);
  });

  it('takes the carrier from the other half of its pair', () => {
    const rig = twoHosts({ a: ['ip link set eth0 down'] });
    expect(rig.state('b').devices.get('eth0' as IfName)).toMatchObject({ up: true, carrier: false });
  });

  it('deleted, it takes its other half, its addresses and its routes with it', () => {
    const rig = twoHosts({ a: ['ip link del eth0'] });
    expect(rig.state('b').devices.has('eth0' as IfName)).toBe(false);
    expect(rig.state('b').addresses.every((a) => a.dev === 'lo')).toBe(true);
    expect(rig.state('b').routes.every((r) => r.dev === 'lo')).toBe(true);
  });

  it("a new MAC flushes the device's neighbours, the permanent ones too", () => {
    const rig = twoHosts({
      a: [
        'ip neigh replace 10.0.0.5 lladdr 02:00:00:00:00:05 dev eth0 nud permanent',
        'ip link set eth0 address 02:00:00:00:00:99',
      ],
    });
    expect(rig.state('a').neighs.size).toBe(0);
  });
});
