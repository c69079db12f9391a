import type { LayerKind } from '../../wire/layers.ts';

/** Headers as everybody writes them. */
export const layerNames: Readonly<Record<LayerKind, string>> = {
  ethernet: 'Ethernet',
  arp: 'ARP',
  ipv4: 'IPv4',
  icmp: 'ICMP',
  udp: 'UDP',
  tcp: 'TCP',
  vxlan: 'VXLAN',
  dns: 'DNS',
  data: 'data',
};
