/** The birth of a pod; its words are loaded with it. */
export const birth = {
  title: 'The birth of a pod',
  pod: 'Pod',
  asking: 'Asking the node’s journal…',
  none: 'This pod has no network of its own (hostNetwork), so no plugin is called for it.',
  picture: (node: string, pod: string) => `${node} while ${pod} is born`,
  callers: 'Who runs whom',
  steps: 'All steps',
  line: { op: 'Command', process: 'Log', object: 'Object' },
  shown: {
    stdin: 'stdin: the configuration that goes in',
    stdout: 'stdout: the result that comes out',
    error: 'What it says',
    file: 'The file now holds',
    read: (path: string) => `Read from ${path}`,
    delegate: 'The configuration that flannel makes of it, for bridge',
    about: 'With',
  },
  /** one sentence for each stage; `pod` is the pod's name, `node` its node's */
  stages: {
    sandbox: (pod: string, node: string) =>
      `kubelet on ${node} has seen that ${pod} shall run there, and asks the runtime over CRI for a sandbox: a place with a network for its containers.`,
    netns: (pod: string) =>
      `containerd makes the network namespace of ${pod}. There is nothing in it but lo, and no program yet.`,
    'docker-pause': (pod: string) =>
      `Under dockershim the pause container of ${pod} starts first, without a network (--net=none): its namespace is what the plugins are given.`,
    'docker-run': (pod: string) =>
      `docker run: the daemon makes the container ${pod}, whose network namespace is its own. No plugin is called and nothing is executed for the network: the drivers are inside the daemon.`,
    'exec-flannel': () =>
      'The runtime runs the first plugin of /etc/cni/net.d/10-flannel.conflist: flannel. The command stands in the environment, the configuration comes on stdin.',
    delegate: () =>
      'flannel does nothing to the network itself. It reads what flanneld wrote about this node into subnet.env and makes a configuration for the bridge plugin of it.',
    'keep-delegate': () =>
      'flannel keeps that configuration in a file named by the container, so that DEL can undo exactly this.',
    'exec-bridge': () => 'flannel runs the next plugin, bridge, with the configuration that it made.',
    bridge: () => 'This is the first pod of the node, so there is no bridge yet: the plugin makes cni0.',
    'bridge-up': () => 'The bridge is set up.',
    veth: () =>
      'A veth pair, like a cable: one end becomes eth0 in the pod’s namespace, the other stays in the root namespace.',
    'veth-up': () => 'The end in the root namespace is set up.',
    'veth-port': () => 'It becomes a port of the bridge.',
    hairpin: () =>
      'Hairpin on: the bridge may send a frame back out of the port it came by. A pod that calls its own Service needs that.',
    'exec-host-local': () => 'bridge asks the IPAM plugin for an address: host-local.',
    reserve: () =>
      'host-local takes the next free address of the node’s range by making a file with its name. Whose it is stands in it.',
    pointer: () =>
      'And it remembers the address as the one given last: the next search begins behind it, so a freed address is not used again at once.',
    allocate: (pod: string) =>
      `The daemon’s own allocator gives ${pod} the lowest address that is free. A freed address is used again at once.`,
    'result-host-local': () => 'host-local answers with the address, the gateway and the routes.',
    'pod-address': (pod: string) => `bridge writes the address to eth0 of ${pod}.`,
    'pod-up': () => 'eth0 is set up. The route to the node’s own range comes with it.',
    'pod-route': () =>
      'A route to the whole pod network, by the bridge: it comes from flannel’s configuration.',
    'pod-default': () => 'And the default route, by the bridge as well.',
    'bridge-address': () =>
      'The bridge gets the first address of the range, which is the pods’ gateway: now the node routes to them.',
    forwarding: () => 'The node may forward packets from now on.',
    masquerade: () => 'What leaves the pod network is masqueraded, since flanneld was told not to.',
    publish: () =>
      'A published port: DNAT for who comes from elsewhere, a way through FORWARD, and MASQUERADE for the container that calls itself.',
    'result-bridge': () => 'bridge answers with what it made: interfaces, address, routes.',
    'result-flannel': () =>
      'flannel hands the answer on. The network of the pod is there, and nothing runs in it yet.',
    failed: () => 'It failed. Everybody above hands the error on, and the pod stays ContainerCreating.',
    release: () => 'What was made is taken back: after an ADD that failed the runtime runs DEL.',
    pause: (pod: string) =>
      `Now pause starts in the namespace. It does nothing but sleep: it holds the namespace open for as long as ${pod} lives, whatever its containers do.`,
    'sandbox-ready': () => 'The sandbox is ready: kubelet is told its id.',
    container: (pod: string) => `kubelet has the containers of ${pod} made, inside the sandbox.`,
    started: (pod: string) =>
      `They join the namespace that pause holds: all containers of ${pod} have one eth0, one address, and reach each other by localhost.`,
    'docker-started': (pod: string) =>
      `The program of ${pod} starts. The namespace is this container’s own: when it ends, the namespace goes with it.`,
    status: (pod: string) =>
      `kubelet writes the address to the status of ${pod}: only now does the cluster know it.`,
    other: () => 'Something else happened on the node meanwhile.',
  },
};
