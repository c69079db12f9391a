/** 界面用语。VTEP、FDB、podCIDR 等术语保留英文，由词汇表解释。 */
import type { Dictionary } from '../dictionary.ts';
import { help } from './help.ts';

export const ui: Dictionary['ui'] = {
  top: {
    backend: (backend) => `flannel 后端：${backend}`,
    open: '打开你的集群',
    help: '帮助',
    otherLanguage: 'English',
    theme: (name) => `主题：${name}`,
    themes: { auto: '跟随系统', light: '浅色', dark: '深色' },
  },
  send: {
    group: '发送报文',
    from: '从',
    to: '到',
    choose: '请选择…',
    podsOn: (node) => `${node} 上的 Pod`,
    nodes: '节点',
    clients: '集群外的客户端',
    protocol: '发什么',
    icmp: 'ping',
    tcp: 'TCP',
    send: '发送',
    needsBoth: '请先选好起点和终点',
  },
  board: {
    label: '集群',
    starting: '正在启动模拟器…',
    none: '还没有可显示的板，请先打开一个集群。',
    pickTarget: (source) => `起点是 ${source}，现在点终点。`,
    drop: '松手即可打开这个文件',
    zoomIn: '放大',
    zoomOut: '缩小',
    fit: '让整块板适合窗口',
    words: {
      board: '集群示意图',
      userSpace: '用户态',
      kernel: '内核',
      rootNetns: '根命名空间',
      router: '路由器',
      client: '客户端',
      hostPods: (count) => `${count} 个 hostNetwork Pod`,
      segment: (name, cidr, mtu) => `网段 ${name}  ${cidr}  MTU ${mtu}`,
      from: '起点',
      to: '终点',
      pod: (name, namespace, ip) => `Pod ${namespace}/${name}，${ip}`,
      node: (name, ip, podCIDR) => `节点 ${name}，${ip}，Pod 网段 ${podCIDR}`,
      clientAt: (name, ip) => `集群外的客户端 ${name}，${ip}`,
      closedNode: (name, pods) => `节点 ${name}，${pods} 个 Pod`,
      dropped: '已丢弃',
      heat: {
        grid: (nodes, pods) =>
          `网格图：${nodes} 个节点，${pods} 个 Pod。方向键在节点之间移动，Page Up 和 Page Down 在 Pod 之间移动，回车键选中。`,
        nodeWith: (name, ip, podCIDR, pods) => `节点 ${name}，${ip}，${podCIDR} 内有 ${pods} 个 Pod`,
        podOn: (pod, ip, node) => `Pod ${pod}，${ip}，在 ${node} 上`,
      },
      search: {
        label: '在板上搜索',
        placeholder: '名称或 IP：10.244.2.7 是谁的？',
        none: '板上没有这样的名称或地址。',
        found: (count) => `${count} 个结果`,
        fact: (fact) => {
          switch (fact.is) {
            case 'pod':
              return `Pod，${fact.ip || '没有地址'}，在 ${fact.node} 上`;
            case 'hostPod':
              return `hostNetwork Pod：使用 ${fact.node} 的地址 ${fact.ip}`;
            case 'node':
              return `节点，${fact.ip}，Pod 网段 ${fact.podCIDR}`;
            case 'client':
              return `集群外的客户端，${fact.ip}`;
            case 'router':
              return '网段之间的路由器';
            case 'segment':
              return `网段，${fact.cidr}`;
            case 'device':
              return `${fact.machine} 上 ${fact.dev} 的地址`;
            case 'free':
              return `现在没有人用；它属于 ${fact.node} 的 Pod 网段 ${fact.cidr}`;
            case 'unleased':
              return `没有人用：在集群网段 ${fact.cidr} 内，但没有分给任何节点`;
            case 'service':
              return `在 Service 网段 ${fact.cidr} 内：没有任何设备带这个地址`;
            case 'vacant':
              return `网段 ${fact.segment}（${fact.cidr}）上没有人用`;
            case 'unknown':
              return '板上没有人用，也不属于板上的任何网络';
          }
        },
      },
    },
  },
  timeline: {
    label: '时间轴',
    toStart: '回到开头',
    stepBack: '后退一步',
    play: '播放',
    pause: '暂停',
    stepForward: '前进一步',
    toEnd: '跳到结尾',
    position: '播放位置',
    speed: '速度',
    empty: '还没有发送过报文。',
    count: (step, of) => `第 ${step} 步，共 ${of} 步`,
    folded: (count, what) => `折叠了 ${count} 步。${what}`,
    openFold: (count, what) => `展开折叠的 ${count} 步。${what}`,
    closeFold: (what) => `重新折叠。${what}`,
    fold: (count) => `折叠 ${count} 步`,
    unfolded: '折叠',
    marks: { encap: '封装', decap: '解封装', nat: '地址转换', deliver: '送达', drop: '丢弃' },
    turn: (step, what) => `第 ${step} 步：${what}`,
    steps: '全部步骤',
    grain: '细节',
    grains: { hop: '设备与决定', hook: '加上 netfilter 钩子', header: '全部' },
    pauseOn: { encap: '封装时暂停', nat: 'NAT 时暂停', drop: '丢弃时暂停' },
    filter: '筛选步骤',
    hidden: (count) => `已隐藏 ${count} 条`,
    scope: '范围',
    scopes: { packet: '只看这个报文', all: '全部记录' },
    namespace: '命名空间',
    anyNamespace: '所有命名空间',
    kinds: { arp: 'ARP', hook: '钩子', event: '命令', reply: '应答' },
    kindsLabel: '显示哪些种类',
    earlier: (count) => `再显示前面 ${count} 条`,
    later: (count) => `再显示后面 ${count} 条`,
    refused: '被拒绝',
    done: '成功',
    nothingLeft: '全部被筛选条件隐藏了。',
    toBefore: '分叉之前',
    toNow: '回到现在',
    branchHelp: '你在过去的某一步发送或修改了东西。这里可以看分叉之前的故事。',
    stepsOf: (what) => `全部步骤：${what}`,
  },
  panel: {
    label: '详情',
    packet: '报文',
    story: '过程',
    why: '原因',
    tables: '表',
    terminal: '终端',
    openingTerminal: '正在打开终端…',
    yaml: 'YAML',
    resize: '面板宽度',
    grow: '展开',
    shrink: '收起',
  },
  tables: {
    label: '表',
    of: '查看',
    follow: '当前步骤所在处',
    none: '空',
    more: (count) => `还有 ${count} 行没有显示`,
    gone: '这一步被删除',
    hold: '固定在这个命名空间',
    onlyNow: '表只属于现在的故事，请先回到现在再看。',
    changed: '这一步有改动',
    decided: '决定了这一步',
    titles: {
      link: '设备 · ip link',
      addr: '地址 · ip addr',
      route: '路由 · ip route',
      neigh: '邻居 · ip neigh',
      fdb: '转发表（FDB） · bridge fdb',
    },
  },
  rules: {
    title: '规则 · iptables-save',
    search: '搜索规则：地址、链、动作',
    none: '没有规则：这里不过滤，也不转换地址。',
    nothingFound: '没有哪条链或规则含有这段文字。',
    count: (count) => `${count} 条规则`,
    counted: (packets, bytes) => `${packets} 个报文，${bytes} 字节`,
    policy: (policy) => `默认策略 ${policy}`,
    earlier: (count) => `前面还有 ${count} 条规则`,
    later: (count) => `后面还有 ${count} 条规则`,
    moreChains: (count) => `还有 ${count} 条链`,
    toChain: (chain) => `转到 ${chain} 链`,
    passed: '这一步试过，不匹配',
    why: '为什么？',
    whyRule: (number, chain) => `${chain} 的第 ${number} 条规则为什么匹配或不匹配这个报文`,
    asking: '正在重走这一段…',
    fate: {
      matched: '报文匹配了这条规则。',
      passed: '报文没有匹配这条规则，继续往下。',
      unreached: '报文没有走到这条规则。假如走到，结果会是：',
    },
    notAsked: {
      'no-such-rule': '报文经过的时候还没有这条规则。',
      'nat-known': '只有连接的第一个报文才查 nat 表。这个报文按它在 conntrack 里的那一行改写。',
      'not-asked': '这个报文没有经过这里的这张表。',
    },
    always: '没有条件：任何报文都匹配。',
    holds: { yes: '符合', no: '不符合', unasked: '不再检查' },
    first: '原因在此',
    conntrack: '连接 · conntrack -L',
    noConntrack: '这里没有启用 conntrack：没有规则需要它。',
    noConnections: '没有连接',
    original: '原方向',
    reply: '应答方向',
    lives: (seconds) => `还能保留 ${seconds} 秒`,
    flags: { nat: 'NAT', unreplied: '还没有应答', assured: '已确认双向通信' },
    mine: '这个报文所属的连接',
    unconfirmed: '还没写进表：先跟着报文走，报文走完全程才写入',
    sets: 'ipset · ipset save',
    moreEntries: (count) => `还有 ${count} 个条目`,
  },
  walk: {
    label: '报文在 netfilter 中的位置',
    gate: '钩子',
    table: '表',
    in: (dev) => `入口 ${dev}`,
    out: (dev) => `出口 ${dev}`,
    byRule: (number) => `经第 ${number} 条规则`,
    rule: (number) => `第 ${number} 条规则`,
    end: '链尾',
    policy: '默认策略',
    over: (count) => `之前试过的 ${count} 条规则都不匹配`,
    overNone: '中间没有试过别的规则',
    verdict: '结果',
    mark: (was, is) => `标记 ${was} → ${is}`,
    markIs: (is) => `标记 ${is}`,
    previous: '上一条',
    next: '下一条',
    finer: '逐条规则地走',
    inTables: '在表中查看',
    was: '原为',
    renamed: '途中被 NAT 改写',
    src: '源',
    dst: '目的',
  },
  why: {
    label: '原因',
    none: '目前没有丢弃报文。',
    goThere: '跳到丢弃处',
    row: '拒绝它的表项',
    reason: '内核给出的原因',
    remedy: (ns) => `在 ${ns} 上执行这条命令，报文就能继续往前走：`,
    because: {
      deleted: '这一行原来有，后来被删了。',
      denies: '现在拦住它的正是这一项。',
      range: '集群里写明了这个网段归哪个节点，而那个节点与这台机器直连。',
    },
  },
  lens: {
    label: '只看某一层',
    names: { service: 'Service', l3: '三层', l2: '二层和隧道', all: '全部' },
    help,
};
