import type { NetfilterTables as Tables } from '../../engine/protocol.ts';
import { useBoard } from '../page.ts';
import { Connections } from './Connections.tsx';
import { Rules } from './Rules.tsx';
import { Sets } from './Sets.tsx';

/** Rules, connections and ipsets of the namespace that is looked at. */
export default function NetfilterTables({ ns }: { readonly ns: string }) {
  const tables = useBoard((state) => state.netfilter);
  if (tables?.ns !== ns) return null;
  return <All tables={tables} />;
}

function All({ tables }: { readonly tables: Tables }) {
  return (
    <>
      <Rules tables={tables} />
      <Connections tables={tables} />
      {tables.sets.length === 0 ? null : <Sets sets={tables.sets} />}
    </>
  );
}
