/** The tables of one namespace as Linux prints them, every line with who wrote it. */
import { printAddress, printFdb, printLink, printNeigh, printRoute } from '../kernel/print.ts';
import type { NetNs } from '../kernel/netns.ts';
import type { Origin } from '../kernel/origin.ts';
import type { TableChange } from '../kernel/recorder.ts';
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

type Printed = Exclude<keyof NamespaceTables, 'ns'>;
const printed: readonly string[] = ['link', 'addr', 'route', 'neigh', 'fdb'] satisfies readonly Printed[];
const isPrinted = (table: string): table is Printed => printed.includes(table);

/** The tables after `changes` of the same namespace, which were recorded later. */
export function redo(tables: NamespaceTables, changes: readonly TableChange[]): NamespaceTables {
  let now = tables;
  for (const { ns, table, op, line: text, origin } of changes) {
    if (ns !== tables.ns || !isPrinted(table)) continue;
    const lines = now[table];
    const key = keyOf(table, text);
    const at = lines.findIndex((each) => keyOf(table, each.text) === key);
    const row = op === 'delete' ? [] : [line(text, origin)];
    const changed = at < 0 ? [...lines, ...row] : lines.toSpliced(at, 1, ...row);
    now = { ...now, [table]: changed };
  }
  return now;
}

/** What makes two printed lines the same row of a table. */
function keyOf(table: Printed, text: string): string {
  const words = text.split(' ');
  if (table === 'neigh') return words.slice(0, 3).join(' ');
  if (table === 'link') return words[0] ?? '';
  if (table !== 'fdb') return text;
  // a bridge has one row for a MAC, whatever the port; a vxlan device one for each remote
  const master = words.indexOf('master');
  return master < 0 ? words.slice(0, 5).join(' ') : `${words[0]} ${words[master + 1]}`;
}
