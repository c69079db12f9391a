import type { DaemonWords } from '../useDaemonT.ts';

export const daemon: DaemonWords = {
  title: (node) => `${node} 上的 flanneld`,
  runs: '它在运行。',
  stopped: '它没在运行。',
  failed: '它没能启动，原因见“全部步骤”。',
  running: {
    vxlan:
      '它为每个其他节点写一条邻居、一条 fdb 表项和一条路由；iptables 规则缺了，每 5 秒补一次。包本身不经过它。',
    'host-gw':
      '它为每个其他节点写一条路由，每 10 秒看一次还在不在；iptables 规则每 5 秒看一次。包本身不经过它。',
    udp: '发往其他节点的每个包都要经过它：从 flannel0 读出来，查它自己的表，再从 UDP 8285 端口发出去。',
  },
  gone: {
    vxlan:
      '它写进内核的东西都还在，所以包照样通。但再没有谁来修补：删掉的规则不会回来，节点的加入和离开也没人知道。',
    'host-gw':
      '它写的路由还在内核里，所以包照样通。但再没有谁来修补：删掉的路由不会回来，节点的加入和离开也没人知道。',
    udp: 'flannel0 跟着没了：TUN 设备的寿命就是打开它的那个程序的寿命。租约都还在，Pod 却到不了别的节点。',
  },
  choices: '可以做的',
  stop: '停掉',
  stopHelp: '发 SIGTERM，和它的 Pod 结束时一样；它什么都不会带走',
  kill: '杀掉',
  killHelp: '发 SIGKILL：来不及收拾，不过它本来也不收拾',
  start: '启动',
  startHelp: '沿用现有的东西，写好 subnet.env，再重新听一遍所有租约',
  restart: '重启',
  restartHelp: '停掉后马上启动：手工删掉的东西会回来',
  reboot: '重启机器',
  rebootHelp: '所有表和 /run 都会清空；flanneld 重新开始，节点上的 Pod 也重新建一遍',
  asTyped: '每一项都是在该节点终端里、故事的这一刻敲下的一条命令，可以撤回。',
};
