/**
 * Which endpoint the kernel drew for a probe, read from its own rule trace: the chains of endpoints that it went through, and
 * where the rules of the board say that each of them leads. The simulator is then told to draw the same (`--pick`).
 */
import { must } from '../../src/lib/assert.ts';
import { ipv4 } from '../../src/wire/address.ts';
import type { Picked } from '../../src/kernel/recorder.ts';
import type { TraceJson } from '../../src/trace/json.ts';
import type { Job } from './scenario.ts';

/** Endpoints by the name of their chain, which is a hash and the same on every node. */
function endpoints({ commands }: Job): ReadonlyMap<string, Picked> {
  const rule = /^-A (KUBE-SEP-\w+) .*--to-destination ([\d.]+):(\d+)/gm;
  return new Map(
    commands.flatMap(({ text }) =>
      [...text.matchAll(rule)].map(([, chain = '', ip = '', port]) => [
        chain,
        { ip: ipv4(ip), port: Number(port) },
      ]),
    ),
  );
}

/** The endpoints that were drawn, for each probe. */
export function pickedBy(
  job: Job,
  traces: readonly Pick<TraceJson, 'rules'>[],
): readonly (readonly Picked[])[] {
  const known = endpoints(job);
  return traces.map(({ rules }) => {
    const chains = Object.values(rules).flatMap((list) => list.map(([, chain]) => chain));
    return [...new Set(chains)].flatMap((chain) => (known.has(chain) ? [must(known.get(chain), chain)] : []));
  });
}
