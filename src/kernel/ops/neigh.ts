/** `ip neigh replace|del`. Only PERMANENT entries are written by command; the others come from ARP (neigh.ts). */
import type { Ipv4, Mac } from '../../wire/address.ts';
import { nextGeneration, update, withEntry, withoutEntry, type Neigh } from '../netns.ts';
import { neighKey } from '../neighKey.ts';
import { printNeigh } from '../print.ts';
import type { IfName } from '../recorder.ts';
import { noDevice, refuse, type OpContext, type OpResult } from './types.ts';

export function setNeigh(c: OpContext, dev: IfName, ip: Ipv4, lladdr: Mac): OpResult | undefined {
  const { ns } = c;
  if (!ns.state.devices.has(dev)) return noDevice(dev);
  const key = neighKey(dev, ip);
  const old = ns.state.neighs.get(key);
  const neigh: Neigh = {
    dev,
    ip,
    state: 'permanent',
    lladdr,
    since: c.at,
    probes: 0,
    generation: nextGeneration(ns),
    queue: [],
    origin: c.origin,
  };
  update(ns, { neighs: withEntry(ns.state.neighs, key, neigh) });
  c.change({ table: 'neigh', op: old ? 'change' : 'add', line: () => printNeigh(neigh) });
  return undefined;
}

export function deleteNeigh(c: OpContext, dev: IfName, ip: Ipv4): OpResult | undefined {
  const { ns } = c;
  if (!ns.state.devices.has(dev)) return noDevice(dev);
  const key = neighKey(dev, ip);
  const old = ns.state.neighs.get(key);
  if (!old) return refuse('ENOENT', 'RTNETLINK answers: No such file or directory');
  update(ns, { neighs: withoutEntry(ns.state.neighs, key) });
  c.change({ table: 'neigh', op: 'delete', line: () => printNeigh(old) }, ns, old.origin);
  return undefined;
}
