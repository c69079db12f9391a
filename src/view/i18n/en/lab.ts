/** The lab, the board as a script for a Linux machine; its words are loaded with it. */
export const lab = {
  title: 'Run it for real',
  intro:
    'This board as a bash script. On a Linux machine it builds the same nodes, pods, bridges, tunnels, routes and rules out of network namespaces, by the very commands that the board shows. What a packet does there, the Linux kernel decides.',
  writing: 'Writing the script…',
  holds: (namespaces: number) => `${namespaces} network namespaces.`,
  typed: (count: number) =>
    count === 1 ? 'The command that you typed is in it.' : `The ${count} commands that you typed are in it.`,
  save: (name: string) => `Save ${name}`,
  saved: (name: string) => `${name} is saved. Read it, if you like: it is text.`,
  how: 'Then, in a terminal, where the file is:',
  rows: {
    up: 'builds it, in a second or two',
    ping: 'a command in a pod',
    node: 'a command on a node; `shell` instead of `in` gives you a shell there',
    down: 'takes everything away',
  },
  copy: 'Copy',
  copied: 'Copied',
  needs:
    'Needs Linux 5.10 or newer with iproute2, iptables, ipset and python3; what is missing is said in one sentence. Your machine is not touched: everything lives in namespaces of its own and goes with them.',
  others:
    'macOS: in a small Linux machine, for example Lima (limactl start, then lima sudo bash …). Windows: in WSL 2 (wsl, then the same commands).',
  more: 'More to try, and what differs from the board: docs/lab.md of the project.',
};
