/** 报文的结局。内核给出的原因名总是原样显示，旁边附这里的说明。 */
import type { Dictionary } from '../dictionary.ts';

export const drop: Dictionary['drop'] = {
  NETFILTER_DROP: '某条 netfilter 规则的动作是 DROP',
  IP_INHDR: 'IP 头有错',
  IP_INNOROUTES: '收到后要转发，却没有可用的路由',
  IP_INADDRERRORS: '从这里收到它，地址不合理',
  IP_OUTNOROUTES: '本机要发出，却没有可用的路由',
  IP_LOCAL_SOURCE: '从外面进来，源地址却是本机自己的地址',
  IP_INVALID_SOURCE: '这个地址不能做源地址',
  IP_LOCALNET: '环回地址（127.0.0.0/8）不该从网络上进来',
  IP_INVALID_DEST: '这个地址不能做目的地址',
  IP_RPFILTER: '反向路径过滤（rp_filter）：回到源地址的路由不走这个设备',
  PKT_TOO_BIG: '超过 MTU，又设了 DF，不许分片',
  NEIGH_FAILED: '下一跳没有应答 ARP',
  NEIGH_QUEUEFULL: '等同一个 ARP 应答的报文太多',
  NEIGH_DEAD: '等待期间邻居表项被删除',
  OTHERHOST: '目的 MAC 是别人的',
  NO_SOCKET: '没有程序在监听',
  NO_TX_TARGET: '设备不知道该发给谁',
  VXLAN_VNI_NOT_FOUND: '本机没有使用这个 VNI 的 VXLAN 设备',
  VXLAN_INVALID_HDR: 'VXLAN 头有错',
  LOCAL_MAC: '源 MAC 就是这个设备自己的',
  DEV_READY: '设备没有启用（down）',
  QDISC_DROP: '设备没有载波（carrier）：对端已关闭或不存在',
  DEV_HDR: '链路层头部有错',
  RECURSION_LIMIT: '隧道套隧道，内核强制停止',
  BRIDGE_INGRESS_STP_STATE: '网桥端口停用：网桥没有启用，或端口没有载波',
  UNHANDLED_PROTO: '本机不处理这种协议',
  UNICAST_IN_L2_MULTICAST: '单播 IP 报文装在广播帧里',
  FRAG_REASM_TIMEOUT: '其余分片没有按时到齐',
  PKT_TOO_SMALL: '实际长度比报头里写的短',
  QUEUE_PURGE: '它等待的队列被整个清空',
  PROCESS_DISCARD: '读到它的程序把它扔掉了',
  NOT_SPECIFIED: '内核没有给出原因',
};

export const disposition: Dictionary['disposition'] = {
  delivered: '已送达',
  replied: '收到应答',
  connected: '连接成功',
  refused: '连接被拒绝',
  unreachable: '目的不可达',
  'no-route': '没有路由',
  timeout: '没有应答',
  dropped: '被丢弃',
  'no-name': '域名不存在',
  'too-big': '超过 MTU',
  'ttl-exceeded': 'TTL 耗尽',
};

export const fold: Dictionary['fold'] = {
  arp: 'ARP：查找 MAC 地址',
  lookup: 'DNS：查询名字对应的地址',
  handshake: 'TCP：建立连接',
  closing: 'TCP：关闭连接',
  copies: '没人要的副本',
};
