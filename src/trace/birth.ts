/**
 * The birth of a pod, read from what kubelet, runtime and CNI plugins said and did: which of it belongs to one pod, what each
 * part is, and who runs whom. Decided from the words of the log lines, as one would in a node's journal. Pure.
 */
import { isStep, type Event, type Recording } from './types.ts';

/** What a step of a birth is; its sentence is in `view/i18n`. */
export type BirthStage =
  | 'sandbox' // kubelet asks the runtime for a sandbox
  | 'netns'
  | 'docker-pause' // dockershim: pause starts first, and has a namespace
  | 'docker-run' // Docker alone: a container of its own
  | 'exec-flannel'
  | 'delegate' // flannel has made bridge's configuration out of subnet.env
  | 'keep-delegate'
  | 'exec-bridge'
  | 'bridge'
  | 'bridge-up'
  | 'veth'
  | 'veth-up'
  | 'veth-port'
  | 'hairpin'
  | 'exec-host-local'
  | 'reserve' // the file of the address
  | 'pointer' // last_reserved_ip.0
  | 'allocate' // Docker's own allocator
  | 'result-host-local'
  | 'pod-address'
  | 'pod-up'
  | 'pod-route'
  | 'pod-default'
  | 'bridge-address'
  | 'forwarding'
  | 'masquerade'
  | 'result-bridge'
  | 'result-flannel'
  | 'failed' // a plugin, or the sandbox as a whole
  | 'release' // what DEL takes back after an ADD that failed
  | 'pause'
  | 'sandbox-ready'
  | 'container'
  | 'started'
  | 'docker-started'
  | 'publish' // rules of a published port
  | 'status'
  | 'other';

export interface BirthPart {
  /** the entry of the recording */
  readonly seq: number;
  readonly stage: BirthStage;
  /** programs that run each other at this moment, outermost first */
  readonly callers: readonly string[];
}

const BEGINS = [/^RunPodSandbox for \S+}$/, /^docker run -d --net=none /, /^docker run -d --name /] as const;

const isBegin = ({ text }: Event): boolean => BEGINS.some((begin) => begin.test(text));

/** Rules are tried in order; the first that fits names the stage. */
const STAGES: readonly (readonly [RegExp, BirthStage])[] = [
  [/^RunPodSandbox for \S+}$/, 'sandbox'],
  [/^RunPodSandbox .* returns /, 'sandbox-ready'],
  [/^RunPodSandbox .* failed/, 'failed'],
  [/^FailedCreatePodSandBox/, 'failed'],
  [/^docker run -d --net=none /, 'docker-pause'],
  [/^docker run -d --net=container:/, 'started'],
  [/^docker run -d --name /, 'docker-run'],
  [/^ip netns add /, 'netns'],
  [/^ip netns del |^docker stop /, 'release'],
  [/^CNI_COMMAND=DEL /, 'release'],
  [/^CNI_COMMAND=ADD .* flannel$/, 'exec-flannel'],
  [/^CNI_COMMAND=ADD .* bridge$/, 'exec-bridge'],
  [/^CNI_COMMAND=ADD .* host-local$/, 'exec-host-local'],
  [/^delegateAdd/, 'delegate'],
  [/^write \/var\/lib\/cni\/flannel\//, 'keep-delegate'],
  [/^write .*\/last_reserved_ip/, 'pointer'],
  [/^write \/var\/lib\/cni\/networks\//, 'reserve'],
  [/^unlink /, 'release'],
  [/^RequestAddress/, 'allocate'],
  [/^host-local returned rc=0/, 'result-host-local'],
  [/^bridge returned rc=0/, 'result-bridge'],
  [/^flannel returned rc=0/, 'result-flannel'],
  [/ returned rc=/, 'failed'],
  [/^\/pause$/, 'pause'],
  [/^CreateContainer /, 'container'],
  [/^StartContainer /, 'started'],
  [/^container start /, 'docker-started'],
  [/ status\.podIP: /, 'status'],
  [/^ip link add \S+ .*type bridge/, 'bridge'],
  [/^ip link add \S+ .*type veth/, 'veth'],
  [/^ip link set \S+ master /, 'veth-port'],
  [/^bridge link set dev \S+ hairpin on/, 'hairpin'],
  [/^sysctl .*ip_forward/, 'forwarding'],
  [/^iptables .* DOCKER |^iptables .* --dport /, 'publish'],
  [/^iptables /, 'masquerade'],
];

function stageOf({ text, ns }: Event, pod: string, inDel: boolean): BirthStage {
  if (inDel) return 'release';
  const known = STAGES.find(([words]) => words.test(text));
  if (known) return known[1];
  const isInside = ns === pod;
  if (/^ip link set \S+ up/.test(text))
    return isInside ? 'pod-up' : text.includes('veth') ? 'veth-up' : 'bridge-up';
  if (text.startsWith('ip addr add ')) return isInside ? 'pod-address' : 'bridge-address';
  if (text.startsWith('ip route add default')) return 'pod-default';
  return text.startsWith('ip route add ') && isInside ? 'pod-route' : 'other';
}

const CALL = /^CNI_COMMAND=(ADD|DEL) .* (\S+)$/;

/**
 * The last birth of the pod `NAMESPACE/NAME` in a recording, from the order to its status; one that failed ends with the event
 * that says so. Empty when it was not born there.
 */
export function birthOf({ entries }: Pick<Recording, 'entries'>, pod: string): readonly BirthPart[] {
  const isOfPod = ({ by }: Event): boolean =>
    by.object?.kind === 'Pod' && `${by.object.namespace}/${by.object.name}` === pod;
  const begin = entries.findLast(
    (entry): entry is Event => !isStep(entry) && isOfPod(entry) && isBegin(entry),
  );
  if (!begin) return [];
  const parts: BirthPart[] = [];
  const callers: string[] = [];
  /** how many of the callers run DEL */
  let dels = 0;
  for (const entry of entries.slice(begin.seq)) {
    if (isStep(entry)) continue;
    // a plugin also does things for the node: they belong to the pod for which it runs
    const isRunning = callers.length > 0 && (entry.ns === begin.ns || entry.ns === pod);
    if (!isOfPod(entry) && !isRunning) continue;
    const { text } = entry;
    // it was taken down again later: another story
    if (/^(StopPodSandbox|docker rm) /.test(text)) break;
    const call = CALL.exec(text);
    const isReturn = / returned rc=\d/.test(text);
    if (call?.[1] === 'DEL' || dels > 0) dels += call ? 1 : 0;
    const stage = stageOf(entry, pod, dels > 0);
    if (call?.[2] !== undefined) callers.push(call[2]);
    parts.push({ seq: entry.seq, stage, callers: callersOf(entry, begin, callers) });
    if (isReturn) {
      callers.pop();
      dels = Math.max(0, dels - 1);
    }
  }
  return parts;
}

/** kubelet -> the runtime that began -> plugins. What kubelet itself does has nobody above it. */
function callersOf({ by }: Event, begin: Event, plugins: readonly string[]): readonly string[] {
  // Docker alone has no kubelet above it
  const above = begin.text.startsWith('docker run -d --name ') ? [] : ['kubelet'];
  return by.by === 'kubelet' ? ['kubelet'] : [...above, begin.by.by, ...plugins];
}
