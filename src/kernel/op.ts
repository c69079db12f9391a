/**
 * The one door to a namespace's tables: `apply(namespaces, ns, op)`. A TableOp is typed data with a text form (`printOp`,
 * `parseOp` in opText.ts), the very command that iproute2 takes. Linux's refusals are results, with its words.
 */
import { assertUnreachable } from '../lib/assert.ts';
import { addAddress, deleteAddress } from './ops/address.ts';
import { changeConntrack } from './ops/conntrack.ts';
import { addFdb, deleteFdb } from './ops/fdb.ts';
import { addLink, deleteLink, setLink } from './ops/link.ts';
import { runIpset, runIpsetRestore } from './ops/ipset.ts';
import { runIptables, runRestore } from './ops/iptables.ts';
import { deleteNeigh, setNeigh } from './ops/neigh.ts';
import { addRoute, deleteRoute } from './ops/route.ts';
import { setSysctl } from './ops/sysctl.ts';
import type { Listens, Namespaces, OpContext, OpResult, TableOp } from './ops/types.ts';
import type { NetNs } from './netns.ts';
import type { Origin } from './origin.ts';
import type { SimTime, TableChange } from './recorder.ts';

export type { LinkChange, LinkKind, Listens, Namespaces, OpResult, RouteSpec, TableOp } from './ops/types.ts';

const TO_ALL: Listens = () => true;

/**
 * Applies one op. A refusal changes nothing, but for a restore: what it did before the wrong line stays, and is told. Changes
 * that nobody listens to are not listed.
 */
export function apply(
  namespaces: Namespaces,
  ns: NetNs,
  op: TableOp,
  context: { readonly at: SimTime; readonly origin: Origin; readonly isTold?: Listens | undefined },
): OpResult {
  const { isTold = TO_ALL } = context;
  const changes: TableChange[] = [];
  const c: OpContext = {
    namespaces,
    ns,
    at: context.at,
    origin: context.origin,
    isTold,
    change: ({ table, op: what, line }, where = ns, origin = context.origin) => {
      if (isTold(table, what)) changes.push({ ns: where.id, table, op: what, line: line(), origin });
    },
  };
  const refusal = carryOut(c, op);
  if (refusal === undefined || refusal.ok) return refusal ?? { ok: true, changes };
  return changes.length === 0 ? refusal : { ...refusal, changes };
}

function carryOut(c: OpContext, op: TableOp): OpResult | undefined {
  switch (op.op) {
    case 'link-add':
      return addLink(c, op.name, op.options, op.link);
    case 'link-del':
      return deleteLink(c, op.name);
    case 'link-set':
      return setLink(c, op.name, op.change);
    case 'addr-add':
      return addAddress(c, op.dev, op.address, op.broadcast);
    case 'addr-del':
      return deleteAddress(c, op.dev, op.address);
    case 'route-add':
    case 'route-replace':
      return addRoute(c, op.route, op.op === 'route-replace');
    case 'route-del':
      return deleteRoute(c, op.route);
    case 'neigh-replace':
      return setNeigh(c, op.dev, op.ip, op.lladdr);
    case 'neigh-del':
      return deleteNeigh(c, op.dev, op.ip);
    case 'fdb-append':
    case 'fdb-add':
    case 'fdb-replace':
      return addFdb(c, op);
    case 'fdb-del':
      return deleteFdb(c, op.dev, op.mac, op.dst);
    case 'iptables':
      return runIptables(c, op.table, op.command);
    case 'iptables-restore':
      return runRestore(c, op);
    case 'ipset':
      return runIpset(c, op);
    case 'ipset-restore':
      return runIpsetRestore(c, op.text, op.exist);
    case 'conntrack':
      return changeConntrack(c, op.words);
    case 'sysctl':
      return setSysctl(c, op.key, op.value);
    default:
      return assertUnreachable(op);
  }
}
