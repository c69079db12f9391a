/** The figure of the addresses; its words are loaded with it. */
export const addresses = {
  title: 'Addresses: who has which, and where the next comes from',
  noFlannel:
    'Docker alone: every machine has the same range on its docker0, given by --bip when the daemon starts, and no daemon knows of the others. So the same address is there on every machine, and none of them can be reached from another one, except by a published port.',
  asking: 'Asking the allocators…',
  toYaml: (name: string) => `${name}: open it in the YAML`,
  next: 'next',
  free: 'free',
  taken: 'taken',
  pods: {
    title: '1. The pod network, a block for each node',
    given: (next: string) =>
      `kube-controller-manager gives blocks in order, and a pointer moves on past each one: the next node gets ${next}. A block that is freed comes again only after all the others.`,
    notGiven: (next: string) =>
      `Nobody gives out blocks here: the nodes say which they have. Were kube-controller-manager started now, the next node would get ${next}. (A Board with clusterCIDR makes it run.)`,
    grid: (cidr: string, blocks: number, bits: number) => `${cidr} in ${blocks} blocks of /${bits}`,
    block: (cidr: string, node: string) => `${cidr}: ${node}`,
    more: (count: number) => `… and ${count} more blocks`,
  },
  leases: {
    title: '2. Leases: what flanneld tells the other nodes',
    node: 'Node',
    subnet: 'podCIDR',
    publicIP: 'public-ip',
    data: 'backend-data',
    writer: 'Who wrote it',
    none: 'none: flanneld does not start there',
    byText: 'range: the Node’s text',
    byManager: 'range: kube-controller-manager',
    byFlanneld: (node: string) => `the rest: flanneld on ${node}`,
    emptyType: 'udp has no backend-type',
    more: (count: number) => `${count} more nodes`,
  },
  host: {
    title: (node: string) => `3. The range of ${node}, an address for each pod`,
    choose: 'Node',
    none: 'No node has a range.',
    roundRobin: (last: string, next: string) =>
      `host-local goes round: it looks on behind the address that it gave last (${last}), so the next pod gets ${next}. A freed address waits for its turn.`,
    fresh: (next: string) => `host-local has given nothing yet: the first pod gets ${next}.`,
    lowest: (next: string) =>
      `Docker takes the lowest address that is free: the next container gets ${next}. A freed address is used again at once.`,
    grid: (cidr: string) => `${cidr}, one cell for each address`,
    network: (dev: string) => `${dev}: the network’s own address`,
    networkFree: 'the network’s own address, given to nobody',
    gateway: (dev: string) => `${dev}: the gateway of the pods`,
    broadcast: 'broadcast',
    leaked: 'leaked: a file that no pod owns',
    last: 'given last',
  },
  services: {
    title: '4. ClusterIPs: numbers that no device has',
    lower: 'static band',
    upper: 'dynamic band',
    text: (lower: string) =>
      `A Service that asks for no address gets one by chance from the dynamic band (shaded), and from the static band only when that is full. ${lower} are left to those who ask for one.`,
    small: 'This range is too small for bands.',
    always: 'default/kubernetes, always the first (not in this text)',
    bar: (cidr: string) => `ClusterIP range ${cidr}`,
  },
  ports: {
    title: '5. NodePorts: one range for all nodes',
    text: (lower: string) =>
      `The same two bands: ${lower} are left to those who ask for one, the others are given by chance.`,
    bar: (from: number, to: number) => `NodePort range ${from} to ${to}`,
    none: 'No Service has a NodePort.',
  },
};
