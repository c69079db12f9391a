/** The tables of one namespace as Linux prints them, every line with who wrote it. */
import { printAddress, printFdb, printLink, printNeigh, printRoute } from '../kernel/print.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Origin } from '../kernel/origin.ts';
import type { NamespaceTables, TableLine } from './protocol.ts';

function line(text: string, { by, object }: Origin): TableLine {
  return { text, by, ...(object === undefined ? {} : { object }) };
}

/** `ip addr`, `ip route`, `ip neigh`, `bridge fdb` of a namespace. */
export function tablesOf(ns: NetNs): NamespaceTables {
  const { state } = ns;
  const fdb = [...state.fdb.values()].flat();
  return {
    ns: ns.id,
    link: [...state.devices.values()].map((device) => line(printLink(device), device.origin)),
    addr: state.addresses.map((address) => line(printAddress(address), address.origin)),
    route: state.routes
      .filter((route) => route.table === 'main')
      .map((route) => line(printRoute(route), route.origin)),
    neigh: [...state.neighs.values()].map((neigh) => line(printNeigh(neigh), neigh.origin)),
    fdb: fdb.map((entry) => line(printFdb(entry), entry.origin)),
  };
}
