/** 报文每一步的中文说明。设备名、表名、钩子名一律保留 Linux 的写法。 */
import { segmentOf } from '../../../trace/story.ts';
import type { StepSentences } from '../en/steps.ts';
import { drop } from './outcomes.ts';

const glosses: Readonly<Record<string, string>> = drop;

/** 谁丢弃了报文：机器和 Pod 用名字，交换机用它的网段。 */
function who(ns: string): string {
  const segment = segmentOf(ns);
  return segment === undefined ? ns : `网段 ${segment} 的交换机`;
}

export const steps: StepSentences = {
  'step.originate': ({ ns, by }) => `${ns} 里的 ${by} 发出这个报文。`,
  'step.rx.host': ({ ns, dev }) => `${ns} 从 ${dev} 收到这个帧，目的 MAC 正是该设备。`,
  'step.rx.broadcast': ({ ns, dev }) => `${ns} 从 ${dev} 收到一个广播帧，同一网段的设备都会收到。`,
  'step.rx.multicast': ({ ns, dev }) => `${ns} 从 ${dev} 收到一个组播帧。`,
  'step.rx.otherhost': ({ ns, dev }) =>
    `${ns} 从 ${dev} 收到这个帧，目的 MAC 不是该设备的，只有网桥端口才会继续转发这样的帧。`,
  'step.tx': ({ ns, dev }) => `${ns} 把帧从 ${dev} 发出去。`,
  'step.hook': ({ hook }) => `报文经过 netfilter 的 ${hook} 钩子。`,
  'step.hook.bridged': ({ hook }) => `这个帧只是被网桥转发，但 br_netfilter 也让它经过 ${hook} 钩子。`,
  'step.conntrack.created': () => 'conntrack 里没有这个报文所属的连接：它是 NEW。',
  'step.conntrack.found': ({ state }) => `conntrack 找到了这个报文所属的连接，报文的状态是 ${state}。`,
  'step.conntrack.reply': ({ state }) =>
    `conntrack 认出这是应答：方向与连接的发起方向相反，报文的状态是 ${state}。`,
  'step.conntrack.confirmed': () => '这个报文走完了全程，它的连接写进 conntrack 表。',
  'step.conntrack.none': ({ state }) => `conntrack 没有为这个报文建立连接：它是 ${state}。`,
  'step.chain.rule': ({ table, chain, number, verdict }) =>
    `${table} 表 ${chain} 链：第 ${number} 条规则匹配，动作是 ${verdict}。`,
  'step.chain.jump': ({ table, chain, number, to }) =>
    `${table} 表 ${chain} 链：第 ${number} 条规则匹配，跳到 ${to}。`,
  'step.chain.return': ({ table, chain }) => `${table} 表：${chain} 链走完了，回到跳转之处继续。`,
  'step.chain.policy': ({ table, chain, verdict }) =>
    `${table} 表：${chain} 链里没有规则作出决定，按默认策略处理：${verdict}。`,
  'step.nat.src': ({ was, is }) => `NAT：源地址 ${was} 改为 ${is}。`,
  'step.nat.dst': ({ was, is }) => `NAT：目的地址 ${was} 改为 ${is}。`,
  'step.nat.inner': ({ was, is }) =>
    was === is
      ? 'NAT：ICMP 差错报文里引用的报文也改写了，好让发送方认得它。'
      : `NAT：${was} 改为 ${is}，ICMP 差错报文里引用的报文也一并改写。`,
  'step.route.via': ({ dst, via, dev }) =>
    `查路由表（目的 ${dst}）：最长前缀匹配的结果是 via ${via}，从 ${dev} 出去。`,
  'step.route.link': ({ dst, dev }) =>
    `查路由表（目的 ${dst}）：该地址就在 ${dev} 直连的网段上，不需要网关。`,
  'step.route.local': ({ dst }) => `查路由表（目的 ${dst}）：这是本机地址，报文交给本机协议栈。`,
  'step.route.broadcast': ({ dst }) => `查路由表（目的 ${dst}）：这是广播地址，发给本链路上的所有设备。`,
  'step.route.none': ({ dst }) => `查路由表（目的 ${dst}）：没有匹配的路由。`,
  'step.route.blackhole': ({ dst }) =>
    `查路由表（目的 ${dst}）：命中 blackhole 路由，报文被悄悄丢弃，不作答复。`,
  'step.route.unreachable': ({ dst }) => `查路由表（目的 ${dst}）：命中 unreachable 路由，并通知发送方。`,
  'step.route.prohibit': ({ dst }) => `查路由表（目的 ${dst}）：命中 prohibit 路由，并通知发送方。`,
  'step.route.martian': ({ dst }) => `查路由表（目的 ${dst}）：这是 martian 报文，这样的地址不该从这里进来。`,
  'step.ttl': ({ from, to }) => `报文被转发，TTL 从 ${from} 减到 ${to}。`,
  'step.neigh.resolved': ({ ip, mac, dev }) => `查 ${dev} 的邻居表：${ip} 的 MAC 是 ${mac}。`,
  'step.neigh.incomplete': ({ ip, dev }) => `查 ${dev} 的邻居表：还不知道 ${ip} 的 MAC，要先发 ARP 询问。`,
  'step.neigh.failed': ({ ip, dev }) => `查 ${dev} 的邻居表：没有人应答 ${ip} 的 ARP。`,
  'step.neigh.noarp': ({ dev }) => `${dev} 没有链路层，不需要 MAC。`,
  'step.neigh.learned': ({ ip, mac, dev }) => `${dev} 的邻居表学到一条：${ip} 的 MAC 是 ${mac}。`,
  'step.fdb.port': ({ mac, port, dev }) => `查 ${dev} 的转发表（FDB）：${mac} 在端口 ${port} 后面。`,
  'step.fdb.local': ({ mac, dev }) =>
    `查 ${dev} 的转发表（FDB）：${mac} 是它自己的 MAC，帧交给上面的 IP 层。`,
  'step.fdb.flood': ({ mac, dev }) =>
    `查 ${dev} 的转发表（FDB）：${mac} 不对应某一个端口，所以每个端口都发一份。`,
  'step.fdb.remote': ({ mac, dst, dev }) => `查 ${dev} 的转发表（FDB）：${mac} 是位于 ${dst} 的 VTEP。`,
  'step.fdb.miss': ({ mac, dev }) => `查 ${dev} 的转发表（FDB）：没有 ${mac} 的表项，不知道该发往哪个节点。`,
  'step.fdb.learned': ({ mac, port, dev }) => `${dev} 的转发表（FDB）学到一条：${mac} 在端口 ${port} 后面。`,
  'step.fdb.same-port': ({ mac, port, dev }) =>
    `查 ${dev} 的转发表（FDB）：${mac} 就在帧进来的端口 ${port} 后面，因此不再发回去。`,
  'step.switch.port': ({ segment, mac, to }) =>
    `网段 ${segment} 的交换机查转发表（FDB）：${mac} 在通往 ${to} 的端口后面。`,
  'step.switch.same-port': ({ segment, mac, to }) =>
    `网段 ${segment} 的交换机查转发表（FDB）：${mac} 在通往 ${to} 的端口后面，而帧正是从那里来的，因此不再发回去。`,
  'step.switch.learned': ({ segment, mac, to }) =>
    `网段 ${segment} 的交换机在转发表（FDB）里学到一条：${mac} 在通往 ${to} 的端口后面。`,
  'step.switch.flood': ({ segment, mac }) =>
    `网段 ${segment} 的交换机查转发表（FDB）：${mac} 不对应某一个端口，所以每个端口都发一份。`,
  'step.encap.vxlan': ({ dev, vni, src, dst }) =>
    `${dev} 把整个帧封装起来：先加 VXLAN 头（VNI ${vni}），再加 UDP 头，最后加 IP 头（${src} → ${dst}）。`,
  'step.decap.vxlan': ({ dev, vni }) => `${dev} 解封装：去掉外层各头部和 VXLAN 头（VNI ${vni}）。`,
  'step.restore': ({ dev, mac }) =>
    `br_netfilter 把帧交还给端口 ${dev}，源 MAC 还原为发送方的 ${mac}：它仍走网桥转发，不走路由。`,
  'step.flood': ({ dev, ports, count }) => `${dev} 把帧复制到 ${count} 个端口：${ports}。`,
  'step.fragment': ({ dev, mtu, pieces }) =>
    `报文超过 ${dev} 的 MTU（${mtu} 字节），被分成 ${pieces} 个分片。`,
  'step.reassemble.waiting': () => '收到一个分片，等待其余分片。',
  'step.reassemble.local': () => '最后一个分片到齐，报文重组完成。',
  'step.reassemble.conntrack': () => 'conntrack（连接跟踪）需要看到端口号，所以先把分片重组起来。',
  'step.queue': ({ ip, dev }) => `报文在 ${dev} 排队，等 ARP 查到 ${ip} 的 MAC。`,
  'step.process': ({ process, action }) => `报文到了用户态程序 ${process} 手里：${action}。`,
  'step.unsent.no-route': ({ to }) =>
    `本该向 ${to} 回一个 ICMP 差错报文，但到 ${to} 也没有路由，所以没有发出。`,
  'step.unsent.limit': ({ to }) =>
    `本该向 ${to} 回一个 ICMP 差错报文，但发给它的差错报文已达速率上限，所以没有发出。`,
  'step.deliver': ({ to }) => `报文送达：由 ${to} 接收。`,

  'why.no-route': ({ ns, dst }) => `${who(ns)} 丢弃了报文：没有到 ${dst} 的路由。`,
  'why.refused-by-route': ({ ns, dst }) =>
    `${who(ns)} 丢弃了报文：不转发到 ${dst}，因为有路由拒绝，或者 ip_forward 为 0。`,
  'why.no-fdb': ({ ns, dev, mac }) =>
    `${who(ns)} 丢弃了报文：${dev} 没有 ${mac} 的 fdb 表项，不知道该发往哪个节点。`,
  'why.no-neigh': ({ ns, dev, ip }) => `${who(ns)} 丢弃了报文：在 ${dev} 上问“谁是 ${ip}”，没有人回答。`,
  'why.no-socket': ({ ns, dst }) => `${who(ns)} 丢弃了报文：没有程序在 ${dst} 上监听。`,
  'why.rule': ({ ns, table, chain }) => `${who(ns)} 丢弃了报文：${table} 表 ${chain} 链的一条规则不放行。`,
  'why.policy': ({ ns, table, chain }) =>
    `${who(ns)} 丢弃了报文：没有规则放行它，而 ${table} 表 ${chain} 链的默认策略是 DROP。`,
  'why.ttl': ({ ns }) => `${who(ns)} 丢弃了报文：TTL 耗尽了。`,
  'why.too-big': ({ ns, size }) =>
    `${who(ns)} 丢弃了报文：它有 ${size} 字节，超过下一个设备的 MTU，又不允许分片（DF）。`,
  'why.martian': ({ ns, src }) => `${who(ns)} 丢弃了报文：来自 ${src} 的报文不该从这里进来。`,
  'why.otherhost': ({ ns, dev }) => `${who(ns)} 丢弃了这个帧：它到了 ${dev}，但目的 MAC 不是 ${dev} 的。`,
  'why.device': ({ ns }) => `${who(ns)} 丢弃了报文：那里有设备没有启用，或者对端没有人接。`,
  'why.other': ({ ns, reason }) => `${who(ns)} 丢弃了报文：${glosses[reason] ?? reason}。`,
  'why.told': ({ from }) => `发送方收到了来自 ${from} 的差错通知。`,
  'why.silent': () => '没有人通知发送方：程序一直等到放弃为止。',
  'why.untold.no-route': ({ ns, to }) =>
    `发送方没有得到任何通知：${who(ns)}到 ${to} 也没有路由，ICMP 差错报文发不出去。返程的路由也要补上。`,
  'why.untold.limit': ({ ns, to }) =>
    `发送方没有得到任何通知：${who(ns)}发给 ${to} 的 ICMP 差错报文已达速率上限。`,
  'send.unknown-endpoint': ({ endpoint }) => `板上没有 ${endpoint}。`,
  'send.not-a-sender': ({ endpoint }) => `${endpoint} 不能自己发送报文。`,
  'send.no-address': ({ endpoint }) => `${endpoint} 没有 IPv4 地址。`,
  'send.waiting': ({ endpoint, why }) =>
    `${endpoint} 还处于 ContainerCreating，没有地址。kubelet 的原话：${why}`,
  'send.no-port': ({ endpoint }) => `TCP 和 UDP 需要端口，请写成 ${endpoint}:PORT。`,
  'send.no-cluster-ip': ({ endpoint, type }) =>
    type === 'headless'
      ? `${endpoint} 是 headless Service，自己没有地址。请直接发给它的某个 Pod，或在 Pod 的终端里使用它的域名。`
      : `${endpoint} 是 ExternalName，只是 DNS 里的一个名字，没有地址。请在 Pod 的终端里使用它的域名。`,
  'send.no-service-port': ({ endpoint, port, ports }) =>
    `${endpoint} 没有端口 ${port}，${ports === '' ? '它没有任何端口' : `只有 ${ports}`}。`,
  'send.no-dns': ({ name, from }) =>
    `只有 Pod 会去问集群 DNS：${from} 查不到 ${name}。请从 Pod 发送，或者直接发给地址。`,
  'send.bad-pick': ({ pick }) => `${pick} 不能用来指定端点，请写成 NAMESPACE/SERVICE=ENDPOINT。`,
  'send.not-an-endpoint': ({ endpoint, service, endpoints }) =>
    `${endpoint} 不是 ${service} 的端点，${endpoints === '' ? '它没有端点' : `它的端点是 ${endpoints}`}。`,
  'send.budget': ({ steps }) =>
    `已执行 ${steps} 步，强制停止：报文在不断复制或绕圈。请检查路由或网桥是否成环。`,
  'lab.too-large': ({ nodes, most }) =>
    `${nodes} 个节点放不进一台机器：实验环境最多 ${most} 个。请从文本里删掉一些，或另生成一个小一点的集群。`,
};
