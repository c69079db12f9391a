/** The lab: the board and what was typed on it, as a script that builds the same from network namespaces. */
import { printIpv4 } from '../wire/address.ts';
import type { Cluster } from '../kube/cluster.ts';
import { nodeNs, podNs } from '../kube/ids.ts';
import { planLab, type Typed } from '../scenario/lab/plan.ts';
import { labFileName, labScript } from '../scenario/lab/script.ts';
import { message } from '../lib/message.ts';
import type { Calls } from './protocol.ts';
import type { Run } from './run.ts';

/** A laptop makes so many namespaces in a few seconds. */
const MOST_NODES = 50;

/** Commands that somebody typed up to now, in their order. */
function typedOn({ journal }: Run): readonly Typed[] {
  return journal.entries.flatMap(({ input }) =>
    input.input === 'command' ? [{ ns: input.ns, op: input.op }] : [],
  );
}

/** The script of `cluster` with what was typed in the run; a message when it is too large for one machine. */
export function labOf(run: Run, cluster: Cluster): Calls['lab']['result'] {
  const nodes = cluster.nodes.length;
  if (nodes > MOST_NODES)
    return { status: 'refused', message: message('lab.too-large', { nodes, most: MOST_NODES }) };
  const typed = typedOn(run);
  const { plan } = planLab(cluster, { typed });
  const [first] = plan.servers;
  const others = cluster.pods.filter((pod) => pod.ip !== undefined && podNs(pod) !== first?.ns);
  const home = cluster.pods.find((pod) => podNs(pod) === first?.ns)?.node;
  // on another node there is more to see
  const other = others.find(({ node }) => node !== home) ?? others[0];
  return {
    status: 'ready',
    name: labFileName(plan),
    script: labScript(plan),
    namespaces: plan.namespaces.length,
    typed: typed.length,
    node: nodeNs(cluster.nodes[0]?.name ?? cluster.router.name),
    ...(first === undefined ? {} : { pod: first.ns }),
    ...(other?.ip === undefined ? {} : { to: printIpv4(other.ip) }),
  };
}
