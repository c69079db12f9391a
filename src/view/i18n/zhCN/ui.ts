/** 界面用语。VTEP、FDB、podCIDR 等术语保留英文，由词汇表解释。 */
import type { Dictionary } from '../dictionary.ts';

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
    marks: { encap: '封装', decap: '解封装', deliver: '送达', drop: '丢弃' },
    steps: '全部步骤',
    grain: '细节',
    grains: { hop: '设备与决定', hook: '加上 netfilter 钩子', header: '全部' },
    pauseOn: { encap: '封装时暂停', drop: '丢弃时暂停' },
    filter: '筛选步骤',
    hidden: (count) => `隐藏 ${count} 步`,
    toBefore: '分叉之前',
    toNow: '回到现在',
    branchHelp: '你在过去的某一步发送或修改了东西。这里可以看分叉之前的故事。',
    stepsOf: (what) => `全部步骤：${what}`,
  },
  panel: {
    label: '详情',
    packet: '报文',
    tables: '表',
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
  why: { label: '原因', goThere: '跳到它停下的地方' },
  traffic: {
    label: '持续流量',
    start: (count) => `开始流量（${count} 条）`,
    stop: '停止流量',
  },
  packet: {
    empty: '还没有发送过报文。',
    how: '在板上或上方选好起点和终点，按“发送”。之后这里会列出每一步：报文头怎么变、由哪张表的哪一行决定。',
    result: '结果',
    underWay: '还在途中',
    step: '这一步',
    decided: '起决定作用的表项',
    writtenBy: (who) => `由${who}写入`,
    from: '依据',
    showInYaml: (object) => `在 YAML 中查看 ${object}`,
    tables: '表的变化',
    change: { add: '新增', delete: '删除', change: '修改' },
    headers: '报文头（由外到内）',
    noChange: '这一步没有改动报文头。',
    before: '之前',
    after: '之后',
    layerChange: { same: '不变', changed: '有改动', added: '新加', removed: '去掉' },
    inside: '隧道内层',
    field: '字段',
    value: '值',
    bytes: (count) => `字节（${count}）`,
    bytesHelp: '用上下方向键逐个字段查看。',
    next: '下一步：',
    end: '到此为止，没有下一步了。',
    noFrame: '这一步不涉及报文：是某个程序改了表。',
  },
  writers: {
    flanneld: ' flanneld ',
    'kube-proxy': ' kube-proxy ',
    'network-policy': '网络策略控制器',
    cni: ' CNI 插件',
    docker: ' Docker ',
    kernel: '内核自己',
    machine: '机器自身的网络配置',
    user: '你',
  },
  yaml: {
    label: '集群的 YAML',
    loading: '正在加载编辑器…',
    committed: '板上显示的就是这份文本。',
    pending: '正在检查…',
    rejected: '文本有错，板上显示的是上一个正确的版本。',
    problems: '问题',
    line: (line) => `第 ${line} 行`,
    severity: { error: '错误', warning: '警告', info: '提示' },
    undoImport: '撤销导入',
  },
  open: {
    title: '打开你的集群',
    command: '1. 在能用 kubectl 的地方运行：',
    copy: '复制',
    copied: '已复制',
    paste: '2. 把输出粘贴到这里，或选择、拖入文件：',
    pasteLabel: 'kubectl 的输出，YAML 或 JSON',
    large: (megabytes) => `${megabytes} MB 文本`,
    privacy: '数据只留在这个浏览器里，不会发送到任何地方。',
    file: '选择文件',
    open: '打开',
    clear: '清空',
    gallery: '或者从现成的板开始：',
    scenarios: {
      'two-nodes': '两个节点，vxlan',
      'two-nodes-host-gw': '两个节点，host-gw',
      'two-nodes-udp': '两个节点，udp',
      'three-nodes': '三个节点，一个在路由器另一侧，vxlan',
      'three-nodes-host-gw': '三个节点，一个在路由器另一侧，host-gw',
    },
    close: '关闭',
    cancel: '取消',
    failed: '打不开这份文本。你的文本还在这里。',
    stages: { parse: '正在读取文本…', check: '正在检查对象…', build: '正在搭建集群…' },
  },
  notice: {
    opened: (nodes, pods) => `已打开：${nodes} 个节点，${pods} 个 Pod。`,
    warnings: (count) => `${count} 条警告`,
    notSaved: (why) => `浏览器无法保存你的文本，重新加载后会丢失：${why}`,
    dismiss: '知道了',
  },
  crash: {
    title: '模拟器因为我们的程序错误停止了：',
    view: '页面的这一部分因为我们的程序错误而停止，或者没能加载：',
    safe: '你的文本没有丢。',
    reload: '重新加载页面',
    restart: '重新启动',
    copy: '复制错误报告',
    copied: '已复制',
  },
  help: {
    title: '帮助',
    intro:
      '这块板在浏览器里模拟 Kubernetes 集群中各台机器的 Linux 内核。凡是在动的，都真的查过路由表、邻居表或转发表。',
    keys: '按键',
    rows: {
      space: '播放或暂停',
      arrows: '后退或前进一步',
      ends: '跳到开头或结尾',
      send: '发送',
      fit: '让整块板适合窗口',
      search: '在板上搜索名称或地址',
      help: '打开本帮助',
      escape: '关闭',
    },
    keyNames: { space: '空格', home: 'Home', end: 'End', escape: 'Esc' },
    shapes: '形状',
    shapeRows: {
      request: '圆形：请求',
      reply: '胶囊形：应答',
      arp: '小方块：ARP',
      dropped: '菱形：被丢弃',
    },
    words: '术语',
    glossary: {
      VTEP: 'VXLAN 隧道端点，即 flannel.1 设备，负责封装和解封装',
      FDB: '转发表：某个 MAC 在哪个端口或哪个节点后面',
      ARP: '向网段询问：谁有这个 IP 地址，你的 MAC 是多少？',
      podCIDR: '节点给自己的 Pod 分配地址时所用的网段',
      TTL: '生存时间：每被路由器转发一次减一',
      MTU: '设备一次能发出的最大报文，以字节计',
    },
  },
};
