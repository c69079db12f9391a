/** 各文档合起来有什么问题。警告不影响画板；每条都说明画板是怎么处理的。 */
import type { ClusterSentences } from '../en/cluster.ts';

export const cluster: ClusterSentences = {
  'cluster.no-nodes': ({ command }) => `文本里没有 Node，画不出板。请用这条命令导出节点和 Pod：${command}`,
  'cluster.ipv6-only': ({ nodes }) =>
    `全部 ${nodes} 个节点都只有 IPv6 地址。本板只显示 IPv4，请打开带 IPv4 或双栈的集群。`,
  'cluster.dual-stack': ({ count }) => `有 ${count} 个对象同时带 IPv4 和 IPv6 地址。板上只显示 IPv4。`,
  'cluster.no-flannel': ({ backend }) =>
    `看不出这个集群在用 flannel。画板按 flannel 的 ${backend} 后端来画，而不是你实际的网络插件。`,
  'cluster.node-no-ip': ({ node }) =>
    `节点 ${node} 的 status.addresses 里没有 InternalIP，无法接入网络。请补上地址。`,
  'cluster.node-ipv6-only': ({ node, ip }) =>
    `节点 ${node} 只有 IPv6 地址 ${ip}，无法接入。请补一个 IPv4 的 InternalIP。`,
  'cluster.node-same-ip': ({ node, other, ip, line }) =>
    `节点 ${node} 和 ${other}（第 ${line} 行）的地址都是 ${ip}。请给其中一个换地址。`,
  'cluster.node-no-podcidr': ({ node }) =>
    `节点 ${node} 没有 spec.podCIDR，那里的 flanneld 起不来，Pod 也就没有网络。请补上，或给 kube-controller-manager 加 --allocate-node-cidrs。`,
  'cluster.node-podcidrs': ({ node, count }) =>
    `节点 ${node} 有 ${count} 个给 Pod 的网段，那里的 flanneld 起不来。请只留一个，或每种地址各留一个。`,
  'cluster.node-architecture': ({ node, architecture }) =>
    `节点 ${node} 是 ${architecture} 机器，flanneld 的 udp 后端没有这种架构的实现，在那里起不来。请改用 vxlan 或 host-gw。`,
  'cluster.node-podcidr-ipv6': ({ node, podCIDR }) =>
    `节点 ${node} 给 Pod 的网段只有 IPv6 的 ${podCIDR}。请在 spec.podCIDRs 里补一个 IPv4 网段。`,
  'cluster.node-podcidr-outside': ({ node, podCIDR, network }) =>
    `节点 ${node}：${podCIDR} 不在 flannel 的网络 ${network} 之内，flanneld 会拒绝。请改 podCIDR 或 net-conf.json。`,
  'cluster.podcidr-changed': ({ node, was, podCIDR }) =>
    `节点 ${node}：API server 不允许把 ${was} 改成 ${podCIDR}。这里当作节点删除后重新加入；cni0 的旧地址会留着，删掉 cni0 才换。`,
  'cluster.podcidr-overlap': ({ node, podCIDR, other, otherPodCIDR, line }) =>
    `节点 ${node} 的 ${podCIDR} 与 ${other} 的 ${otherPodCIDR}（第 ${line} 行）重叠，报文会送错节点。请改成互不重叠。`,
  'cluster.node-ip-in-pod-network': ({ node, ip, network }) =>
    `节点 ${node} 的地址 ${ip} 落在 Pod 网络 ${network} 里，发给它的报文会被路由进隧道。请换一个网络。`,
  'cluster.node-not-ready': ({ node, status }) =>
    `节点 ${node} 处于 NotReady：Ready 条件为 ${status}。节点生命周期控制器会把它的 Pod 标为未就绪，Service 不再选用它们；flannel 到该节点的路由不变，直到 Node 被删除。`,
  'cluster.node-public-ip': ({ node, publicIP, ip }) =>
    `节点 ${node}：flannel 的 public-ip 注解写的是 ${publicIP}，节点自己的地址却是 ${ip}。画板用 ${ip}。`,
  'cluster.same-public-ip': ({ node, other, ip, line }) =>
    `节点 ${node} 对外的地址是 ${ip}，${other}（第 ${line} 行）也是：其他节点会把两者的报文发往同一处。请让它们各用各的地址（--iface、--public-ip）。`,
  'cluster.netconf-network': () =>
    `net-conf.json 里没有可以划分子网的 Network。在补上之前，flanneld 每秒重试一次。`,
  'cluster.netconf-subnet-len': () =>
    `SubnetLen 太长，节点没有地址可用：网桥加一个 Pod 至少要 /30。flanneld 每秒重试一次。`,
  'cluster.netconf-four-subnets': ({ network }) =>
    `按这个 SubnetLen，${network} 划不出四个子网。请加大 SubnetLen，或换更大的 Network。`,
  'cluster.netconf-too-small': ({ network }) =>
    `${network} 太小，划不出四个子网，最小是 /28。flanneld 每秒重试一次。`,
  'cluster.netconf-range': ({ network }) => `SubnetMin 和 SubnetMax 都必须在 Network ${network} 之内。`,
  'cluster.netconf-boundary': () => `SubnetMin 和 SubnetMax 都必须是一个子网（长度为 SubnetLen）的起始地址。`,
  'cluster.flannel-nftables': () =>
    `EnableNFTables：flanneld 会把规则写进 nftables，画板不模拟它，因此这些规则都没有，也不做 MASQUERADE。`,
  'cluster.etcd-no-config': ({ key }) =>
    `etcd 里没有 flannel 的配置：spec.flannel.etcd 缺少键 ${key}。请补上，或去掉 spec.flannel.etcd。`,
  'cluster.etcd-bad-key': ({ key, example }) =>
    `键“${key}”不是 flannel 的租约，应形如 ${example}，值形如 {"PublicIP":"192.168.0.11"}。已忽略。`,
  'cluster.node-no-lease': ({ node }) =>
    `节点 ${node} 的 flanneld 分不到子网：网络里的子网都被占用了。它会退出，上面的 Pod 没有网络。`,
  'cluster.same-name': ({ name, field }) =>
    `名称“${name}”用了两次（${field}）。板上每台机器都要有自己的名称，请改掉一个。`,
  'cluster.backend-not-simulated': ({ backend, used, allowed }) =>
    `暂时不能模拟 ${backend} 后端，画板改用 ${used}。可模拟的有：${allowed}。`,
  'cluster.backend-mixed': ({ backend, node, nodeBackend }) =>
    `集群用的是 ${backend}，节点 ${node} 却写着 ${nodeBackend}。flannel 要求各节点后端一致，画板用 ${backend}。`,
  'cluster.segment-widened': ({ node, ip, segment, cidr }) =>
    `节点 ${node} 的 ${ip} 不在网段 ${segment} 里，网段已放宽到 ${cidr}。如果不对，请在 Board 文档里写明 spec.segments。`,
  'cluster.segment-overlap': ({ segment, other }) =>
    `网段 ${segment} 和 ${other} 重叠，之间无法路由。请改成互不重叠。`,
  'cluster.segment-reserved-address': ({ node, ip, segment, cidr }) =>
    `节点 ${node} 的 ${ip} 在网段 ${segment}（${cidr}）里是网络地址、路由器地址（.1）或广播地址。请给节点换一个地址。`,
  'cluster.segment-unknown-node': ({ segment, node }) =>
    `网段 ${segment} 里写了节点 ${node}，但没有这个节点。请改名称或补上 Node。`,
  'cluster.segment-wrong-node': ({ segment, cidr, node, ip }) =>
    `网段 ${segment}（${cidr}）里写了 ${node}，但它的地址 ${ip} 不在其中。请改正其中一处。`,
  'cluster.node-no-segment': ({ node, ip }) =>
    `节点 ${node}（${ip}）不属于任何网段。请把它加进 Board 文档的 spec.segments。`,
  'cluster.client-inside': ({ client, ip, where, cidr }) =>
    `客户端 ${client} 的地址 ${ip} 属于 ${where}（${cidr}）。客户端应在集群之外，请换一个地址。`,
  'cluster.client-reserved-address': ({ client, ip }) =>
    `客户端 ${client} 的 ${ip} 在所属网络里是路由器地址（.1）、网络地址或广播地址。请换一个地址。`,
  'cluster.client-same-ip': ({ client, other, ip }) =>
    `客户端 ${client} 和 ${other} 的地址都是 ${ip}。请给其中一个换地址。`,
  'cluster.pod-same-ip': ({ pod, other, ip, line }) =>
    `Pod ${pod} 和 ${other}（第 ${line} 行）的地址都是 ${ip}，只有一个能通。请给其中一个换地址，或删掉一个。`,
  'cluster.pod-ip-of-node': ({ pod, ip, node }) =>
    `Pod ${pod} 的地址 ${ip} 是节点 ${node} 的，却没有写 hostNetwork: true。请补上 hostNetwork，或改正地址。`,
  'cluster.pod-ip-reserved': ({ pod, ip, owner, node }) =>
    `Pod ${pod} 的地址 ${ip} 在节点 ${node} 上已被占用（${owner}）。请换成网段里的另一个地址。`,
  'cluster.pod-ip-outside': ({ pod, ip, node, podCIDR }) =>
    `Pod ${pod} 的地址 ${ip} 不在所在节点 ${node} 的 ${podCIDR} 之内，host-local 给不出这个地址，会另选一个。请改地址或 podCIDR。`,
  'cluster.pod-ipv6-only': ({ pod, ip }) =>
    `Pod ${pod} 只有 IPv6 地址 ${ip}，不显示。请在 status.podIPs 里补一个 IPv4 地址。`,
  'cluster.pod-unknown-node': ({ pod, node }) =>
    `Pod ${pod} 在节点 ${node} 上，但文本里没有这个节点，所以不显示。请补上 Node。`,
  'cluster.pod-unscheduled': ({ pod }) =>
    `Pod ${pod} 还没有分配节点（spec.nodeName），不显示。请先调度，或补上该字段。`,
  'cluster.pod-finished': ({ pod, phase }) =>
    `Pod ${pod} 的状态是 ${phase}：它的网络已经拆除，地址可能已归别的 Pod。不显示，无需处理。`,
  'cluster.pod-no-podcidr': ({ pod, node }) =>
    `Pod ${pod} 没有网络，因为节点 ${node} 没有 podCIDR。请给节点补上 spec.podCIDR。`,
  'cluster.pod-range-full': ({ pod, node, podCIDR }) =>
    `Pod ${pod} 分不到地址：节点 ${node} 的 ${podCIDR} 已用完。请换更大的网段，或减少 Pod。`,
  'cluster.policy-no-namespace': ({ policy, namespace }) =>
    `NetworkPolicy ${policy} 所在的命名空间 ${namespace} 不存在，它选不到任何 Pod。请改正名字，或补上 Namespace。`,
  'cluster.service-invalid': ({ service }) => `API server 不接受 Service ${service}。`,
  'cluster.service-taken': ({ service, what, other, line }) =>
    `Service ${service} 要的 ${what} 已经归 ${other}（第 ${line} 行）所有。请换一个，或干脆不写。`,
  'cluster.service-out-of-range': ({ service, what, range }) =>
    `Service ${service}：${what} 不在 ${range} 之内。请改用范围内的值，或删掉这个字段，由系统分配。`,
  'cluster.service-outside': ({ service, what, range }) =>
    `Service ${service}：${what} 不在 ${range} 之内。它带有 uid，说明原来的集群接受了它，这里照用。请把那个集群的范围写进 Board 的 spec.nodePortRange。`,
  'cluster.service-no-endpoints': ({ service }) =>
    `Service ${service} 既没有 selector，也没有 EndpointSlice，因此没有端点。请补上其中一样。`,
  'cluster.service-selects-none': ({ service }) => `Service ${service} 没有选中任何 Pod。请核对标签。`,
  'cluster.service-no-such-port': ({ service, port, protocol }) =>
    `Service ${service}：选中的 Pod 里没有名为“${port}”的 ${protocol} 端口。请给 containerPort 起这个名字。`,
  'cluster.fault-nowhere': ({ on }) =>
    `没有名为 ${on} 的机器或 Pod。请写节点、客户端或路由器的名字，或者“命名空间/Pod”。`,
  'cluster.expect-size': ({ protocol }) =>
    `只有 ping 可以指定 size，${protocol} 不可以。请去掉 size，或改为 protocol: icmp。`,
  'cluster.expect-no-port': ({ field }) =>
    `ping 没有端口，也不经过 Service，${field} 不起作用。请写 protocol: tcp 或 udp，或去掉 ${field}。`,
  'cluster.fault-command': ({ command, error }) => `看不懂这条命令“${command}”：${error}`,
  'cluster.allocated-ignored': ({ pod, ip, node, podCIDR }) =>
    `Pod ${pod}：预留的地址 ${ip} 在节点 ${node} 的 ${podCIDR} 里不可用，已另行分配。请从 spec.allocated 删掉这一项。`,
};
