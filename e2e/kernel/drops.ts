/**
 * Why a packet was thrown away, kernel against simulator: the one list of what either side's reason means on the other.
 * A reason of the kernel that is not here is a difference, and so is one of the simulator. Compared are the reasons of a
 * namespace as a heap, for the kernel frees some packets later than it decides. The kernel's function is told, not compared: it is the one
 * that frees, which a compiler may have merged into its caller; the simulator names the one that decides.
 *
 * The kernel tells them by drops.py; where that cannot be (no root, no BTF) they are not compared, and the summary says so.
 */
import type { JsonDrop, TraceJson } from '../../src/trace/json.ts';
import type { DropReason } from '../../src/trace/types.ts';

/** A reason of both sides. */
interface Known {
  /** what has happened, and the kernel's file that says so */
  readonly says: string;
  readonly source: string;
}

/** Every reason that the simulator gives; `undefined`: the kernel has no such thing, with why. */
export const REASONS: Readonly<Record<DropReason, Known | { readonly ours: string }>> = {
  NETFILTER_DROP: {
    says: 'a rule, a policy, NAT or conntrack said no',
    source: 'net/netfilter/core.c nf_hook_slow',
  },
  IP_INHDR: { says: 'no time to live is left', source: 'net/ipv4/ip_forward.c ip_forward' },
  IP_INNOROUTES: { says: 'no route for what came in', source: 'net/ipv4/route.c ip_error' },
  IP_INADDRERRORS: {
    says: 'it would have to be forwarded, which is off',
    source: 'net/ipv4/route.c ip_error',
  },
  IP_OUTNOROUTES: {
    says: 'no route for what is made here',
    source: 'drivers/net/vxlan/vxlan_core.c vxlan_xmit_one',
  },
  IP_LOCAL_SOURCE: {
    says: 'an own address came in from outside',
    source: 'net/ipv4/fib_frontend.c __fib_validate_source',
  },
  IP_INVALID_SOURCE: { says: 'no host can have this source', source: 'net/ipv4/route.c ip_route_input_slow' },
  IP_LOCALNET: { says: '127.0.0.0/8 came in by a device', source: 'net/ipv4/route.c ip_route_input_slow' },
  IP_INVALID_DEST: {
    says: 'no host can have this destination',
    source: 'net/ipv4/route.c ip_route_input_slow',
  },
  IP_RPFILTER: {
    says: 'the way back leads elsewhere',
    source: 'net/ipv4/fib_frontend.c __fib_validate_source',
  },
  PKT_TOO_BIG: { says: 'longer than the MTU, and DF', source: 'net/ipv4/ip_forward.c ip_forward' },
  PKT_TOO_SMALL: { says: 'shorter than its header says', source: 'net/ipv4/ip_input.c ip_rcv_core' },
  NEIGH_FAILED: { says: 'nobody answered', source: 'net/ipv4/arp.c arp_error_report' },
  NEIGH_QUEUEFULL: { says: 'too many wait', source: 'net/core/neighbour.c __neigh_event_send' },
  NEIGH_DEAD: { says: 'the entry is gone', source: 'net/core/neighbour.c __neigh_event_send' },
  QUEUE_PURGE: {
    says: 'the queue of a neighbour was emptied',
    source: 'net/core/neighbour.c neigh_invalidate',
  },
  OTHERHOST: { says: 'the destination MAC is not ours', source: 'net/ipv4/ip_input.c ip_rcv_core' },
  NO_SOCKET: {
    says: 'nobody listens',
    source: 'net/ipv4/tcp_ipv4.c tcp_v4_rcv, net/ipv4/udp.c __udp4_lib_rcv',
  },
  NO_TX_TARGET: { says: 'no fdb row, or no port', source: 'drivers/net/vxlan/vxlan_core.c vxlan_xmit' },
  VXLAN_VNI_NOT_FOUND: {
    says: 'no device with this VNI',
    source: 'drivers/net/vxlan/vxlan_core.c vxlan_rcv',
  },
  VXLAN_INVALID_HDR: { says: 'no VXLAN header', source: 'drivers/net/vxlan/vxlan_core.c vxlan_rcv' },
  LOCAL_MAC: { says: "the device's own MAC came in", source: 'drivers/net/vxlan/vxlan_core.c vxlan_set_mac' },
  DEV_READY: { says: 'the device is down', source: 'net/core/dev.c __dev_queue_xmit, enqueue_to_backlog' },
  QDISC_DROP: { says: 'no carrier: the queue is noop', source: 'net/sched/sch_generic.c noop_enqueue' },
  DEV_HDR: { says: 'the link header is broken', source: 'drivers/net/tun.c tun_get_user' },
  RECURSION_LIMIT: { says: 'devices in devices', source: 'net/core/dev.c __dev_queue_xmit' },
  BRIDGE_INGRESS_STP_STATE: { says: 'the port is disabled', source: 'net/bridge/br_input.c br_handle_frame' },
  UNHANDLED_PROTO: { says: 'no handler for the protocol', source: 'net/core/dev.c __netif_receive_skb_core' },
  UNICAST_IN_L2_MULTICAST: {
    says: 'unicast in a broadcast frame',
    source: 'net/ipv4/ip_input.c ip_rcv_finish_core',
  },
  FRAG_REASM_TIMEOUT: { says: 'the other pieces did not come', source: 'net/ipv4/ip_fragment.c ip_expire' },
  NOT_SPECIFIED: { says: 'kfree_skb without a reason', source: 'include/linux/skbuff.h kfree_skb' },
  PROCESS_DISCARD: {
    ours: 'a program that reads a packet and forgets it drops nothing, as the kernel sees it',
  },
};

/** What the kernel throws away and the simulator does not, or elsewhere. */
export interface DropRule {
  readonly reason: string;
  /** the kernel's function that frees it */
  readonly where: RegExp;
  readonly does: 'is left out' | 'has no namespace';
  readonly because: string;
}

export const DROP_RULES: readonly DropRule[] = [
  {
    reason: 'QUEUE_PURGE',
    where: /^(?:skb_queue_purge_reason|inet_sock_destruct|__sk_destruct)/,
    does: 'is left out',
    because:
      'a socket that is closed frees what its program did not read: answers, and copies of ICMP errors',
  },
  {
    reason: 'NOT_SPECIFIED',
    where: /dev_forward_skb/,
    does: 'has no namespace',
    because:
      'the other end of a pair refuses a frame: to the kernel it still belongs to the device that sent it (skb->dev), and it counts it at the one that refuses (rx_dropped), as the simulator does',
  },
];

/** What the kernel did; without drops where it tells none, or may not have told all. */
export type KernelTrace = Omit<TraceJson, 'drops' | 'drop'> & Partial<Pick<TraceJson, 'drops'>>;

/** Drops of a trace as they are compared: reasons by namespace, sorted; `*` where the namespace is not compared. */
type Heap = Readonly<Record<string, readonly string[]>>;

function heap(
  drops: Readonly<Record<string, readonly JsonDrop[]>>,
  name: (drop: JsonDrop) => string | undefined,
): Heap {
  const found: Record<string, string[]> = {};
  for (const [ns, list] of Object.entries(drops)) {
    for (const drop of list) {
      const [reason, where] = drop;
      const rule = DROP_RULES.find((each) => each.reason === reason && each.where.test(where));
      const named = rule?.does === 'is left out' ? undefined : name(drop);
      if (named !== undefined) (found[rule ? '*' : ns] ??= []).push(named);
    }
  }
  for (const list of Object.values(found)) list.sort();
  return found;
}

/** A reason that this kernel's release does not know yet is one it does not give. */
const ours =
  (known: ReadonlySet<string>) =>
  ([reason]: JsonDrop): string | undefined => {
    const row = REASONS[reason as DropReason];
    if ('ours' in row) return undefined;
    return known.has(reason) ? reason : 'NOT_SPECIFIED';
  };

const theirs = ([reason, where]: JsonDrop): string =>
  reason in REASONS ? reason : `${reason} in ${where}, which no row of drops.ts knows`;

/** The drops of both as heaps. @param known the reasons that this kernel has */
export function dropsOf(
  trace: TraceJson,
  of: TraceJson['drops'],
  known: ReadonlySet<string>,
): readonly [Heap, Heap] {
  return [heap(trace.drops, ours(known)), heap(of, theirs)];
}
