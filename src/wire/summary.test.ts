import { describe, expect, it } from 'vitest';
import { FRAMES, packet, syn } from './frame.testing.ts';
import { packetSummary, summary } from './summary.ts';

const MACS = '0a:58:0a:f4:01:02>0a:58:0a:f4:01:01';
const NODES = '52:54:00:00:00:01>52:54:00:00:00:02';
const VTEPS = '0e:f1:a0:00:00:01>0e:f1:a0:00:00:02';
const PODS = '10.244.1.2>10.244.2.2';
const PING = `${PODS} ttl=64 len=84 DF | ICMP echo-request id=9812 seq=1`;
const QUOTED = `quoting(${PODS} ttl=1 len=60 DF | TCP 35272>80 [S])`;

/** Every name of FRAMES: a frame without a line does not compile. */
const LINES: Record<keyof typeof FRAMES, string> = {
  'arp request': `${MACS} | ARP who-has 10.244.1.1 tell 10.244.1.2`,
  'arp reply': `${MACS} | ARP 10.244.1.2 is-at 0a:58:0a:f4:01:02`,
  ping: `${MACS} | ${PING}`,
  'ping on a tun device': PING,
  syn: `${MACS} | ${PODS} ttl=64 len=60 DF | TCP 35272>80 [S]`,
  'tcp data': `${MACS} | ${PODS} ttl=64 len=58 DF | TCP 35272>80 [PA]`,
  udp: `${MACS} | ${PODS} ttl=64 len=33 DF | UDP 40000>9999`,
  'udp without a checksum': `${MACS} | ${PODS} ttl=64 len=33 DF | UDP 40000>9999`,
  'vxlan ping': `${NODES} | 192.168.0.11>192.168.0.12 ttl=64 len=134 | UDP 45659>8472 | VXLAN vni=1 | ${VTEPS} | ${PING}`,
  'vxlan tcp': `${NODES} | 192.168.0.11>192.168.0.12 ttl=64 len=108 | UDP 45659>8472 | VXLAN vni=1 | ${VTEPS} | ${PODS} ttl=64 len=58 DF | TCP 35272>80 [PA]`,
  'flannel udp ping': `${NODES} | 192.168.0.11>192.168.0.12 ttl=64 len=112 DF | UDP 8285>8285 | ${PING}`,
  'ttl exceeded': `${MACS} | 10.244.2.0>10.244.1.2 ttl=64 len=88 | ICMP ttl-exceeded | ${QUOTED}`,
  'port unreachable': `${MACS} | 10.244.2.0>10.244.1.2 ttl=64 len=88 | ICMP port-unreach | ${QUOTED}`,
  'frag needed': `${MACS} | 10.244.2.0>10.244.1.2 ttl=64 len=88 | ICMP frag-needed mtu=1450 | ${QUOTED}`,
  redirect: `${MACS} | 10.244.2.0>10.244.1.2 ttl=64 len=88 | ICMP redirect-host | ${QUOTED}`,
  'first fragment': `${MACS} | ${PODS} ttl=64 len=68 off=0+ | ICMP echo-request id=9812 seq=1`,
  'last fragment': `${MACS} | ${PODS} ttl=64 len=36 off=48`,
  sctp: `${MACS} | ${PODS} ttl=64 len=36 DF | SCTP 5000>6000`,
  other: `${MACS} | ethertype unknown (0x88b5) len=56`,
};

describe('a frame on one line', () => {
  it.each(Object.entries(FRAMES))('%s', (name, frame) => {
    expect([name, summary(frame)]).toEqual(Object.entries(LINES).find(([key]) => key === name));
  });

  it('of a packet begins at its IP header', () => {
    expect(packetSummary(packet(syn))).toBe(`${PODS} ttl=64 len=60 DF | TCP 35272>80 [S]`);
  });

  it('of a quote that ends after the ports has no flags', () => {
    const short = { kind: 'icmp-error', type: 3, code: 0, rest: 0, quote: new Uint8Array() } as const;
    expect(packetSummary(packet(short))).toMatch(
      /net-unreach \| quoting\(quoted ipv4 header cut off: 0 of 20 bytes\)$/,
    );
  });
});
