/** The steps of a packet, explained in English. Names of devices, tables and hooks stay as Linux prints them. */
import { segmentOf } from '../../../trace/story.ts';
import type { Sentences } from '../dictionary.ts';
import { drop } from './outcomes.ts';

export type StepSentences = Pick<
  Sentences,
  Extract<keyof Sentences, `step.${string}` | `why.${string}` | `send.${string}` | `lab.${string}`>
>;

const glosses: Readonly<Record<string, string>> = drop;

/** Who drops a packet: a machine or a pod by its name, a switch by its segment. */
function who(ns: string): string {
  const segment = segmentOf(ns);
  return segment === undefined ? ns : `The switch of segment ${segment}`;
}

export const steps: StepSentences = {
  'step.originate': ({ ns, by }) => `In ${ns}, ${by} makes the packet.`,
  'step.rx.host': ({ ns, dev }) =>
    `${ns} receives the frame on ${dev}. Its destination MAC is that of this device.`,
  'step.rx.broadcast': ({ ns, dev }) =>
    `${ns} receives the frame on ${dev}. It is a broadcast: everyone on the segment gets it.`,
  'step.rx.multicast': ({ ns, dev }) =>
    `${ns} receives the frame on ${dev}. It is addressed to a multicast group.`,
  'step.rx.otherhost': ({ ns, dev }) =>
    `${ns} receives the frame on ${dev}. Its destination MAC is another device's; only a bridge port passes such a frame on.`,
  'step.tx': ({ ns, dev }) => `${ns} transmits the frame through ${dev}.`,
  'step.hook': ({ hook }) => `The packet passes the netfilter hook ${hook}.`,
  'step.hook.bridged': ({ hook }) =>
    `The frame is only bridged, but br_netfilter shows it to the hook ${hook} as well.`,
  'step.conntrack.created': () => 'Conntrack knows no connection of this packet: it is NEW.',
  'step.conntrack.found': ({ state }) => `Conntrack finds the packet's connection. The packet is ${state}.`,
  'step.conntrack.reply': ({ state }) =>
    `Conntrack recognises an answer: it goes against the direction of its connection. The packet is ${state}.`,
  'step.conntrack.confirmed': () =>
    'The packet got through, so its connection is written into the conntrack table.',
  'step.conntrack.none': ({ state }) => `Conntrack has no connection for this packet: it is ${state}.`,
  'step.chain.rule': ({ table, chain, number, verdict }) =>
    `Table ${table}, chain ${chain}: rule ${number} matches and says ${verdict}.`,
  'step.chain.jump': ({ table, chain, number, to }) =>
    `Table ${table}, chain ${chain}: rule ${number} matches and jumps to ${to}.`,
  'step.chain.return': ({ table, chain }) =>
    `Table ${table}: the end of chain ${chain}, so the walk goes on where it jumped from.`,
  'step.chain.policy': ({ table, chain, verdict }) =>
    `Table ${table}: no rule of ${chain} decided, so its policy does: ${verdict}.`,
  'step.nat.src': ({ was, is }) => `NAT: the source ${was} becomes ${is}.`,
  'step.nat.dst': ({ was, is }) => `NAT: the destination ${was} becomes ${is}.`,
  'step.nat.inner': ({ was, is }) =>
    was === is
      ? 'NAT: the packet quoted inside the ICMP error is rewritten, so that its sender knows it again.'
      : `NAT: ${was} becomes ${is}, and so does the packet quoted inside the ICMP error.`,
  'step.route.via': ({ dst, via, dev }) =>
    `Route lookup for ${dst}: the longest matching prefix says via ${via}, out of ${dev}.`,
  'step.route.link': ({ dst, dev }) =>
    `Route lookup for ${dst}: the address is on the link of ${dev}, so no gateway is needed.`,
  'step.route.local': ({ dst }) =>
    `Route lookup for ${dst}: the address is local, the packet goes up the stack here.`,
  'step.route.broadcast': ({ dst }) =>
    `Route lookup for ${dst}: a broadcast address, for everyone on the link.`,
  'step.route.none': ({ dst }) => `Route lookup for ${dst}: no route matches.`,
  'step.route.blackhole': ({ dst }) =>
    `Route lookup for ${dst}: a blackhole route, the packet vanishes without an answer.`,
  'step.route.unreachable': ({ dst }) =>
    `Route lookup for ${dst}: the route says unreachable, the sender is told so.`,
  'step.route.prohibit': ({ dst }) =>
    `Route lookup for ${dst}: the route says prohibit, the sender is told so.`,
  'step.route.martian': ({ dst }) =>
    `Route lookup for ${dst}: a martian, an address that cannot come in here.`,
  'step.ttl': ({ from, to }) => `The packet is forwarded, so its TTL goes down from ${from} to ${to}.`,
  'step.neigh.resolved': ({ ip, mac, dev }) => `Neighbour table of ${dev}: ${ip} has the MAC ${mac}.`,
  'step.neigh.incomplete': ({ ip, dev }) =>
    `Neighbour table of ${dev}: the MAC of ${ip} is not known yet, ARP has to ask.`,
  'step.neigh.failed': ({ ip, dev }) => `Neighbour table of ${dev}: nobody answered for ${ip}.`,
  'step.neigh.noarp': ({ dev }) => `${dev} has no link layer, so no MAC has to be found.`,
  'step.neigh.learned': ({ ip, mac, dev }) =>
    `Neighbour table of ${dev}: learned that ${ip} has the MAC ${mac}.`,
  'step.fdb.port': ({ mac, port, dev }) => `Forwarding table (FDB) of ${dev}: ${mac} is behind port ${port}.`,
  'step.fdb.local': ({ mac, dev }) =>
    `Forwarding table (FDB) of ${dev}: ${mac} is its own MAC, the frame goes up to IP.`,
  'step.fdb.flood': ({ mac, dev }) =>
    `Forwarding table (FDB) of ${dev}: ${mac} stands at no single port, so every port gets a copy.`,
  'step.fdb.remote': ({ mac, dst, dev }) => `Forwarding table (FDB) of ${dev}: ${mac} is the VTEP at ${dst}.`,
  'step.fdb.miss': ({ mac, dev }) =>
    `Forwarding table (FDB) of ${dev}: no entry for ${mac}, so no node to send it to.`,
  'step.fdb.learned': ({ mac, port, dev }) =>
    `Forwarding table (FDB) of ${dev}: learned that ${mac} is behind port ${port}.`,
  'step.fdb.same-port': ({ mac, port, dev }) =>
    `Forwarding table (FDB) of ${dev}: ${mac} is behind ${port}, where the frame came from, so it is not sent back.`,
  'step.switch.port': ({ segment, mac, to }) =>
    `The switch of segment ${segment} knows from its forwarding table (FDB): ${mac} is behind the port towards ${to}.`,
  'step.switch.same-port': ({ segment, mac, to }) =>
    `The switch of segment ${segment} knows from its forwarding table (FDB): ${mac} is behind the port towards ${to}, where the frame came from, so it is not sent back.`,
  'step.switch.learned': ({ segment, mac, to }) =>
    `The switch of segment ${segment} learned for its forwarding table (FDB): ${mac} is behind the port towards ${to}.`,
  'step.switch.flood': ({ segment, mac }) =>
    `In the forwarding table (FDB) of segment ${segment}'s switch, ${mac} stands at no single port, so every port gets a copy.`,
  'step.encap.vxlan': ({ dev, vni, src, dst }) =>
    `${dev} wraps the whole frame: a VXLAN header (VNI ${vni}), then UDP, then IP from ${src} to ${dst}.`,
  'step.decap.vxlan': ({ dev, vni }) =>
    `${dev} unwraps the frame: the outer headers and the VXLAN header (VNI ${vni}) come off.`,
  'step.restore': ({ dev, mac }) =>
    `br_netfilter gives the frame back to ${dev}, with the MAC of its sender (${mac}): it is bridged, not routed.`,
  'step.flood': ({ dev, ports, count }) => `${dev} copies the frame to ${count} ports: ${ports}.`,
  'step.fragment': ({ dev, mtu, pieces }) =>
    `The packet is longer than the MTU of ${dev} (${mtu} bytes), so it is cut into ${pieces} fragments.`,
  'step.reassemble.waiting': () => 'A fragment arrived; the packet waits for the others.',
  'step.reassemble.local': () => 'The last fragment arrived: the packet is whole again.',
  'step.reassemble.conntrack': () =>
    'Connection tracking puts the fragments together, because it has to see the ports.',
  'step.queue': ({ ip, dev }) => `The packet waits at ${dev} until ARP finds the MAC of ${ip}.`,
  'step.process': ({ process, action }) => `${process}, a program in user space, has the packet: ${action}.`,
  'step.unsent.no-route': ({ to }) =>
    `An ICMP error to ${to} is due, but there is no route to ${to} either: it is not sent.`,
  'step.unsent.limit': ({ to }) =>
    `An ICMP error to ${to} is due, but ${to} has been sent as many as the rate limit allows: it is not sent.`,
  'step.deliver': ({ to }) => `The packet has arrived: ${to} gets it.`,

  'why.no-route': ({ ns, dst }) => `${who(ns)} drops the packet: it has no route to ${dst}.`,
  'why.refused-by-route': ({ ns, dst }) =>
    `${who(ns)} drops the packet: it does not forward to ${dst}, for a route says no or ip_forward is 0.`,
  'why.no-fdb': ({ ns, dev, mac }) =>
    `${who(ns)} drops the packet: ${dev} has no fdb row for ${mac}, so it does not know which node to send to.`,
  'why.no-neigh': ({ ns, dev, ip }) =>
    `${who(ns)} drops the packet: nobody answered when it asked on ${dev} who has ${ip}.`,
  'why.no-socket': ({ ns, dst }) => `${who(ns)} drops the packet: nobody listens at ${dst}.`,
  'why.rule': ({ ns, table, chain }) =>
    `${who(ns)} drops the packet: a rule of chain ${chain}, table ${table}, does not let it pass.`,
  'why.policy': ({ ns, table, chain }) =>
    `${who(ns)} drops the packet: no rule lets it pass, and the policy of chain ${chain} (table ${table}) is DROP.`,
  'why.ttl': ({ ns }) => `${who(ns)} drops the packet: its TTL ran out.`,
  'why.too-big': ({ ns, size }) =>
    `${who(ns)} drops the packet: with ${size} bytes it is too long for the next device, and it must not be fragmented (DF).`,
  'why.martian': ({ ns, src }) =>
    `${who(ns)} drops the packet: it does not believe that one from ${src} can come in there.`,
  'why.otherhost': ({ ns, dev }) =>
    `${who(ns)} drops the frame: it reached ${dev}, but its destination MAC is not that of ${dev}.`,
  'why.device': ({ ns }) =>
    `${who(ns)} drops the packet: a device there is down, or nobody is at its other end.`,
  'why.other': ({ ns, reason }) => `${who(ns)} drops the packet: ${glosses[reason] ?? reason}.`,
  'why.told': ({ from }) => `An error went back to the sender, from ${from}.`,
  'why.silent': () => 'Nobody told the sender: the program waits until it gives up.',
  'why.untold.no-route': ({ ns, to }) =>
    `Nobody told the sender: ${who(ns)} has no route back to ${to} either, so its ICMP error was not sent. The way back has to be mended as well.`,
  'why.untold.limit': ({ ns, to }) =>
    `Nobody told the sender: ${who(ns)} had already sent ${to} as many ICMP errors as its rate limit allows.`,
  'send.unknown-endpoint': ({ endpoint }) => `There is no ${endpoint} on this board.`,
  'send.not-a-sender': ({ endpoint }) => `${endpoint} cannot send a packet of its own.`,
  'send.no-address': ({ endpoint }) => `${endpoint} has no IPv4 address.`,
  'send.waiting': ({ endpoint, why }) =>
    `${endpoint} is still ContainerCreating, so it has no address yet. kubelet says: ${why}`,
  'send.no-port': ({ endpoint }) => `TCP and UDP need a port: write ${endpoint}:PORT.`,
  'send.no-cluster-ip': ({ endpoint, type }) =>
    type === 'headless'
      ? `${endpoint} is headless: it has no address of its own. Send to one of its pods, or use its name in a pod's terminal.`
      : `${endpoint} is an ExternalName: a name in DNS without an address. Use its name in a pod's terminal.`,
  'send.no-service-port': ({ endpoint, port, ports }) =>
    `${endpoint} has no port ${port}; it has ${ports === '' ? 'none' : ports}.`,
  'send.no-dns': ({ name, from }) =>
    `Only pods ask the cluster's DNS: ${from} cannot look up ${name}. Send from a pod, or to an address.`,
  'send.bad-pick': ({ pick }) => `${pick} is no choice of an endpoint: write NAMESPACE/SERVICE=ENDPOINT.`,
  'send.not-an-endpoint': ({ endpoint, service, endpoints }) =>
    `${endpoint} is no endpoint of ${service}; ${endpoints === '' ? 'it has none' : `it has ${endpoints}`}.`,
  'send.budget': ({ steps }) =>
    `Stopped after ${steps} steps: the packet multiplies or runs in circles. Look for a loop in routes or bridges.`,
  'lab.too-large': ({ nodes, most }) =>
    `${nodes} nodes are too many for one machine: a lab has ${most} at most. Take some out of the text, or generate a smaller cluster.`,
};
