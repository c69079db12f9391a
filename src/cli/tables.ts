/** `tables FILE --ns NAME`: everything that stands in one namespace, in the formats of the tools that show it. */
import { iptablesSave } from '../kernel/netfilter/save.ts';
import { parseShell } from '../kernel/shell/shell.ts';
import type { World } from '../sim/world.ts';
import { tablesOf } from '../engine/tables.ts';
import type { TableLine } from '../engine/protocol.ts';
import type { NetNsId } from '../kernel/recorder.ts';
import type { Cluster } from '../kube/cluster.ts';
import { touch } from '../kube/board.ts';
import { printObject } from '../trace/printObject.ts';
import { InputError } from './words.ts';

const WIDTH = 72;

function withOwner({ text, by, object }: TableLine): string {
  return `${text.padEnd(WIDTH)} # ${by}${object === undefined ? '' : `: ${printObject(object)}`}`;
}

/** The lines, each table below its command; throws InputError when there is no such namespace. */
export function tableLines(world: World<Cluster>, name: string): readonly string[] {
  const id = name as NetNsId;
  touch(world, id);
  const ns = world.namespaces.get(id);
  if (!ns) throw new InputError(`no namespace ${name}; there are: ${world.namespaces.ids().join(', ')}`);
  const shown = (tool: 'ipset' | 'conntrack', word: string): readonly string[] => {
    const parsed = parseShell(tool, [word]);
    const view = { ns, now: world.now, namespaces: world.namespaces };
    return parsed.kind === 'read' ? parsed.read(view) : [];
  };
  const { link, addr, route, neigh, fdb } = tablesOf(ns);
  const owned = { 'ip link': link, 'ip addr': addr, 'ip route': route, 'ip neigh': neigh, 'bridge fdb': fdb };
  const saved = iptablesSave(ns.state.rules).split('\n').slice(0, -1);
  const plain = {
    'iptables-save': saved,
    'ipset save': shown('ipset', 'save'),
    'conntrack -L': shown('conntrack', '-L'),
  };
  return [
    ...Object.entries(owned).flatMap(([command, lines]) => [`# ${command}`, ...lines.map(withOwner)]),
    ...Object.entries(plain).flatMap(([command, lines]) => [`# ${command}`, ...lines]),
  ];
}
