/** `bridge fdb` and `bridge link` as iproute2 prints them. Multicast rows (`33:33:…`, `01:00:5e:…`) are not kept here. @see bridge/fdb.c, link.c */
import type { FdbEntry } from '../netns.ts';
import { printFdb } from '../print.ts';
import { type Args, argument, hintOf, requireDevice, ShellError, type Reading } from './reading.ts';
import { flagsOf } from './showLink.ts';

interface FdbFilter {
  readonly dev?: string;
  readonly br?: string;
}

const FDB_WORDS = ['dev', 'br', 'brport'];

function parseFilter(args: Args, known: readonly string[]): FdbFilter {
  let filter: FdbFilter = {};
  while (!args.done) {
    const word = args.next();
    if (word === 'dev' || word === 'brport') filter = { ...filter, dev: argument(args) };
    else if (word === 'br' && known.includes('br')) filter = { ...filter, br: argument(args) };
    else throw new ShellError([], hintOf(word, known));
  }
  return filter;
}

/** The device whose row it is: a port of a bridge, the bridge itself, or a vxlan device. */
function deviceOf(entry: FdbEntry): string {
  return entry.port ?? entry.dev;
}

/** `bridge fdb [show] [dev X] [br X]`; the device that was asked for is left out, as iproute2 does. */
export function showFdb(args: Args): Reading {
  const { dev, br } = parseFilter(args, FDB_WORDS);
  return (view) => {
    if (dev !== undefined) requireDevice(view, dev);
    if (br !== undefined) requireDevice(view, br, `Cannot find bridge device "${br}"`);
    return [...view.ns.state.fdb.values()]
      .flat()
      .filter(
        (entry) => (dev === undefined || deviceOf(entry) === dev) && (br === undefined || entry.dev === br),
      )
      .map((entry) => {
        const text = dev === undefined ? printFdb(entry) : printFdb(entry).replace(` dev ${dev}`, '');
        return entry.state === 'learned' ? `${text} ` : text;
      });
  };
}

/** `bridge [-d] link [show] [dev X]`: ports of bridges. */
export function showPorts(details: boolean, args: Args): Reading {
  const { dev } = parseFilter(args, ['dev']);
  return (view) => {
    if (dev !== undefined) requireDevice(view, dev);
    const ports = [...view.ns.state.devices.values()].filter(
      ({ name, master }) => master !== undefined && (dev === undefined || name === dev),
    );
    return ports
      .toSorted((a, b) => a.index - b.index)
      .flatMap((port) => {
        const { index, name, mtu, master, hairpin, up, carrier } = port;
        // a veth names its peer's number in another namespace, which this tool prints as the bridge of the same number
        const state = up && carrier ? 'forwarding' : 'disabled';
        const line = `${index}: ${name}: ${flagsOf(port)} mtu ${mtu} master ${master ?? ''} state ${state} priority 32 cost 2 `;
        const detail = `    hairpin ${hairpin ? 'on' : 'off'} guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off `;
        return details ? [line, detail] : [line];
      });
  };
}
