/**
 * Who makes a pod's sandbox, and in which order:
 *
 *   containerd   namespace /var/run/netns/cni-<uuid>  ->  CNI ADD  ->  pause starts in it  ->  containers join
 *   dockershim   pause starts (and has a namespace)   ->  CNI ADD  ->  containers join
 *
 * After an ADD that failed the runtime runs DEL and throws the sandbox away; kubelet tries again with a new one.
 * @see containerd internal/cri/server/{sandbox_run,sandbox_stop}.go, pkg/netns/netns_linux.go; kubernetes 1.23
 *      pkg/kubelet/dockershim/docker_sandbox.go RunPodSandbox (facts/dataplane.md 0 S2, 2.1)
 * Left out: the loopback plugin, portmap and bandwidth, images, and that all this takes time.
 */
import { BY_KERNEL, type Origin } from '../../kernel/origin.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import { parseCidr, type Ipv4 } from '../../wire/address.ts';
import type { Sys } from '../../sim/process.ts';
import type { Cluster, ClusterPod, Runtime } from '../cluster.ts';
import { runContainer, stopContainer } from '../docker/container.ts';
import { ETH0, podNs } from '../ids.ts';
import { CONFLIST, FLANNEL_CONF } from './conflist.ts';
import { field, listIn, objectIn, textIn, type CniEnv, type Host, type JsonObject } from './plugin.ts';
import { hexOf, uidOf, uuidOf, type Sandbox } from './sandbox.ts';

/** What the runtime needs of a node: its programs, and what the plugins run on. */
export interface Node {
  readonly sys: Sys<Cluster>;
  hostFor(pod: ClusterPod): Host;
}

export type Made =
  | { readonly ok: true; readonly sandbox: Sandbox; readonly ip: Ipv4 | undefined }
  /** what kubelet says of it */
  | { readonly ok: false; readonly error: string };

/** github.com/containerd/go-cni errors.go */
const NOT_INITIALIZED = 'cni plugin not initialized';

const PAUSE = 'registry.k8s.io/pause:3.10';
const DOCKER_PAUSE = 'k8s.gcr.io/pause:3.5';

export interface RuntimeInterface {
  /** RunPodSandbox: a sandbox with its network; on failure nothing of it stays. `attempt` counts the sandboxes of this pod. */
  run(node: Node, pod: ClusterPod, attempt: number): Made;
  /** the containers of the pod, named by the pod, begin in the sandbox */
  startContainers(node: Node, pod: ClusterPod, sandbox: Sandbox): void;
  /** StopPodSandbox and RemovePodSandbox */
  stop(node: Node, pod: ClusterPod, sandbox: Sandbox): void;
}

function envOf(command: 'ADD' | 'DEL', pod: ClusterPod, { id, netns }: Sandbox): CniEnv {
  const { namespace, name } = pod;
  const asked = pod.chosen === true || pod.ip === undefined ? '' : `;IP=${printed(pod.ip)}`;
  const args = `IgnoreUnknown=1;K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=${name};K8S_POD_INFRA_CONTAINER_ID=${id};K8S_POD_UID=${uidOf(pod)}`;
  return { command, containerId: id, netns, ifname: ETH0, args: `${args}${command === 'ADD' ? asked : ''}` };
}

const printed = (ip: Ipv4): string => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.');

function addressIn(result: JsonObject | undefined): Ipv4 | undefined {
  const ip = objectIn(listIn(result && field(result, 'ips'))[0]) ?? {};
  const address = parseCidr(textIn(field(ip, 'address')));
  return address.ok ? address.value.address : undefined;
}

/** Makes the namespace of a pod; one that is left of a pod of the same name elsewhere is not this pod's. */
function addNetns(sys: Sys<Cluster>, pod: ClusterPod, origin: Origin): NetNsId {
  const id = podNs(pod);
  const old = sys.netns(id);
  if (old) {
    if (old.state.devices.has(ETH0)) sys.op(id, { op: 'link-del', name: ETH0 }, origin);
    sys.deleteNetns(id);
  }
  sys.addNetns(id, { conntrackHooks: false });
  return id;
}

/** The namespace is still that of this sandbox: nobody plugged it in on another node. */
function isOurs({ sys }: Node, { pod }: Sandbox): boolean {
  const eth0 = sys.netns(pod)?.state.devices.get(ETH0);
  return sys.netns(pod) !== undefined && (eth0?.kind !== 'veth' || eth0.peer.ns === sys.ns);
}

/** CNI ADD, and DEL at once when it fails. */
function setUpNetwork(
  node: Node,
  pod: ClusterPod,
  sandbox: Sandbox,
): { readonly ip: Ipv4 | undefined } | { readonly error: string } {
  if (node.sys.readFile(node.sys.ns, CONFLIST) === undefined) return { error: NOT_INITIALIZED };
  const host = node.hostFor(pod);
  const added = host.exec('flannel', envOf('ADD', pod, sandbox), FLANNEL_CONF);
  if (added.error === undefined) return { ip: addressIn(added.result) };
  host.exec('flannel', envOf('DEL', pod, sandbox), FLANNEL_CONF);
  return { error: added.error };
}

function tearDownNetwork(node: Node, pod: ClusterPod, sandbox: Sandbox): void {
  node.hostFor(pod).exec('flannel', envOf('DEL', pod, sandbox), FLANNEL_CONF);
}

const containerd: RuntimeInterface = {
  run(node, pod, attempt) {
    const { sys } = node;
    const by: Origin = { by: 'containerd', object: pod.ref };
    const metadata = `&PodSandboxMetadata{Name:${pod.name},Uid:${uidOf(pod)},Namespace:${pod.namespace},Attempt:${attempt},}`;
    sys.log(`RunPodSandbox for ${metadata}`, by);
    const seed = `${podNs(pod)} ${attempt}`;
    const name = `cni-${uuidOf(`netns ${seed}`)}`;
    const ns = addNetns(sys, pod, by);
    sys.log(`ip netns add ${name}`, by);
    const sandbox: Sandbox = { id: hexOf(`sandbox ${seed}`, 8), netns: `/var/run/netns/${name}`, pod: ns };
    const network = setUpNetwork(node, pod, sandbox);
    if ('error' in network) {
      removeNetns(node, sandbox, by);
      const who = network.error === NOT_INITIALIZED ? '' : 'plugin type="flannel" failed (add): ';
      const error = `failed to setup network for sandbox "${sandbox.id}": ${who}${network.error}`;
      sys.log(`RunPodSandbox for ${metadata} failed, error`, by, { result: 'failed', error });
      return { ok: false, error: `rpc error: code = Unknown desc = ${error}` };
    }
    sys.log('/pause', by, { detail: `image: ${PAUSE}\nnetwork namespace: ${sandbox.netns}` });
    sys.log(`RunPodSandbox for ${metadata} returns sandbox id "${sandbox.id}"`, by);
    return { ok: true, sandbox, ip: network.ip };
  },
  startContainers({ sys }, pod, { id }) {
    if (!sys.isRecorded) return;
    const by: Origin = { by: 'containerd', object: pod.ref };
    const container = hexOf(`container ${podNs(pod)} ${id}`, 8);
    sys.log(
      `CreateContainer within sandbox "${id}" for container &ContainerMetadata{Name:${pod.name},Attempt:0,}`,
      by,
    );
    sys.log(`StartContainer for "${container}" returns successfully`, by);
  },
  stop(node, pod, sandbox) {
    const { sys } = node;
    const by: Origin = { by: 'containerd', object: pod.ref };
    sys.log(`StopPodSandbox for "${sandbox.id}"`, by);
    tearDownNetwork(node, pod, sandbox);
    sys.log(`TearDown network for sandbox "${sandbox.id}" successfully`, by);
    removeNetns(node, sandbox, by);
    sys.log(`RemovePodSandbox "${sandbox.id}" returns successfully`, by);
  },
};

function removeNetns(node: Node, sandbox: Sandbox, by: Origin): void {
  const { sys } = node;
  if (isOurs(node, sandbox)) {
    // a veth pair goes with either end's namespace, also where no DEL took it away
    if (sys.netns(sandbox.pod)?.state.devices.has(ETH0) === true)
      sys.op(sandbox.pod, { op: 'link-del', name: ETH0 }, BY_KERNEL);
    sys.deleteNetns(sandbox.pod);
  }
  const name = sandbox.netns.slice(sandbox.netns.lastIndexOf('/') + 1);
  if (sandbox.netns.startsWith('/var/run/netns/')) node.sys.log(`ip netns del ${name}`, by);
}

/** The pid that Docker gives pause; its namespace is found by it. */
function pidOf(seed: string): number {
  return 1_000 + (Number.parseInt(hexOf(`pid ${seed}`, 1), 16) % 30_000);
}

const dockershim: RuntimeInterface = {
  run(node, pod, attempt) {
    const { sys } = node;
    const by: Origin = { by: 'docker', object: pod.ref };
    const seed = `${podNs(pod)} ${attempt}`;
    const { name, namespace } = pod;
    const id = hexOf(`sandbox ${seed}`, 8);
    const ns = addNetns(sys, pod, by);
    const container = `k8s_POD_${name}_${namespace}_${uidOf(pod)}_${attempt}`;
    const sandbox: Sandbox = { id, netns: `/proc/${pidOf(seed)}/ns/net`, pod: ns };
    sys.log(`docker run -d --net=none --name ${container} ${DOCKER_PAUSE}`, by, {
      detail: `/pause\nnetwork namespace: ${sandbox.netns}`,
    });
    const network = setUpNetwork(node, pod, sandbox);
    if (!('error' in network)) return { ok: true, sandbox, ip: network.ip };
    sys.log(`docker stop ${container}`, by);
    removeNetns(node, sandbox, by);
    const error = `networkPlugin cni failed to set up pod "${name}_${namespace}" network: ${network.error}`;
    return {
      ok: false,
      error: `rpc error: code = Unknown desc = failed to set up sandbox container "${id}" network for pod "${name}": ${error}`,
    };
  },
  startContainers({ sys }, pod, { id }) {
    if (!sys.isRecorded) return;
    const container = `k8s_${pod.name}_${pod.name}_${pod.namespace}_${uidOf(pod)}_0`;
    sys.log(`docker run -d --net=container:${id} --name ${container}`, { by: 'docker', object: pod.ref });
  },
  stop(node, pod, sandbox) {
    const by: Origin = { by: 'docker', object: pod.ref };
    tearDownNetwork(node, pod, sandbox);
    node.sys.log(`docker stop ${sandbox.id}`, by);
    removeNetns(node, sandbox, by);
  },
};

/** Docker alone (CNM): a container is its own sandbox, and no plugin is called. */
const docker: RuntimeInterface = {
  run: (node, pod, attempt) =>
    runContainer(node.sys, pod, { attempt, vethMac: node.hostFor(pod).names.vethMac }),
  startContainers: () => undefined,
  stop: ({ sys }, pod, sandbox) => {
    stopContainer(sys, pod, sandbox);
  },
};

export function runtimeOf(runtime: Runtime): RuntimeInterface {
  const runtimes: Readonly<Record<Runtime, RuntimeInterface>> = { containerd, dockershim, docker };
  return runtimes[runtime];
}
