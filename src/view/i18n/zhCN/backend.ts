import type { BackendWords } from '../useBackendT.ts';

export const backend: BackendWords = {
  choice: 'flannel 后端',
  help: {
    vxlan: 'vxlan：由内核把整个以太网帧装进 UDP',
    'host-gw': 'host-gw：不封装，只靠指向其他节点的路由',
    udp: 'udp：每个包都由 flanneld 进程亲手转发',
  },
  noFlannel: '这里只有 Docker，没有 flannel，也就没有后端。',
  broken: '请先修好 YAML：眼下的内容构不成面板。',
  unreadable: 'Board 文档无法自动改写，请自己在其中填写 spec.flannel.backend。',
  takeBack: '撤回',
  takeBackOf: (line, node) => `撤回 ${node} 上的 ${line}`,
  takeBackHelp: '就当没做过；此后发的包留在旧分支里',
  undo: (was) => `换回 ${was}`,
  now: (name) => `后端已换成 ${name}。`,
  again: (name) => `后端已换成 ${name}，刚才的包又发了一次。`,
  toYaml: '打开 YAML',
  addresses: '地址',
  addressesHelp: '谁有哪些地址，下一个从哪里来（按键 a）',
  lab: '真机运行',
  labHelp: '把这块面板变成一个脚本，在 Linux 机器上由真正的内核来转发报文（按键 k）',
  birth: 'Pod 的诞生',
  birthHelp: 'Pod 的网络怎样建起来：运行时、CNI 插件和 pause，一步一步看（按键 p）',
  race: '对比',
  raceHelp: '同一个包在三种后端下各发一次，并排看（按键 r）',
};
