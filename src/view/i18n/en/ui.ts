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
    words: {
      board: 'The cluster as a picture',
      userSpace: 'user space',
      kernel: 'kernel',
      rootNetns: 'root namespace',
      router: 'router',
      client: 'client',
      hostPods: (count: number) => `${plural(count, 'hostNetwork pod', 'hostNetwork pods')}`,
      segment: (name: string, cidr: string, mtu: number) => `segment ${name}  ${cidr}  MTU ${mtu}`,
      from: 'from',
      to: 'to',
      pod: (name: string, namespace: string, ip: string) => `Pod ${namespace}/${name}, ${ip}`,
      node: (name: string, ip: string, podCIDR: string) => `Node ${name}, ${ip}, pods ${podCIDR}`,
      clientAt: (name: string, ip: string) => `Outside client ${name}, ${ip}`,
      closedNode: (name: string, pods: number) => `Node ${name}, ${plural(pods, 'pod', 'pods')}`,
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
    tables: 'Tables',
    terminal: 'Terminal',
    openingTerminal: 'Opening the terminal…',
    yaml: 'YAML',
    resize: 'Width of the panel',
    grow: 'Larger',
    shrink: 'Smaller',
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
    decided: 'decided this step',
    titles: {
      link: 'Devices · ip link',
      addr: 'Addresses · ip addr',
      route: 'Routes · ip route',
      neigh: 'Neighbours · ip neigh',
      fdb: 'Forwarding database · bridge fdb',
    },
  },
  rules: {
    title: 'Rules · iptables-save',
    search: 'Search rules: address, chain, target',
    none: 'No rules: nothing is filtered or translated here.',
    nothingFound: 'No chain and no rule holds this.',
    count: (count: number) => plural(count, 'rule', 'rules'),
    counted: (packets: number, bytes: number) =>
      `${plural(packets, 'packet', 'packets')}, ${plural(bytes, 'byte', 'bytes')}`,
    policy: (policy: string) => `policy ${policy}`,
    earlier: (count: number) => `${plural(count, 'rule', 'rules')} before`,
    later: (count: number) => `${plural(count, 'rule', 'rules')} after`,
    moreChains: (count: number) => `${plural(count, 'more chain', 'more chains')}`,
    toChain: (chain: string) => `To chain ${chain}`,
    passed: 'did not match in this step',
    why: 'Why?',
    whyRule: (number: number, chain: string) => `Why rule ${number} of ${chain} fits this packet or not`,
    asking: 'Playing the walk again…',
    fate: {
      matched: 'This rule matched the packet.',
      passed: 'The packet passed over this rule.',
      unreached: 'The walk did not come to this rule. What it would have found:',
    },
    notAsked: {
      'no-such-rule': 'This rule was not there yet when the packet came by.',
      'nat-known':
        'The nat table is asked only for the first packet of a connection. This packet is rewritten as its conntrack row says.',
      'not-asked': 'This packet did not walk through this table here.',
    },
    always: 'No condition: it fits every packet.',
    holds: { yes: 'holds', no: 'fails', unasked: 'not looked at any more' },
    first: 'this is why',
    conntrack: 'Connections · conntrack -L',
    noConntrack: 'Conntrack is not at work here: no rule needs it.',
    noConnections: 'no connection',
    original: 'original',
    reply: 'reply',
    lives: (seconds: number) => `lives ${seconds} s more`,
    flags: { nat: 'NAT', unreplied: 'no answer yet', assured: 'assured' },
    mine: 'the connection of this packet',
    unconfirmed: 'not in the table yet: it rides with the packet until that has got through',
    sets: 'ipsets · ipset save',
    moreEntries: (count: number) => plural(count, 'more entry', 'more entries'),
  },
  walk: {
    label: 'Where the packet is in netfilter',
    gate: 'gate',
    table: 'table',
    in: (dev: string) => `in ${dev}`,
    out: (dev: string) => `out ${dev}`,
    byRule: (number: number) => `by rule ${number}`,
    rule: (number: number) => `rule ${number}`,
    end: 'end of the chain',
    policy: 'policy',
    over: (count: number) => `${plural(count, 'rule', 'rules')} tried before it did not match`,
    overNone: 'no rule was tried in between',
    verdict: 'verdict',
    mark: (was: string, is: string) => `mark ${was} → ${is}`,
    markIs: (is: string) => `mark ${is}`,
    previous: 'Previous rule',
    next: 'Next rule',
    finer: 'Step through every rule',
    inTables: 'Show in the table',
    was: 'was',
    renamed: 'Rewritten by NAT on the way',
    src: 'source',
    dst: 'destination',
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
    help,
};
