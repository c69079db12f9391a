/**
 * What makes pods on a node: kubelet, which compares the pods of the API server with the sandboxes that run, and calls the
 * container runtime, which calls the CNI plugins. A pod whose network fails stays ContainerCreating with the error as an event,
 * and is tried again every ten seconds, and at once when flanneld has written another subnet.env.
 * @see kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod, pkg/kubelet/pod_workers.go completeWork
 * Left out: the jitter of the retries, probes, restarts of containers, eviction.
 */
import { printIpv4, type Ipv4 } from '../../wire/address.ts';
import { DNS_PORT } from '../../wire/dns.ts';
import type { Origin } from '../../kernel/origin.ts';
import type { ServerState } from '../../sim/apps/server.ts';
import type { Behaviour, Process, Sys } from '../../sim/process.ts';
import type { Cluster, ClusterNode, ClusterPod } from '../cluster.ts';
import { coreDnsProcess } from '../dns/coreDns.ts';
import { podResolvConf, RESOLV_CONF } from '../dns/resolvConf.ts';
import { SUBNET_ENV } from '../flannel/subnetEnv.ts';
import { isCnm } from '../docker/options.ts';
import { ETH0, nodeNs, podNs } from '../ids.ts';
import type { Naming } from '../naming.ts';
import { withPodStatus, type PodStatus } from '../podStatus.ts';
import { podsOn, podsText } from '../watch.ts';
import { CONFLIST, CONFLIST_TEXT } from './conflist.ts';
import { hostWith } from './exec.ts';
import { namesIn, type Host } from './plugin.ts';
import { runtimeOf, type Node } from './runtime.ts';
import type { Sandbox } from './sandbox.ts';

/** A pod that runs. */
export interface Running {
  readonly sandbox: Sandbox;
  readonly pod: ClusterPod;
  readonly ip: Ipv4 | undefined;
  /** what the sandbox was made from: another text is another sandbox */
  readonly key: string;
  /** what its containers do, as text */
  readonly containers: string;
}

/** A pod that is ContainerCreating. */
export interface Waiting {
  readonly pod: ClusterPod;
  /** what kubelet said last */
  readonly message: string;
  readonly key: string;
}

export interface KubeletState {
  readonly running: Readonly<Record<string, Running>>;
  readonly waiting: Readonly<Record<string, Waiting>>;
  /** how many sandboxes were made for a pod */
  readonly attempts: Readonly<Record<string, number>>;
  /** what it saw when it last looked */
  readonly seen: string;
  /** a retry is due, at the timer with this number */
  readonly retry: number | undefined;
  readonly timers: number;
  /** how often all its sandboxes had been thrown away when it last looked */
  readonly evicted: number;
}

const EMPTY: KubeletState = {
  running: {},
  waiting: {},
  attempts: {},
  seen: '',
  retry: undefined,
  timers: 0,
  evicted: 0,
};

/** Its state after the machine was started again, or all sandboxes were thrown away: it knows the sandboxes that ran, finds them dead, and makes each anew. */
export function afterReboot(state: KubeletState): KubeletState {
  const dead = Object.entries(state.running).map(([id, running]) => [id, { ...running, key: '' }] as const);
  return { ...state, running: Object.fromEntries(dead), waiting: {}, seen: '', retry: undefined };
}

const SECOND = 1_000_000_000;
/** pkg/kubelet/kubelet.go backOffPeriod */
const RETRY_AFTER = 10 * SECOND;
const DEFAULT_PORT = 8080;

/** The process of a node's kubelet, runtime and plugins. */
export function kubeletProcess(node: string): Process {
  return { pid: kubeletPid(node), behaviour: 'kubelet', ns: nodeNs(node), state: undefined };
}

export const kubeletPid = (node: string): string => `kubelet@${node}`;

/** The pods of a node that get a network of their own. */
function podsOf(cluster: Cluster, node: ClusterNode): readonly ClusterPod[] {
  return podsOn(cluster, node.name).filter((pod) => !pod.hostNetwork);
}

/** The process of a pod's containers. */
export const containersOf = (pod: ClusterPod): string => `containers@${podNs(pod)} on ${pod.node}`;

/** What the pod's containers do: listen on their ports, and where Services that select them expect it. */
function containers(pod: ClusterPod): Process {
  const listens = [...pod.ports, ...pod.targetPorts];
  const ports = (protocol: 'TCP' | 'UDP'): number[] => [
    ...new Set(listens.filter((p) => p.protocol === protocol).map((p) => p.port)),
  ];
  const state: ServerState = {
    name: pod.name,
    tcp: listens.length === 0 ? [DEFAULT_PORT] : ports('TCP'),
    udp: ports('UDP').filter((port) => pod.servesDns !== true || port !== DNS_PORT),
    peers: {},
  };
  return { pid: containersOf(pod), behaviour: 'server', ns: podNs(pod), state };
}

function isStopped({ ns, cluster: { silent = {} } }: Sys<Cluster>): boolean {
  return Object.keys(silent).some((node) => nodeNs(node) === ns);
}

class Kubelet {
  readonly #sys: Sys<Cluster>;
  readonly #node: ClusterNode | undefined;
  readonly #naming: Naming;
  readonly #running: Record<string, Running>;
  readonly #waiting: Record<string, Waiting>;
  readonly #attempts: Record<string, number>;

  constructor(sys: Sys<Cluster>, naming: Naming, state: KubeletState) {
    this.#sys = sys;
    this.#naming = naming;
    this.#node = sys.cluster.nodes.find((n) => nodeNs(n.name) === sys.ns);
    this.#running = { ...state.running };
    this.#waiting = { ...state.waiting };
    this.#attempts = { ...state.attempts };
  }

  /** Makes what runs what shall run; pods that wait are tried again when `retry`. */
  sync(state: KubeletState, retry: boolean): KubeletState {
    const pods = this.#node ? podsOf(this.#sys.cluster, this.#node) : [];
    const byId = new Map(pods.map((pod) => [podNs(pod) as string, pod]));
    for (const [id, running] of Object.entries(this.#running)) {
      const pod = byId.get(id);
      if (!pod || this.#keyOf(pod, running.key) !== running.key) this.#stop(id, running);
    }
    for (const [id, { key }] of Object.entries(this.#waiting)) {
      const pod = byId.get(id);
      if (!pod || retry || this.#keyOf(pod, undefined) !== key) Reflect.deleteProperty(this.#waiting, id);
    }
    const fresh = pods.filter((pod) => !(podNs(pod) in this.#running) && !(podNs(pod) in this.#waiting));
    for (const pod of inOrder(fresh)) this.#start(pod);
    for (const [id, pod] of byId) this.#containers(id, pod);
    this.#publish(pods);
    const isWaiting = Object.keys(this.#waiting).length > 0;
    const asks = isWaiting && (retry || state.retry === undefined);
    const timers = state.timers + (asks ? 1 : 0);
    if (asks) this.#sys.timer(RETRY_AFTER, String(timers));
    return {
      running: this.#running,
      waiting: this.#waiting,
      attempts: this.#attempts,
      seen: podsText(this.#sys.cluster, this.#sys.ns),
      retry: isWaiting ? (asks ? timers : state.retry) : undefined,
      timers,
      evicted: state.evicted,
    };
  }

  get #runtime(): ReturnType<typeof runtimeOf> {
    return runtimeOf(this.#sys.cluster.runtime ?? 'containerd');
  }

  /**
   * What a sandbox is made from. A pod keeps its old address and MTU for life, so when flanneld writes another subnet.env all
   * pods of the node are made anew, as an administrator would do; while the file is missing everything stays.
   */
  #keyOf(pod: ClusterPod, before: string | undefined): string {
    const env = this.#sys.readFile(this.#sys.ns, SUBNET_ENV);
    const asked = pod.chosen === true || pod.ip === undefined ? '' : printIpv4(pod.ip);
    const { cluster } = this.#sys;
    // a container that is published otherwise, or by a daemon that was started otherwise, is another container
    const options = isCnm(cluster) ? JSON.stringify([cluster.docker?.bip, pod.ports]) : '';
    const known = before?.split('\n\n')[1];
    return `${asked} ${cluster.runtime ?? 'containerd'} ${options}\n\n${env ?? known ?? ''}`;
  }

  #start(pod: ClusterPod): void {
    const id = podNs(pod);
    const attempt = this.#attempts[id] ?? 0;
    this.#attempts[id] = attempt + 1;
    const made = this.#runtime.run(this.#host(), pod, attempt);
    if (made.ok) {
      const { sandbox, ip } = made;
      this.#sys.writeFile(sandbox.pod, RESOLV_CONF, podResolvConf(this.#sys.cluster, pod));
      this.#running[id] = { sandbox, pod, ip, key: this.#keyOf(pod, undefined), containers: '' };
      return;
    }
    const isAlone = isCnm(this.#sys.cluster);
    const message = isAlone ? made.error : `Failed to create pod sandbox: ${made.error}`;
    this.#waiting[id] = { pod, message, key: this.#keyOf(pod, undefined) };
    // Docker alone has said it already
    if (isAlone) return;
    this.#sys.log('FailedCreatePodSandBox', byKubelet(pod), {
      kind: 'object',
      result: 'failed',
      error: message,
    });
  }

  #stop(id: string, { sandbox, pod }: Running): void {
    this.#kill(pod);
    this.#runtime.stop(this.#host(), pod, sandbox);
    Reflect.deleteProperty(this.#running, id);
  }

  #kill(pod: ClusterPod): void {
    this.#sys.kill(containersOf(pod));
    this.#sys.kill(coreDnsProcess(pod).pid);
  }

  /** A container whose ports changed is another container. */
  #containers(id: string, pod: ClusterPod): void {
    const running = this.#running[id];
    if (!running) return;
    const program = containers(pod);
    const text = JSON.stringify([program.state, pod.servesDns === true]);
    if (text === running.containers) return;
    if (running.containers !== '') this.#kill(pod);
    this.#runtime.startContainers(this.#host(), pod, running.sandbox);
    this.#sys.spawn(program);
    if (pod.servesDns === true) this.#sys.spawn(coreDnsProcess(pod));
    this.#running[id] = { ...running, pod, containers: text };
  }

  /** The status of the pods, where the API server knows another one. */
  #publish(pods: readonly ClusterPod[]): void {
    const news = new Map<ClusterPod, PodStatus>();
    for (const pod of pods) {
      const id = podNs(pod);
      const status = { ip: this.#running[id]?.ip, waiting: this.#waiting[id]?.message };
      if (status.ip === pod.ip && status.waiting === pod.waiting) continue;
      news.set(pod, status);
      if (status.ip === pod.ip || isCnm(this.#sys.cluster)) continue;
      const said = status.ip === undefined ? 'null' : printIpv4(status.ip);
      const text = `Pod/${pod.namespace}/${pod.name} status.podIP: ${said}`;
      this.#sys.log(text, byKubelet(pod), { kind: 'object' });
    }
    if (news.size > 0) this.#sys.setCluster(withPodStatus(this.#sys.cluster, news));
  }

  #host(): Node {
    const sys = this.#sys;
    return { sys, hostFor: (pod) => this.#hostFor(pod) };
  }

  #hostFor(pod: ClusterPod): Host {
    const sys = this.#sys;
    const { ns } = sys;
    const id = podNs(pod);
    const naming = this.#naming;
    const node = this.#node?.ref ?? pod.ref;
    return hostWith({
      ns,
      netnsAt: () => {
        const eth0 = sys.netns(id)?.state.devices.get(ETH0);
        const isElsewhere = eth0?.kind === 'veth' && eth0.peer.ns !== ns;
        return sys.netns(id) === undefined || isElsewhere ? undefined : id;
      },
      tables: (where) => sys.netns(where)?.state,
      op: (where, op, origin) => sys.op(where, op, origin),
      files: {
        read: (path) => sys.readFile(ns, path),
        write: (path, text) => {
          sys.writeFile(ns, path, text);
        },
        remove: (path) => {
          sys.writeFile(ns, path, undefined);
        },
        list: (directory) => namesIn(directory, sys.filesOf(ns)),
      },
      isHeard: sys.isRecorded,
      say: (text, by, more) => {
        sys.log(text, by, more);
      },
      names: {
        veth: naming.veth(id),
        bridgeMac: naming.mac('cni0', sys.ns),
        vethMac: naming.mac('veth', id),
        podMac: naming.mac('pod', id),
      },
      origins: {
        pod: { by: 'cni', object: { ...pod.ref, path: 'status.podIP' } },
        bridge: { by: 'cni', object: { ...node, path: 'spec.podCIDR' } },
      },
      version: '1.9.1',
    });
  }
}

const byKubelet = (pod: ClusterPod): Origin => ({ by: 'kubelet', object: pod.ref });

/** Those that ask for an address come first, lowest first, so that nobody takes it from them; then the others as in the text. */
function inOrder(pods: readonly ClusterPod[]): readonly ClusterPod[] {
  const asks = (pod: ClusterPod): boolean => pod.chosen !== true && pod.ip !== undefined;
  const asking = pods.filter(asks).toSorted((a, b) => (a.ip ?? 0) - (b.ip ?? 0));
  return [...asking, ...pods.filter((pod) => !asks(pod))];
}

function evict(sys: Sys<Cluster>, naming: Naming, state: KubeletState): KubeletState {
  const dead = afterReboot(state);
  return new Kubelet(sys, naming, dead).sync(dead, true);
}

/** Wakes when the pods of its node change, and to try again what failed. */
export function kubelet(naming: Naming): Behaviour<KubeletState | undefined, Cluster> {
  return {
    name: 'kubelet',
    watches: true,
    wake(sys, state = EMPTY, why) {
      // it is stopped: started again it looks at everything anew
      if (isStopped(sys)) return { ...state, seen: '', retry: undefined };
      if (why.why === 'timer')
        return why.tag === String(state.retry) ? new Kubelet(sys, naming, state).sync(state, true) : state;
      if (why.why !== 'start' && why.why !== 'objects') return state;
      // the init container of flannel's DaemonSet has been there before any pod
      if (state === EMPTY && !isCnm(sys.cluster)) sys.writeFile(sys.ns, CONFLIST, CONFLIST_TEXT);
      const evicted = sys.cluster.evicted?.[sys.ns] ?? state.evicted;
      if (evicted !== state.evicted) return evict(sys, naming, { ...state, evicted });
      if (podsText(sys.cluster, sys.ns) === state.seen) return state;
      return new Kubelet(sys, naming, state).sync(state, false);
    },
  };
}
