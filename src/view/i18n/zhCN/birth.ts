import type { BirthWords } from '../useBirthT.ts';

/** 一个 Pod 的诞生。 */
export const birth: BirthWords = {
  title: '一个 Pod 的诞生',
  pod: 'Pod',
  asking: '正在查阅节点的日志…',
  none: '这个 Pod 没有自己的网络（hostNetwork），不会为它调用任何插件。',
  picture: (node, pod) => `${pod} 诞生时的 ${node}`,
  callers: '谁在调用谁',
  steps: '全部步骤',
  line: { op: '命令', process: '日志', object: '对象' },
  shown: {
    stdin: 'stdin：送进去的配置',
    stdout: 'stdout：返回的结果',
    error: '它报告',
    file: '文件现在的内容',
    read: (path) => `从 ${path} 读到`,
    delegate: 'flannel 由此生成、交给 bridge 的配置',
    about: '附带',
  },
  stages: {
    sandbox: (pod, node) =>
      `${node} 上的 kubelet 发现 ${pod} 要在这里运行，于是通过 CRI 向运行时要一个沙箱：一个带网络、供各容器使用的地方。`,
    netns: (pod) => `containerd 为 ${pod} 建好网络命名空间。里面只有 lo，还没有任何程序。`,
    'docker-pause': (pod) =>
      `在 dockershim 下，${pod} 的 pause 容器先启动，而且不带网络（--net=none）：交给插件的就是它的命名空间。`,
    'docker-run': (pod) =>
      `docker run：守护进程创建容器 ${pod}，网络命名空间归它自己。网络方面不调用插件、不执行任何程序：驱动就在守护进程内部。`,
    'exec-flannel': () =>
      '运行时执行 /etc/cni/net.d/10-flannel.conflist 里的第一个插件 flannel。命令写在环境变量里，配置从 stdin 送入。',
    delegate: () =>
      'flannel 自己不动网络。它读取 flanneld 为本节点写下的 subnet.env，由此生成 bridge 插件的配置。',
    'keep-delegate': () => 'flannel 把这份配置存进以容器命名的文件，DEL 时才能原样撤销。',
    'exec-bridge': () => 'flannel 用生成的配置执行下一个插件 bridge。',
    bridge: () => '这是节点上的第一个 Pod，还没有网桥：插件创建 cni0。',
    'bridge-up': () => '启用网桥。',
    veth: () => '一对 veth，好比一根网线：一端成为 Pod 命名空间里的 eth0，另一端留在根命名空间。',
    'veth-up': () => '启用根命名空间里的那一端。',
    'veth-port': () => '它成为网桥的一个端口。',
    hairpin: () => '打开 hairpin：网桥可以把帧从它进来的端口再送出去。Pod 访问自己所在的 Service 时要用到。',
    'exec-host-local': () => 'bridge 向 IPAM 插件 host-local 要一个地址。',
    reserve: () => 'host-local 取节点网段里的下一个空闲地址：建一个以地址命名的文件，文件里写着归谁所有。',
    pointer: () => '并记下这是最后分出的地址：下次从它后面找起，所以释放的地址不会马上再用。',
    allocate: (pod) => `守护进程自带的分配器给 ${pod} 最小的空闲地址。释放的地址马上就会再用。`,
    'result-host-local': () => 'host-local 返回地址、网关和路由。',
    'pod-address': (pod) => `bridge 把地址写到 ${pod} 的 eth0 上。`,
    'pod-up': () => '启用 eth0，到本节点网段的直连路由随之出现。',
    'pod-route': () => '一条到整个 Pod 网络的路由，下一跳是网桥：它来自 flannel 的配置。',
    'pod-default': () => '还有默认路由，下一跳同样是网桥。',
    'bridge-address': () => '网桥得到网段的第一个地址，也就是 Pod 的网关：从此节点能路由到它们。',
    forwarding: () => '从此节点可以转发报文。',
    masquerade: () => '离开 Pod 网络的报文要做 MASQUERADE，因为 flanneld 被告知不做。',
    publish: () => '发布端口：外面来的做 DNAT，在 FORWARD 里放行，容器访问自己时做 MASQUERADE。',
    'result-bridge': () => 'bridge 返回它做好的东西：接口、地址、路由。',
    'result-flannel': () => 'flannel 把结果原样交回。Pod 的网络已经就绪，但里面还没有程序在运行。',
    failed: () => '失败了。上面每一层都把错误原样往上交，Pod 停在 ContainerCreating。',
    release: () => '把做好的部分收回：ADD 失败之后运行时会执行 DEL。',
    pause: (pod) =>
      `现在 pause 在命名空间里启动。它只是睡觉：只要 ${pod} 还在，它就一直占着这个命名空间，无论其他容器怎样。`,
    'sandbox-ready': () => '沙箱就绪，把编号告诉 kubelet。',
    container: (pod) => `kubelet 让运行时在沙箱里创建 ${pod} 的容器。`,
    started: (pod) =>
      `容器加入 pause 占着的命名空间：${pod} 的所有容器共用一个 eth0、一个地址，彼此用 localhost 就能访问。`,
    'docker-started': (pod) => `${pod} 的程序启动。命名空间归这个容器自己：容器结束，命名空间也随之消失。`,
    status: (pod) => `kubelet 把地址写进 ${pod} 的 status：直到此刻集群才知道它。`,
    other: () => '节点上同时发生了别的事。',
  },
};
