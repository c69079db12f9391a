/**
 * The matrix as a third voice: what simulator and kernel did with a packet in the chain of a pod must be what the matrix says of its
 * cell. Heard where a policy decided: in a chain KUBE-POD-FW-x the rule that refuses fitted, or the last one, which lets pass.
 * Not heard: ping, of which the matrix says nothing, and what is sent to a Service (its address, or a NodePort), which is for
 * a pod when the chain is asked; and what a pod sends from an address that is not its own (it has got Docker's network by hand), for
 * policies know pods by their addresses.
 */
import type { Cluster } from '../../src/kube/cluster.ts';
import { podFirewall } from '../../src/kube/policy/kubeRouter/chains.ts';
import { podChain } from '../../src/kube/policy/kubeRouter/names.ts';
import { NODE_PORTS, selects } from '../../src/kube/policy/match.ts';
import { cellOf, matrixOf, portClassOf } from '../../src/kube/policy/matrix.ts';
import { reachOf } from '../../src/kube/policy/reach.ts';
import type { Subject } from '../../src/kube/policy/subject.ts';
import type { TraceJson } from '../../src/trace/json.ts';
import { ipv4, printIpv4 } from '../../src/wire/address.ts';
import { isProbe, readCluster, type ProbeStep, type Scenario } from './scenario.ts';

/** How often a policy decided, and where the matrix says otherwise. */
export interface Heard {
  readonly decided: number;
  readonly difference: string | undefined;
}

const NOTHING: Heard = { decided: 0, difference: undefined };

/** The last rule of a pod's chain marks what passes; so many before it is the one that refuses. */
const REFUSES_BEFORE_LAST = 2;

/** Asks the matrix about every probe in which a policy decided. `traces` are those of the probes, in order. */
export function heardFrom(
  { yaml, steps }: Scenario,
  traces: readonly Pick<TraceJson, 'rules' | 'frames'>[],
): Heard {
  if (!yaml.includes('kind: NetworkPolicy')) return NOTHING;
  const cluster = readCluster(yaml);
  if (cluster.policyController !== 'kube-router') return NOTHING;
  const matrix = matrixOf(reachOf(cluster));
  const { subjects } = matrix;
  let decided = 0;
  for (const [n, step] of steps.filter(isProbe).entries()) {
    const trace = traces[n];
    const [from, to] = [sourceOf(step, subjects), targetOf(step, subjects)];
    if (!trace || step.protocol === 'icmp' || from < 0 || to < 0 || from === to) continue;
    if (!isItself(trace, step, subjects[from])) continue;
    const { dport = 0 } = step;
    const isNodePort = dport >= NODE_PORTS.first && dport <= NODE_PORTS.last;
    if (isNodePort && subjects[to]?.isNode === true) continue;
    const c = portClassOf(matrix, step.protocol === 'tcp' ? 'TCP' : 'UDP', dport);
    if (c === undefined) continue;
    const cell = cellOf(matrix, from, to, c);
    for (const [side, index] of [
      ['egress', from],
      ['ingress', to],
    ] as const) {
      const passed = verdictIn(trace, subjects[index], cluster);
      if (passed === undefined) continue;
      decided++;
      if (passed !== cell[side])
        return {
          decided,
          difference: `${JSON.stringify(step)}\n  ${side} of ${subjects[index]?.id ?? ''}: the matrix says ${cell[side]}, the rules ${passed}`,
        };
    }
  }
  return { decided, difference: undefined };
}

/** What the chain of a pod did with a new packet; undefined when it was not asked, or let it by before any policy was. */
function verdictIn(
  { rules }: Pick<TraceJson, 'rules'>,
  subject: Subject | undefined,
  { policies }: Cluster,
): boolean | undefined {
  const { pod, ip } = subject ?? {};
  if (!subject || !pod || ip === undefined) return undefined;
  const selecting = policies.filter((policy) => selects(policy, subject));
  if (selecting.length === 0) return undefined;
  const chain = podChain(pod);
  const last = podFirewall(pod, ip, selecting).rules.length;
  const hits = Object.values(rules).flatMap((list) =>
    list.flatMap(([table, name, event, number]) =>
      table === 'filter' && name === chain && event === 'rule' ? [number] : [],
    ),
  );
  if (hits.includes(last - REFUSES_BEFORE_LAST)) return false;
  return hits.includes(last) ? true : undefined;
}

/** Whether what a pod sent carries the pod's address. A node has several, and a policy knows them all. */
function isItself(
  { frames }: Pick<TraceJson, 'frames'>,
  { from }: ProbeStep,
  subject: Subject | undefined,
): boolean {
  if (!subject?.pod || subject.ip === undefined) return true;
  const own = printIpv4(subject.ip);
  const sent = (frames[from] ?? []).filter(({ dir }) => dir === 'out');
  return sent.every(({ layers }) => layers.every(({ ip }) => (ip?.['src'] ?? own) === own));
}

function sourceOf({ from }: ProbeStep, subjects: readonly Subject[]): number {
  const kinds = from.includes('/') ? ['pod'] : ['node', 'client'];
  return subjects.findIndex(({ id }) => kinds.some((kind) => id === `${kind}/${from}`));
}

function targetOf({ dst }: ProbeStep, subjects: readonly Subject[]): number {
  const address = ipv4(dst);
  return subjects.findIndex(({ ip, reachedAt }) => (reachedAt ?? ip) === address);
}
