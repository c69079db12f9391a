/**
 * What the commands print, against what iproute2 6.1, procps 4.0, iptables 1.8.9 and conntrack 1.4.7 printed on Linux 6.18 in a
 * network namespace that was set up by the very same commands. Left out of the pastes: inet6 lines and rows of multicast groups.
 */
import { describe, expect, it } from 'vitest';
import { lab, lines, refused, run } from './lab.testing.ts';

describe('ip', () => {
  it('prints addresses as ip addr does', () => {
    expect(run(lab(), 'ip addr')).toBe(
      lines(`
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netns tp1
    inet 192.168.0.11/24 brd 192.168.0.255 scope global eth0
       valid_lft forever preferred_lft forever
3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff
    inet 10.244.1.1/24 brd 10.244.1.255 scope global cni0
       valid_lft forever preferred_lft forever
4: veth1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master cni0 state UP group default qlen 1000
    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff link-netns tp1
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default qlen 1000
    link/ether 02:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff
    inet 10.244.1.0/32 scope global flannel.1
       valid_lft forever preferred_lft forever
`),
    );
  });

  it('leaves out what has no IPv4 address, with -4', () => {
    expect(run(lab(), 'ip -4 addr')).toBe(
      lines(`
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000 link-netns tp1
    inet 192.168.0.11/24 brd 192.168.0.255 scope global eth0
       valid_lft forever preferred_lft forever
3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    inet 10.244.1.1/24 brd 10.244.1.255 scope global cni0
       valid_lft forever preferred_lft forever
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 10.244.1.0/32 scope global flannel.1
       valid_lft forever preferred_lft forever
`),
    );
  });

  it('prints one line each with -o, and a table with -br', () => {
    expect(run(lab(), 'ip -4 -o addr')).toBe(
      lines(String.raw`
1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
2: eth0    inet 192.168.0.11/24 brd 192.168.0.255 scope global eth0\       valid_lft forever preferred_lft forever
3: cni0    inet 10.244.1.1/24 brd 10.244.1.255 scope global cni0\       valid_lft forever preferred_lft forever
5: flannel.1    inet 10.244.1.0/32 scope global flannel.1\       valid_lft forever preferred_lft forever
`),
    );
    expect(run(lab(), 'ip -br -4 addr')).toBe(
      lines(`
lo               UNKNOWN        127.0.0.1/8 
eth0@if2         UP             192.168.0.11/24 
cni0             UP             10.244.1.1/24 
flannel.1        UNKNOWN        10.244.1.0/32 
`),
    );
    expect(run(lab(), 'ip -br link')).toBe(
      lines(`
lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> 
eth0@if2         UP             02:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> 
cni0             UP             02:00:00:00:00:02 <BROADCAST,MULTICAST,UP,LOWER_UP> 
veth1@if3        UP             02:00:00:00:00:03 <BROADCAST,MULTICAST,UP,LOWER_UP> 
flannel.1        UNKNOWN        02:00:00:00:00:04 <BROADCAST,MULTICAST,UP,LOWER_UP> 
`),
    );
  });

  it('prints links, and only those that were asked for', () => {
    expect(run(lab(), 'ip -o link show type bridge')).toBe(
      String.raw`3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff`,
    );
    expect(run(lab(), 'ip link show master cni0')).toBe(
      lines(`
4: veth1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master cni0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff link-netns tp1
`),
    );
  });

  it('prints routes in the order of the trie', () => {
    expect(run(lab(), 'ip route')).toBe(
      lines(`
default via 192.168.0.12 dev eth0 
blackhole 10.9.0.0/16 
10.10.0.0/16 via 192.168.0.12 dev eth0 metric 100 
10.11.0.0/16 dev eth0 scope link src 192.168.0.11 
10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1 
10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink 
192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 
`),
    );
    expect(run(lab(), 'ip r s table all')).toBe(
      lines(`
default via 192.168.0.12 dev eth0 
blackhole 10.9.0.0/16 
10.10.0.0/16 via 192.168.0.12 dev eth0 metric 100 
10.11.0.0/16 dev eth0 scope link src 192.168.0.11 
10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1 
10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink 
192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 
local 10.244.1.0 dev flannel.1 table local proto kernel scope host src 10.244.1.0 
local 10.244.1.1 dev cni0 table local proto kernel scope host src 10.244.1.1 
broadcast 10.244.1.255 dev cni0 table local proto kernel scope link src 10.244.1.1 
local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1 
local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 
broadcast 127.255.255.255 dev lo table local proto kernel scope link src 127.0.0.1 
local 192.168.0.11 dev eth0 table local proto kernel scope host src 192.168.0.11 
broadcast 192.168.0.255 dev eth0 table local proto kernel scope link src 192.168.0.11 
`),
    );
  });

  it('leaves out the device that was asked for', () => {
    expect(run(lab(), 'ip route show dev eth0')).toBe(
      lines(`
default via 192.168.0.12 
10.10.0.0/16 via 192.168.0.12 metric 100 
10.11.0.0/16 scope link src 192.168.0.11 
192.168.0.0/24 proto kernel scope link src 192.168.0.11 
`),
    );
    expect(run(lab(), 'ip neigh show dev flannel.1')).toBe('10.244.2.0 lladdr 0e:f1:a0:00:00:02 PERMANENT ');
    expect(run(lab(), 'ip neigh')).toBe('10.244.2.0 dev flannel.1 lladdr 0e:f1:a0:00:00:02 PERMANENT ');
    expect(run(lab(), 'ip -br neigh')).toBe(
      '10.244.2.0                              flannel.1        0e:f1:a0:00:00:02',
    );
  });

  it('says that a route has lost its link', () => {
    const down = lab(['tp1 ip link set eth0 down']);
    expect(run(down, 'ip route show 192.168.0.0/24')).toBe(
      '192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 linkdown ',
    );
    expect(run(down, 'ip -br link show eth0')).toBe(
      'eth0@if2         DOWN           02:00:00:00:00:01 <NO-CARRIER,BROADCAST,MULTICAST,UP> ',
    );
  });

  it('prints the three rules that every namespace has', () => {
    expect(run(lab(), 'ip rule')).toBe(
      '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default',
    );
  });

  it.each([
    ['ip route get 10.244.2.5', '10.244.2.5 via 10.244.2.0 dev flannel.1 src 10.244.1.0 uid 0 \n    cache '],
    ['ip route get 10.244.1.7', '10.244.1.7 dev cni0 src 10.244.1.1 uid 0 \n    cache '],
    ['ip route get 192.168.0.11', 'local 192.168.0.11 dev lo src 192.168.0.11 uid 0 \n    cache <local> '],
    [
      'ip route get 8.8.8.8 from 192.168.0.11',
      '8.8.8.8 from 192.168.0.11 via 192.168.0.12 dev eth0 uid 0 \n    cache ',
    ],
    [
      'ip route get 192.168.0.11 from 192.168.0.12 iif eth0',
      'local 192.168.0.11 from 192.168.0.12 dev lo \n    cache <local> iif eth0 ',
    ],
  ])('%s', (line, said) => {
    expect(run(lab(), line)).toBe(said);
  });

  it('routes for others only where forwarding is on', () => {
    expect(refused('ip route get 8.8.8.8 from 10.244.1.7 iif cni0').text).toBe(
      'RTNETLINK answers: No route to host',
    );
    const forwarding = lab(['tn1 sysctl -w net.ipv4.ip_forward=1']);
    expect(run(forwarding, 'ip route get 8.8.8.8 from 10.244.1.7 iif cni0')).toBe(
      '8.8.8.8 from 10.244.1.7 via 192.168.0.12 dev eth0 \n    cache iif cni0 ',
    );
  });

  it.each([
    ['ip route get 10.9.1.1', 'RTNETLINK answers: Invalid argument'],
    ['ip route get 8.8.8.8 from 1.2.3.4', 'RTNETLINK answers: Network is unreachable'],
    ['ip route get 8.8.8.8 iif nosuch', 'Cannot find device "nosuch"'],
    ['ip route get', 'need at least a destination address'],
    ['ip frobnicate', 'Object "frobnicate" is unknown, try "ip help".'],
    ['ip addr frob', 'Command "frob" is unknown, try "ip address help".'],
    ['ip route frob', 'Command "frob" is unknown, try "ip route help".'],
    ['ip route show dev nosuch', 'Cannot find device "nosuch"'],
    ['ip addr show dev nosuch', 'Device "nosuch" does not exist.'],
    ['ip link show frob', 'Device "frob" does not exist.'],
    ['ip -z addr', 'Option "-z" is unknown, try "ip -help".'],
    ['ip route show table 99', 'Error: ipv4: FIB table does not exist.\nDump terminated'],
    ['ip route get nosuch', 'Error: any valid prefix is expected rather than "nosuch".'],
    ['ip route show frob', 'Error: any valid prefix is expected rather than "frob".'],
    ['ip neigh show frob', 'Error: any valid prefix is expected rather than "frob".'],
    ['bridge frob', 'Object "frob" is unknown, try "bridge help".'],
    ['bridge fdb frob', 'Command "frob" is unknown, try "bridge fdb help".'],
    ['bridge fdb show dev nosuch', 'Cannot find device "nosuch"'],
    ['bridge fdb show br nosuch', 'Cannot find bridge device "nosuch"'],
    ['sysctl net.ipv4.nosuch', 'sysctl: cannot stat /proc/sys/net/ipv4/nosuch: No such file or directory'],
  ])('%s is refused in the words of the tool', (line, said) => {
    expect(refused(line).text).toBe(said);
  });

  it.each([
    ['ip ruote', 'route'],
    ['ip adr', 'addr'],
    ['ip route shwo', 'show'],
    ['ip addr show dev eht0', 'eth0'],
    ['ip -ob addr', '-o'],
    ['bridge fbd', 'fdb'],
    ['sysctl net.ipv4.ip_forwad', 'net.ipv4.ip_forward'],
    ['iptables -L FORWRAD', 'FORWARD'],
    ['iptables -t flter -L', 'filter'],
    ['conntrack -L --orig-scr 10.0.0.1', '--orig-src'],
  ])('%s: the nearest word that would do is named', (line, nearest) => {
    expect(refused(line).hint?.nearest).toBe(nearest);
  });
});

describe('bridge', () => {
  it('prints the fdb of bridges and vxlan devices', () => {
    expect(run(lab(), 'bridge fdb')).toBe(
      lines(`
02:00:00:00:00:03 dev veth1 master cni0 permanent
0e:f1:a0:00:00:02 dev flannel.1 dst 192.168.0.12 self permanent
`),
    );
    expect(run(lab(), 'bridge fdb show dev flannel.1')).toBe(
      '0e:f1:a0:00:00:02 dst 192.168.0.12 self permanent',
    );
    expect(run(lab(), 'bridge fdb show br cni0')).toBe('02:00:00:00:00:03 dev veth1 master cni0 permanent');
  });

  it('prints the ports of bridges', () => {
    expect(run(lab(), 'bridge -d link show dev veth1')).toBe(
      lines(`
4: veth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master cni0 state forwarding priority 32 cost 2 
    hairpin on guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off 
`),
    );
  });
});

describe('sysctl', () => {
  it('prints keys, values or both', () => {
    expect(run(lab(), 'sysctl net.ipv4.ip_forward')).toBe('net.ipv4.ip_forward = 0');
    expect(run(lab(), 'sysctl -n net/ipv4/ip_forward')).toBe('0');
    expect(run(lab(), 'sysctl -N -a -r rp_filter')).toContain('net.ipv4.conf.cni0.rp_filter');
  });
});
