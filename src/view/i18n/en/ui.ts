/** The words of the interface, in English. Its shape is the shape of every language. */
import type { Fact } from '../../topology/search.ts';
import { help } from './help.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const ui = {
  top: {
    backend: (backend: string) => `flannel backend: ${backend}`,
    open: 'Open your cluster',
    help: 'Help',
    otherLanguage: '中文',
    theme: (name: string) => `Theme: ${name}`,
    themes: { auto: 'as the system', light: 'light', dark: 'dark' },
  },
  send: {
    group: 'Send a packet',
    from: 'From',
    to: 'To',
    choose: 'choose…',
    podsOn: (node: string) => `Pods on ${node}`,
    nodes: 'Nodes',
    clients: 'Outside clients',
    services: 'Services',
    nodePorts: 'NodePorts',
    protocol: 'What to send',
    icmp: 'ping',
    tcp: 'TCP',
    send: 'Send',
    needsBoth: 'Choose where the packet starts and where it goes',
  },
  board: {
    label: 'The cluster',
    starting: 'Starting the simulator…',
    none: 'There is no board to show yet. Open a cluster to begin.',
    pickTarget: (source: string) => `From ${source}. Now click where the packet goes.`,
    drop: 'Drop the file to open it as a board',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    fit: 'Fit the board into view',
    legend: 'What the marks mean',
    words: {
      board: 'The cluster as a picture',
      userSpace: 'user space',
      kernel: 'kernel',
      rootNetns: 'root namespace',
      router: 'router',
      client: 'client',
      hostPods: (count: number) => `${plural(count, 'hostNetwork pod', 'hostNetwork pods')}`,
      segment: (name: string, cidr: string, mtu?: number) =>
        `segment ${name}  ${cidr}${mtu === undefined ? '' : `  MTU ${mtu}`}`,
      from: 'from',
      to: 'to',
      pod: (name: string, namespace: string, ip: string) => `Pod ${namespace}/${name}, ${ip}`,
      node: (name: string, ip: string, podCIDR: string) => `Node ${name}, ${ip}, pods ${podCIDR}`,
      clientAt: (name: string, ip: string) => `Outside client ${name}, ${ip}`,
      closedNode: (name: string, pods: number) => `Node ${name}, ${plural(pods, 'pod', 'pods')}`,
      daemonOf: (node: string, runs: boolean) => `flanneld on ${node}${runs ? '' : ': it does not run'}`,
      notReady: (status: string) => `NotReady: Ready is ${status}`,
      stopped: 'does not run',
      dropped: 'dropped',
      heat: {
        grid: (nodes: number, pods: number) =>
          `${plural(nodes, 'node', 'nodes')} and ${plural(pods, 'pod', 'pods')} as a grid. Arrow keys move from node to node, Page Up and Page Down from pod to pod, Enter chooses.`,
        nodeWith: (name: string, ip: string, podCIDR: string, pods: number) =>
          `Node ${name}, ${ip}, ${plural(pods, 'pod', 'pods')} in ${podCIDR}`,
        podOn: (pod: string, ip: string, node: string) => `Pod ${pod}, ${ip}, on ${node}`,
      },
      search: {
        label: 'Search the board',
        placeholder: 'name or IP: who owns 10.244.2.7?',
        none: 'Nothing on this board has such a name or address.',
        found: (count: number) => plural(count, 'result', 'results'),
        fact: (fact: Fact): string => {
          switch (fact.is) {
            case 'pod':
              return `pod, ${fact.ip || 'no address'}, on ${fact.node}`;
            case 'hostPod':
              return `hostNetwork pod: it has the address of ${fact.node}, ${fact.ip}`;
            case 'node':
              return `node, ${fact.ip}, pods ${fact.podCIDR}`;
            case 'client':
              return `outside client, ${fact.ip}`;
            case 'router':
              return 'router between the segments';
            case 'segment':
              return `segment, ${fact.cidr}`;
            case 'device':
              return `address of ${fact.dev} on ${fact.machine}`;
            case 'free':
              return `nobody has it now; it is in ${fact.cidr}, the pods of ${fact.node}`;
            case 'unleased':
              return `nobody: in the cluster's ${fact.cidr}, but no node has this part`;
            case 'service':
              return `in the Services' ${fact.cidr}: no device carries it`;
            case 'vacant':
              return `nobody has it on segment ${fact.segment}, ${fact.cidr}`;
            case 'unknown':
              return 'nobody on this board; it is in none of its networks';
          }
        },
      },
    },
  },
  timeline: {
    label: 'Timeline',
    toStart: 'To the start',
    stepBack: 'One step back',
    play: 'Play',
    pause: 'Pause',
    stepForward: 'One step forward',
    toEnd: 'To the end',
    position: 'Position in time',
    speed: 'Speed',
    empty: 'Nothing has been sent yet.',
    count: (step: number, of: number) => `Step ${step} of ${of}`,
    folded: (count: number, what: string) => `${plural(count, 'step', 'steps')} folded. ${what}`,
    openFold: (count: number, what: string) =>
      `Open ${plural(count, 'folded step', 'folded steps')}. ${what}`,
    closeFold: (what: string) => `Fold again. ${what}`,
    fold: (count: number) => `${count} folded`,
    unfolded: 'fold',
    marks: { encap: 'wrapped', decap: 'unwrapped', nat: 'translated', deliver: 'arrived', drop: 'dropped' },
    turn: (step: number, what: string) => `Step ${step}: ${what}`,
    steps: 'All steps',
    grain: 'Detail',
    grains: { hop: 'devices and decisions', hook: 'and netfilter hooks', header: 'everything' },
    pauseOn: { encap: 'pause when wrapped', nat: 'pause on NAT', drop: 'pause on a drop' },
    filter: 'Filter the steps',
    hidden: (count: number) => `${count} hidden`,
    scope: 'Show',
    scopes: { packet: 'this packet', all: 'everything recorded' },
    namespace: 'Namespace',
    anyNamespace: 'every namespace',
    kinds: { arp: 'ARP', hook: 'hooks', event: 'commands', reply: 'answers' },
    kindsLabel: 'Kinds to show',
    earlier: (count: number) => `Show ${count} earlier`,
    later: (count: number) => `Show ${count} later`,
    refused: 'refused',
    done: 'ok',
    nothingLeft: 'The filters hide everything.',
    toBefore: 'Before the fork',
    toNow: 'Back to now',
    branchHelp: 'Something was sent or edited in the past. This shows how the story went before that.',
    stepsOf: (what: string) => `All steps of: ${what}`,
  },
  panel: {
    label: 'Details',
    story: 'Story',
    packet: 'Packet',
    why: 'Why',
    matrix: 'Matrix',
    openingMatrix: 'Opening the matrix…',
    tables: 'Tables',
    terminal: 'Terminal',
    openingTerminal: 'Opening the terminal…',
    yaml: 'YAML',
    resize: 'Width of the panel',
    grow: 'Larger',
    shrink: 'Smaller',
    close: 'Close',
  },
  tables: {
    label: 'Tables',
    of: 'Tables of',
    follow: 'the present step',
    none: 'empty',
    more: (count: number) => `${plural(count, 'more line', 'more lines')} not shown`,
    gone: 'deleted in this step',
    hold: 'Hold this namespace',
    onlyNow: 'The tables belong to the present story. Go back to now to see them.',
    changed: 'changed in this step',
    edited: 'changed by the last edit',
    goneByEdit: 'deleted by the last edit',
    decided: 'decided this step',
    titles: {
      link: 'Devices · ip link',
      addr: 'Addresses · ip addr',
      route: 'Routes · ip route',
      neigh: 'Neighbours · ip neigh',
      fdb: 'Forwarding database · bridge fdb',
    },
  },
  why: {
    label: 'Why',
    none: 'Nothing was dropped so far.',
    goThere: 'Go to the drop',
    row: 'The row that said no',
    reason: 'The kernel calls it',
    remedy: (ns: string) => `This command on ${ns} would let the packet go on:`,
    because: {
      deleted: 'This row was there and was deleted.',
      denies: 'That is what stops it now.',
      range: 'The cluster says which node has this range, and that node is on a link of this machine.',
    },
  },
  lens: {
    label: 'Look at one layer',
    names: { service: 'Service', l3: 'Layer 3', l2: 'Layer 2 and tunnel', all: 'Everything' },
    help: {
      service: 'Services and the rules that carry them; the rest is dimmed',
      l3: 'IP addresses, routes and hooks; MACs, bridges and switches are dimmed',
      l2: 'MACs, bridges, switches and the tunnel; routing, hooks and programs are dimmed',
      all: 'Nothing is dimmed',
    },
    noServices: 'There are no Services on the board yet',
  },
  clock: {
    waits: (seconds: string) => `waiting: ${seconds} s`,
    gaveUp: (seconds: string) => `gave up after ${seconds} s`,
    heard: (what: string, seconds: string) => `${what} after ${seconds} s`,
    said: (client: string, how: string) => `The client ${client}: ${how}`,
  },
  traffic: {
    label: 'Running traffic',
    start: (count: number) => `Run the traffic (${count})`,
    stop: 'Stop the traffic',
  },
  packet: {
    /** before an address that NAT rewrote */
    was: 'was',
    empty: 'Nothing has been sent yet.',
    how: 'Choose where the packet starts and where it goes, on the board or in the bar, and press Send. Then every step stands here: its headers, and the table row that decided.',
    result: 'Result',
    underWay: 'still under way',
    reveal: 'How does it end?',
    step: 'This step',
    decided: 'The row that decided',
    writtenBy: (who: string) => `written by ${who}`,
    from: 'for',
    showInYaml: (object: string) => `Show ${object} in the YAML`,
    tables: 'Changed in the tables',
    change: { add: 'added', delete: 'deleted', change: 'changed' },
    headers: 'Headers, from the outside in',
    inOut: 'In, decision, out',
    in: 'In',
    decision: 'Decision',
    out: 'Out',
    madeHere: 'nothing: it is made here',
    goesNoFurther: 'nothing: it ends here',
    taken: 'nothing: the program has it',
    foundBefore: 'From rows that were found before:',
    noTable: 'this step asks no table',
    passed: 'On the way here it passed the hooks',
    unchanged: 'no header changes',
    layerChange: { same: 'unchanged', changed: 'changed', added: 'added', removed: 'removed' },
    inside: 'inside the tunnel',
    field: 'field',
    value: 'value',
    bytes: (count: number, parts: string) => `Bytes: ${count} (${parts})`,
    bytesHelp: 'Up and down arrows move from field to field.',
    compare: 'compare with the hop before',
    bytesBefore: 'before',
    sameBytes: 'The same bytes as at the hop before.',
    changedBytes: (count: number) => `${plural(count, 'byte', 'bytes')} changed (underlined twice)`,
    copyBytes: 'Copy as text',
    copied: 'Copied',
    save: 'Save capture (pcapng)',
    saveHelp:
      'One file with every device that saw a frame. When Wireshark shows port 8472 as plain UDP: Analyze, Decode As, UDP port 8472, VXLAN.',
    next: 'Next:',
    end: 'Nothing more: this is the end.',
    noFrame: 'This is not about one packet: a program changed a table.',
  },
  writers: {
    flanneld: 'flanneld',
    'kube-proxy': 'kube-proxy',
    'network-policy': 'the network policy controller',
    kubelet: 'kubelet',
    containerd: 'containerd',
    cni: 'the CNI plugin',
    docker: 'Docker',
    kernel: 'the kernel itself',
    machine: 'the network set-up of the machine',
    user: 'you',
  },
  yaml: {
    label: 'The cluster as YAML',
    loading: 'Loading the editor…',
    committed: 'The board shows this text.',
    pending: 'Checking…',
    rejected: 'There is an error, so the board shows the last good version.',
    problems: 'Problems',
    line: (line: number) => `line ${line}`,
    severity: { error: 'error', warning: 'warning', info: 'note' },
    undoImport: 'Undo import',
  },
  notice: {
    opened: (nodes: number, pods: number) =>
      `Opened ${plural(nodes, 'node', 'nodes')} and ${plural(pods, 'pod', 'pods')}.`,
    warnings: (count: number) => plural(count, 'warning', 'warnings'),
    noWords: (why: string) => `Chinese (中文) could not be loaded, so the page is in English: ${why}`,
    notSaved: (why: string) => `This browser does not keep your text over a reload: ${why}`,
    dismiss: 'Dismiss',
  },
  crash: {
    title: 'The simulator stopped because of a bug of ours:',
    view: 'This part of the page failed because of a bug of ours, or could not be loaded:',
    safe: 'Your text is safe.',
    reload: 'Reload the page',
    restart: 'Restart',
    copy: 'Copy a report',
    copied: 'Copied',
  },
  help,
};
