/** What the documents say together, in English. A warning still makes a board; each names what the board does about it. */
import type { Sentences } from '../dictionary.ts';

export type ClusterSentences = Pick<Sentences, Extract<keyof Sentences, `cluster.${string}`>>;

export const cluster: ClusterSentences = {
  'cluster.no-nodes': ({ command }) =>
    `There is no Node in this text, so no board can be drawn. Get nodes and pods with: ${command}`,
  'cluster.ipv6-only': ({ nodes }) =>
    `All ${nodes} nodes have IPv6 addresses only. This board shows IPv4: open a cluster with IPv4 or dual stack.`,
  'cluster.dual-stack': ({ count }) =>
    `${count} objects have IPv4 and IPv6 addresses. The board shows IPv4 and leaves IPv6 out.`,
  'cluster.no-flannel': ({ backend }) =>
    `Nothing here says that the cluster uses flannel. The board is built with flannel's backend ${backend}, not with your network plugin.`,
  'cluster.node-no-ip': ({ node }) =>
    `Node ${node} has no InternalIP in status.addresses, so it cannot be connected. Add the address.`,
  'cluster.node-ipv6-only': ({ node, ip }) =>
    `Node ${node} has only the IPv6 address ${ip}, so it cannot be connected here. Add an IPv4 InternalIP.`,
  'cluster.node-same-ip': ({ node, other, ip, line }) =>
    `Nodes ${node} and ${other} (line ${line}) both have the address ${ip}. Give one of them another.`,
  'cluster.node-no-podcidr': ({ node }) =>
    `Node ${node} has no spec.podCIDR, so flanneld cannot start there and its pods get no network. Add one, or start kube-controller-manager with --allocate-node-cidrs.`,
  'cluster.node-podcidrs': ({ node, count }) =>
    `Node ${node} has ${count} ranges for pods, so flanneld cannot start there. Leave one, or one of each family.`,
  'cluster.node-architecture': ({ node, architecture }) =>
    `Node ${node} is an ${architecture} machine, for which flanneld's udp backend is not built: it cannot start there. Choose vxlan or host-gw.`,
  'cluster.node-podcidr-ipv6': ({ node, podCIDR }) =>
    `Node ${node} has only the IPv6 range ${podCIDR} for pods. Add an IPv4 range to spec.podCIDRs.`,
  'cluster.node-podcidr-outside': ({ node, podCIDR, network }) =>
    `Node ${node}: ${podCIDR} is not inside flannel's network ${network}, so flanneld refuses it. Change podCIDR or net-conf.json.`,
  'cluster.podcidr-changed': ({ node, was, podCIDR }) =>
    `Node ${node}: the API server refuses to change ${was} to ${podCIDR}. The board takes it as the node deleted and joined anew; cni0 keeps its old address until it is deleted.`,
  'cluster.podcidr-overlap': ({ node, podCIDR, other, otherPodCIDR, line }) =>
    `Node ${node}: ${podCIDR} overlaps ${otherPodCIDR} of ${other} (line ${line}). Packets for one go to the other; make them disjoint.`,
  'cluster.node-ip-in-pod-network': ({ node, ip, network }) =>
    `Node ${node}: its address ${ip} lies inside the pod network ${network}. Routes will take packets for it into the tunnel; choose another network.`,
  'cluster.node-not-ready': ({ node, status }) =>
    `Node ${node} is NotReady: its condition Ready is ${status}. The node lifecycle controller marks its pods as not ready, so Services leave them out; flannel's routes to it stay until the Node is deleted.`,
  'cluster.node-public-ip': ({ node, publicIP, ip }) =>
    `Node ${node}: flannel's annotation public-ip says ${publicIP}, but the node has ${ip}. The board uses ${ip}.`,
  'cluster.same-public-ip': ({ node, other, ip, line }) =>
    `Node ${node} is known by ${ip}, and so is ${other} (line ${line}): the others send both nodes' packets to one place. Give each its own address (--iface, --public-ip).`,
  'cluster.netconf-network': () =>
    `net-conf.json names no Network that could be cut in subnets. flanneld asks again every second until it does.`,
  'cluster.netconf-subnet-len': () =>
    `SubnetLen leaves a node no room: a bridge and a pod need at least a /30. flanneld asks again every second.`,
  'cluster.netconf-four-subnets': ({ network }) =>
    `Subnets of this SubnetLen fit fewer than four times into ${network}. Make SubnetLen larger, or the Network.`,
  'cluster.netconf-too-small': ({ network }) =>
    `${network} is too small to be cut in four: a /28 is the smallest that is. flanneld asks again every second.`,
  'cluster.netconf-range': ({ network }) => `SubnetMin and SubnetMax must lie inside the Network ${network}.`,
  'cluster.netconf-boundary': () =>
    `SubnetMin and SubnetMax must each be where a subnet of SubnetLen begins.`,
  'cluster.flannel-nftables': () =>
    `EnableNFTables: flanneld's rules would be nftables, which the board does not simulate. It has none of them: nothing is masqueraded.`,
  'cluster.etcd-no-config': ({ key }) =>
    `etcd holds no flannel configuration: spec.flannel.etcd has no key ${key}. Add it, or take spec.flannel.etcd away.`,
  'cluster.etcd-bad-key': ({ key, example }) =>
    `The key “${key}” is no lease of flannel: it must look like ${example}, its value like {"PublicIP":"192.168.0.11"}. It is left out.`,
  'cluster.node-no-lease': ({ node }) =>
    `flanneld of node ${node} gets no subnet: every one of the network is taken. It ends, and its pods get no network.`,
  'cluster.same-name': ({ name, field }) =>
    `The name “${name}” is used twice (${field}). Each machine on the board needs a name of its own; rename one.`,
  'cluster.backend-not-simulated': ({ backend, used, allowed }) =>
    `The backend ${backend} is not simulated yet; the board uses ${used}. Simulated: ${allowed}.`,
  'cluster.backend-mixed': ({ backend, node, nodeBackend }) =>
    `The cluster uses ${backend}, but node ${node} says ${nodeBackend}. flannel needs one backend everywhere; the board uses ${backend}.`,
  'cluster.segment-widened': ({ node, ip, segment, cidr }) =>
    `Node ${node}: ${ip} was outside segment ${segment}, which was widened to ${cidr}. State spec.segments in a Board document if that is wrong.`,
  'cluster.segment-overlap': ({ segment, other }) =>
    `Segments ${segment} and ${other} overlap, so nobody can route between them. Give them disjoint prefixes.`,
  'cluster.segment-reserved-address': ({ node, ip, segment, cidr }) =>
    `Node ${node} has ${ip}, but in segment ${segment} (${cidr}) that is the network, the router (.1) or the broadcast address. Give the node another.`,
  'cluster.segment-unknown-node': ({ segment, node }) =>
    `Segment ${segment} names the node ${node}, which does not exist. Correct the name or add the Node.`,
  'cluster.segment-wrong-node': ({ segment, cidr, node, ip }) =>
    `Segment ${segment} (${cidr}) names ${node}, but its address ${ip} is not inside. Correct one of the two.`,
  'cluster.node-no-segment': ({ node, ip }) =>
    `Node ${node} (${ip}) is in no segment. Add it to spec.segments of the Board document.`,
  'cluster.client-inside': ({ client, ip, where, cidr }) =>
    `The client ${client} has ${ip}, which belongs to ${where} (${cidr}). A client stands outside: choose an address elsewhere.`,
  'cluster.client-reserved-address': ({ client, ip }) =>
    `The client ${client} has ${ip}, which in its network is the router (.1), the network or the broadcast address. Choose another.`,
  'cluster.client-same-ip': ({ client, other, ip }) =>
    `The clients ${client} and ${other} both have ${ip}. Give one of them another address.`,
  'cluster.pod-same-ip': ({ pod, other, ip, line }) =>
    `Pods ${pod} and ${other} (line ${line}) both have the address ${ip}. Only one can be reached; give the other another address or delete it.`,
  'cluster.pod-ip-of-node': ({ pod, ip, node }) =>
    `Pod ${pod} has ${ip}, the address of node ${node}, without hostNetwork: true. Add hostNetwork or correct the address.`,
  'cluster.pod-ip-reserved': ({ pod, ip, owner, node }) =>
    `Pod ${pod} has ${ip}, which is taken on node ${node} (${owner}). Give it another address of the range.`,
  'cluster.pod-ip-outside': ({ pod, ip, node, podCIDR }) =>
    `Pod ${pod}: ${ip} is outside ${podCIDR} of its node ${node}, so host-local cannot give it and chooses another. Correct the address or the podCIDR.`,
  'cluster.pod-ipv6-only': ({ pod, ip }) =>
    `Pod ${pod} has only the IPv6 address ${ip} and is not shown. Add an IPv4 address to status.podIPs.`,
  'cluster.pod-unknown-node': ({ pod, node }) =>
    `Pod ${pod} runs on node ${node}, which is not in this text. It is not shown; add the Node.`,
  'cluster.pod-unscheduled': ({ pod }) =>
    `Pod ${pod} has no node yet (spec.nodeName) and is not shown. Schedule it, or add the field.`,
  'cluster.pod-finished': ({ pod, phase }) =>
    `Pod ${pod} is ${phase}: its network is gone and its address may belong to another pod. It is not shown; nothing to do.`,
  'cluster.pod-no-podcidr': ({ pod, node }) =>
    `Pod ${pod} gets no network, because node ${node} has no podCIDR. Add spec.podCIDR to the node.`,
  'cluster.pod-range-full': ({ pod, node, podCIDR }) =>
    `Pod ${pod} gets no address: ${podCIDR} of node ${node} is used up. Use a larger range or fewer pods.`,
  'cluster.policy-no-namespace': ({ policy, namespace }) =>
    `NetworkPolicy ${policy} selects nobody: there is no namespace ${namespace}. Correct the name, or add the Namespace.`,
  'cluster.service-invalid': ({ service }) => `The API server refuses Service ${service}.`,
  'cluster.service-taken': ({ service, what, other, line }) =>
    `Service ${service} asks for ${what}, which ${other} (line ${line}) has. Choose another, or leave it out.`,
  'cluster.service-out-of-range': ({ service, what, range }) =>
    `Service ${service}: ${what} is outside ${range}. Take one inside, or leave the field out and one is given.`,
  'cluster.service-outside': ({ service, what, range }) =>
    `Service ${service}: ${what} is outside ${range}. It has a uid, so its cluster took it: the board uses it. Write that cluster's range in spec.nodePortRange of the Board.`,
  'cluster.service-no-endpoints': ({ service }) =>
    `Service ${service} has no selector and no EndpointSlice: it has no endpoints. Add one of the two.`,
  'cluster.service-selects-none': ({ service }) => `Service ${service} selects no pod. Compare the labels.`,
  'cluster.service-no-such-port': ({ service, port, protocol }) =>
    `Service ${service}: no pod that it selects has a ${protocol} port named “${port}”. Name the containerPort so.`,
  'cluster.fault-nowhere': ({ on }) =>
    `There is no machine or pod ${on}. Write the name of a node, client or router, or NAMESPACE/POD.`,
  'cluster.expect-size': ({ protocol }) =>
    `A size can be given for a ping only, not for ${protocol}. Take it away, or write protocol: icmp.`,
  'cluster.expect-no-port': ({ field }) =>
    `A ping has no port and meets no Service, so ${field} says nothing. Write protocol: tcp or udp, or take it away.`,
  'cluster.fault-command': ({ command, error }) => `“${command}” is not understood: ${error}`,
  'cluster.allocated-ignored': ({ pod, ip, node, podCIDR }) =>
    `Pod ${pod}: the allocated address ${ip} is not free in ${podCIDR} of node ${node}, so it gets another. Remove the entry from spec.allocated.`,
};
