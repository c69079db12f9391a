import type { LabWords } from '../useLabT.ts';

export const lab: LabWords = {
  title: '真机运行',
  intro:
    '这块面板可以存成一个 bash 脚本。在 Linux 机器上，它用 network namespace 搭出同样的节点、Pod、网桥、隧道、路由和规则，用的就是面板上显示的那些命令。报文到了那里怎么走，由 Linux 内核说了算。',
  writing: '正在写脚本…',
  holds: (namespaces) => `共 ${namespaces} 个 network namespace。`,
  typed: (count) => `你敲过的 ${count} 条命令也在里面。`,
  save: (name) => `保存 ${name}`,
  saved: (name) => `${name} 已保存。它是纯文本，可以先读一遍。`,
  how: '然后在文件所在的目录打开终端：',
  rows: {
    up: '搭起来，一两秒钟',
    ping: '在 Pod 里执行一条命令',
    node: '在节点上执行一条命令；把 in 换成 shell 就得到那里的 shell',
    down: '全部拆掉',
  },
  copy: '复制',
  copied: '已复制',
  needs:
    '需要 Linux 5.10 以上，装有 iproute2、iptables、ipset 和 python3；缺什么，脚本会用一句话说明。你的机器不会被改动：一切都在独立的 namespace 里，随之消失。',
  others:
    'macOS：在一台小的 Linux 虚拟机里，例如 Lima（先 limactl start，再 lima sudo bash …）。Windows：在 WSL 2 里（先 wsl，再用同样的命令）。',
  more: '还可以试什么、和面板有哪些不同：见项目里的 docs/lab.zh-CN.md。',
};
