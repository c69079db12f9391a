/** The words around the choice of a backend and the race; they are loaded with them. */
export const backend = {
  choice: 'flannel backend',
  help: {
    vxlan: 'vxlan: whole frames travel inside UDP, made by the kernel',
    'host-gw': 'host-gw: no envelope, only routes by the other nodes',
    udp: 'udp: flanneld itself carries every packet',
  },
  noFlannel: 'Docker alone runs here: there is no flannel, and so no backend.',
  broken: 'Mend the YAML first: what stands there now makes no board.',
  unreadable: 'The Board document cannot be written into. Set spec.flannel.backend there.',
  undo: (was: string) => `Back to ${was}`,
  now: (backend: string) => `The backend is ${backend} now.`,
  again: (backend: string) => `The backend is ${backend} now; the last packet was sent again.`,
  toYaml: 'Open the YAML',
  addresses: 'Addresses',
  addressesHelp: 'Who has which address, and where the next one comes from (key a)',
  lab: 'Run it for real',
  labHelp: 'This board as a script for a Linux machine, where the real kernel carries the packets (key k)',
  birth: 'Birth of a pod',
  birthHelp: 'How a pod got its network: runtime, CNI plugins and pause, step by step (key p)',
  race: 'Race',
  raceHelp: 'Send one packet under all three backends, side by side (key r)',
};
