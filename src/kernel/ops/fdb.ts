/** `bridge fdb append|add|replace|del MAC dev VXLAN dst IP self permanent`. @see drivers/net/vxlan/vxlan_core.c vxlan_fdb_update */
import type { Ipv4, Mac } from '../../wire/address.ts';
import { update, withEntry, withoutEntry, type FdbEntry } from '../netns.ts';
import { fdbKey } from '../neighKey.ts';
import { printFdb } from '../print.ts';
import type { IfName } from '../recorder.ts';
import { FILE_EXISTS, noDevice, refuse, type OpContext, type OpResult, type TableOp } from './types.ts';

export function addFdb(
  c: OpContext,
  {
    op,
    dev,
    mac,
    dst,
  }: Extract<TableOp, { readonly op: 'fdb-append' | 'fdb-add' | 'fdb-replace' | 'fdb-del' }>,
): OpResult | undefined {
  const { ns } = c;
  const device = ns.state.devices.get(dev);
  if (!device) return noDevice(dev);
  if (device.kind !== 'vxlan') return refuse('EOPNOTSUPP', 'RTNETLINK answers: Operation not supported');
  const key = fdbKey(dev, mac);
  const old = ns.state.fdb.get(key) ?? [];
  if (op === 'fdb-add' && old.length > 0) return refuse('EEXIST', FILE_EXISTS);
  // appending what is there already is not an error
  if (old.some((entry) => entry.dst === dst && entry.state === 'permanent')) return undefined;
  const entry: FdbEntry = { dev, mac, dst, state: 'permanent', updated: c.at, origin: c.origin };
  const kept = op === 'fdb-replace' ? [] : old.filter((e) => e.dst !== dst);
  for (const gone of old.filter((e) => !kept.includes(e))) {
    c.change({ table: 'fdb', op: 'delete', line: () => printFdb(gone) }, ns, gone.origin);
  }
  update(ns, { fdb: withEntry(ns.state.fdb, key, [...kept, entry]) });
  c.change({ table: 'fdb', op: 'add', line: () => printFdb(entry) });
  return undefined;
}

export function deleteFdb(c: OpContext, dev: IfName, mac: Mac, dst: Ipv4): OpResult | undefined {
  const { ns } = c;
  if (!ns.state.devices.has(dev)) return noDevice(dev);
  const key = fdbKey(dev, mac);
  const old = ns.state.fdb.get(key) ?? [];
  const found = old.find((entry) => entry.dst === dst);
  if (!found) return refuse('ENOENT', 'RTNETLINK answers: No such file or directory');
  const rest = old.filter((entry) => entry !== found);
  update(ns, { fdb: rest.length > 0 ? withEntry(ns.state.fdb, key, rest) : withoutEntry(ns.state.fdb, key) });
  c.change({ table: 'fdb', op: 'delete', line: () => printFdb(found) }, ns, found.origin);
  return undefined;
}
