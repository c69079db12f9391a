/** The legend of the board, in English. */
export const legend = {
  title: 'What the marks mean',
  board: {
    here: 'the packet is here now; its plate shows the headers, the outermost on the left',
    lit: 'yellow: what this step touches',
    beads: 'the way it has come so far',
    gate: 'the five netfilter hooks; yellow ones it has passed on this machine',
    overlay: 'a tunnel between nodes: the packets in it travel by the cables',
    dropped: 'it was dropped here',
  },
  above: 'Above the timeline',
  timeline: {
    encap: 'headers go on (into the tunnel)',
    decap: 'headers come off (out of the tunnel)',
    nat: 'NAT rewrites addresses',
    deliver: 'a program gets it',
    drop: 'it is dropped',
    fold: 'smaller steps, left out of the story: press to see them',
  },
};
