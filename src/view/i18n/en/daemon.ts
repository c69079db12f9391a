/** flanneld of one node: what it does, what is lost without it, and how it is ended and started. */
export const daemon = {
  title: (node: string) => `flanneld on ${node}`,
  runs: 'It runs.',
  stopped: 'It does not run.',
  failed: 'It could not start; why is in the list of all steps.',
  running: {
    vxlan:
      'It writes a neighbour, an fdb entry and a route for every other node, and its iptables rules again when they are missing (every 5 s). Packets do not pass through it.',
    'host-gw':
      'It writes a route for every other node and looks every 10 s whether they are still there; its iptables rules every 5 s. Packets do not pass through it.',
    udp: 'Every packet for another node passes through it: it reads from flannel0, looks into a table of its own and sends by UDP port 8285.',
  },
  gone: {
    vxlan:
      'What it wrote stays in the kernel, so packets still get through. But nothing heals: rules that are deleted stay away, and nodes that come or go are not noticed.',
    'host-gw':
      'Its routes stay in the kernel, so packets still get through. But nothing heals: a route that is deleted stays away, and nodes that come or go are not noticed.',
    udp: 'With it flannel0 is gone, since a TUN device lives as long as the program that opened it. Pods reach no other node, though all leases are there.',
  },
  choices: 'What to do',
  stop: 'Stop it',
  stopHelp: 'with SIGTERM, as the end of its pod does; it takes nothing away',
  kill: 'Kill it',
  killHelp: 'with SIGKILL: it cannot tidy up, and there is nothing that it would',
  start: 'Start it',
  startHelp: 'it takes up what stands, writes subnet.env and hears of every lease again',
  restart: 'Restart it',
  restartHelp: 'ended and started at once: what was deleted by hand comes back',
  reboot: 'Restart the machine',
  rebootHelp:
    'all tables and /run are empty then; flanneld starts anew, and the pods of the node are made again',
  asTyped:
    'Each is a command as typed in the terminal of the node, at this moment of the story. It can be taken back.',
};
