/** How packets end, in English. The kernel's own name of a reason is always shown beside its gloss. */
import type { Dictionary } from '../dictionary.ts';

export const drop: Dictionary['drop'] = {
  NETFILTER_DROP: 'a netfilter rule says DROP',
  IP_INHDR: 'the IP header is broken',
  IP_INNOROUTES: 'it came in, and no route leads on',
  IP_INADDRERRORS: 'its addresses make no sense where it came in',
  IP_OUTNOROUTES: 'it was made here, and no route leads out',
  IP_LOCAL_SOURCE: 'it came from outside with one of our own addresses as its source',
  IP_INVALID_SOURCE: 'its source address can never be a source',
  IP_LOCALNET: 'a loopback address (127.0.0.0/8) came in over the network',
  IP_INVALID_DEST: 'its destination address can never be a destination',
  IP_RPFILTER: 'reverse path filter: the way back to its source does not lead through this device',
  PKT_TOO_BIG: 'it is longer than the MTU and must not be cut (DF)',
  NEIGH_FAILED: 'nobody answered the ARP questions for the next hop',
  NEIGH_QUEUEFULL: 'too many packets wait for the same ARP answer',
  NEIGH_DEAD: 'the neighbour entry was deleted meanwhile',
  OTHERHOST: 'its destination MAC belongs to somebody else',
  NO_SOCKET: 'no program listens there',
  NO_TX_TARGET: 'the device has no one to send it to',
  VXLAN_VNI_NOT_FOUND: 'no VXLAN device here has this VNI',
  VXLAN_INVALID_HDR: 'the VXLAN header is broken',
  LOCAL_MAC: 'its source MAC is that of the device itself',
  DEV_READY: 'the device is down',
  QDISC_DROP: 'the device has no carrier: the other end is down or gone',
  DEV_HDR: 'the link-layer header is broken',
  RECURSION_LIMIT: 'it went through tunnels inside tunnels until the kernel stopped it',
  BRIDGE_INGRESS_STP_STATE: 'the bridge port is not in use: the bridge is down, or the port has no carrier',
  UNHANDLED_PROTO: 'nothing here handles this protocol',
  UNICAST_IN_L2_MULTICAST: 'a unicast IP packet came in a broadcast frame',
  FRAG_REASM_TIMEOUT: 'the other fragments did not come in time',
  PKT_TOO_SMALL: 'it is shorter than its header says',
  QUEUE_PURGE: 'the queue in which it waited was emptied',
  PROCESS_DISCARD: 'the program that read it threw it away',
  NOT_SPECIFIED: 'the kernel gives no reason',
};

export const disposition: Dictionary['disposition'] = {
  delivered: 'delivered',
  replied: 'answered',
  connected: 'connected',
  refused: 'connection refused',
  unreachable: 'destination unreachable',
  'no-route': 'no route',
  timeout: 'no answer',
  dropped: 'dropped',
  'no-name': 'unknown name',
  'too-big': 'too big for the MTU',
  'ttl-exceeded': 'TTL used up',
};

export const fold: Dictionary['fold'] = {
  arp: 'ARP: finding a MAC address',
  lookup: 'DNS: asking for the address behind a name',
  handshake: 'TCP: opening the connection',
  closing: 'TCP: closing the connection',
  copies: 'copies that nobody wanted',
};
