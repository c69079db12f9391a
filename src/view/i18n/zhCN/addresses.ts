import type { AddressesWords } from '../useAddressesT.ts';

/** 地址一览图。 */
export const addresses: AddressesWords = {
  title: '地址：谁有哪些，下一个从哪里来',
  noFlannel:
    '只有 Docker：每台机器的 docker0 用的是同一个网段，守护进程启动时由 --bip 定下，彼此互不知晓。所以同一个地址在每台机器上都有，从别的机器只能通过发布的端口访问。',
  asking: '正在查询各个分配器…',
  toYaml: (name) => `${name}：在 YAML 中打开`,
  next: '下一个',
  free: '空闲',
  taken: '已分配',
  pods: {
    title: '1. Pod 网络：每个节点一块',
    given: (next) =>
      `kube-controller-manager 按顺序分块，指针每分一块就往后移：下一个节点会拿到 ${next}。释放的块要等其他块都轮过一遍才会再分出去。`,
    notGiven: (next) =>
      `这里没有人分块：节点的文本里已经写明各自的块。如果现在启动 kube-controller-manager，下一个节点会拿到 ${next}。（Board 里写上 clusterCIDR 就会启动它。）`,
    grid: (cidr, blocks, bits) => `${cidr} 分成 ${blocks} 个 /${bits}`,
    block: (cidr, node) => `${cidr}：${node}`,
    more: (count) => `……还有 ${count} 块`,
  },
  leases: {
    title: '2. 租约：flanneld 告诉其他节点的内容',
    node: '节点',
    subnet: 'podCIDR',
    publicIP: 'public-ip',
    data: 'backend-data',
    writer: '谁写的',
    none: '没有：flanneld 在这里起不来',
    byText: '网段：Node 的文本',
    byManager: '网段：kube-controller-manager',
    byFlanneld: (node) => `其余：${node} 上的 flanneld`,
    emptyType: 'udp 没有 backend-type',
    more: (count) => `还有 ${count} 个节点`,
  },
  host: {
    title: (node) => `3. ${node} 的网段：每个 Pod 一个地址`,
    choose: '节点',
    none: '没有节点有网段。',
    roundRobin: (last, next) =>
      `host-local 轮着分：从上次分出的地址（${last}）往后找，所以下一个 Pod 会拿到 ${next}。释放的地址要等轮到它才会再用。`,
    fresh: (next) => `host-local 还没有分过地址：第一个 Pod 会拿到 ${next}。`,
    lowest: (next) => `Docker 取最小的空闲地址：下一个容器会拿到 ${next}。释放的地址马上就会再用。`,
    grid: (cidr) => `${cidr}，每格一个地址`,
    network: (dev) => `${dev}：网段自身的地址`,
    networkFree: '网段自身的地址，不分给任何人',
    gateway: (dev) => `${dev}：Pod 的网关`,
    broadcast: '广播地址',
    leaked: '泄漏：有文件占着，但没有 Pod 在用',
    last: '上次分出',
  },
  services: {
    title: '4. ClusterIP：没有任何设备持有的号码',
    lower: '静态段',
    upper: '动态段',
    text: (lower) =>
      `没有指定地址的 Service 从动态段（阴影）里随机拿一个，动态段用完才轮到静态段。${lower} 留给指定地址的 Service。`,
    small: '这个网段太小，不分段。',
    always: 'default/kubernetes，永远是第一个（本文本中没有写出）',
    bar: (cidr) => `ClusterIP 网段 ${cidr}`,
  },
  ports: {
    title: '5. NodePort：所有节点共用一个范围',
    text: (lower) => `同样分两段：${lower} 留给指定端口的 Service，其余随机分配。`,
    bar: (from, to) => `NodePort 范围 ${from} 到 ${to}`,
    none: '没有 Service 使用 NodePort。',
  },
};
