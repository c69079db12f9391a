/** 帮助对话框。 */
import type { Dictionary } from '../dictionary.ts';

export const help: Dictionary['ui']['help'] = {
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
    list: '打开或关闭全部步骤的列表',
    grain: '切换细节的粗细',
    stops: '封装时暂停；NAT 时暂停；丢弃时暂停',
    terminal: '在报文的起点打开终端',
    drop: '跳到丢弃处',
    branch: '在分叉之前与现在之间切换',
    race: '三种后端的对比：同一个包各跑一遍',
    addresses: '地址一览：谁有哪些地址，下一个从哪里来',
    lab: '把面板变成 Linux 上的脚本',
    birth: '一个 Pod 的诞生，一步一步看',
    inspect: '在 Pod 或节点上：查看它的表（也可用鼠标右键或长按）',
    help: '打开本帮助',
    escape: '关闭',
  },
  keyNames: { menu: 'Shift+F10', space: '空格', home: 'Home', end: 'End', escape: 'Esc' },
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
    NAT: '途中改写地址：SNAT 和 MASQUERADE 改源地址，DNAT 改目的地址',
    conntrack: '连接跟踪表：哪些报文属于同一个连接，来回各怎样改写地址',
    ARP: '向网段询问：谁有这个 IP 地址，你的 MAC 是多少？',
    podCIDR: '节点给自己的 Pod 分配地址时所用的网段',
    TTL: '生存时间：每被路由器转发一次减一',
    MTU: '设备一次能发出的最大报文，以字节计',
  },
};
