/**
 * Clusters of any size as `kubectl get nodes,pods -A -o yaml` would print them: for tests, benchmarks and "show me a big
 * one". The same options give the same text. Modelled on kubeadm with the stock kube-flannel.yml; the fields nothing
 * reads are there for their weight (a pod is about 4 kB, twice that with managedFields).
 * Left out: DaemonSet pods of the system, images and conditions of nodes beyond a sample.
 */
import { createRandom, nextInRange, nextUint32, type Random } from '../lib/random.ts';
import { addressAt, ipv4, printIpv4, type Ipv4 } from '../wire/address.ts';
import { dumpNode } from './generateNode.ts';
import { dumpPod } from './generatePod.ts';

export interface DumpOptions {
  /** 250 in each segment: nodes 1..250 in 192.168.0.0/24, the next 250 in 192.168.1.0/24 … */
  readonly nodes: number;
  /** spread evenly; a node holds 253 (host-local's /24), what does not fit is left out */
  readonly pods: number;
  readonly seed: number;
  /** 'list' = what kubectl prints, one document `kind: List`; 'stream' = one document per object */
  readonly style: 'list' | 'stream';
  readonly managedFields: boolean;
}

const APPS = ['web', 'api', 'cart', 'db', 'mail', 'search', 'auth', 'queue', 'cache', 'report'];
const NAMESPACES = ['shop', 'billing', 'search', 'platform', 'default'];
const NODES_PER_SEGMENT = 250;
const PODS_PER_NODE = 253;

export function generateDump(options: DumpOptions): string {
  const random = createRandom(options.seed);
  const nodes = Array.from({ length: options.nodes }, (_, i) => nodeAt(i));
  const podsOn = nodes.map(() => 0);
  const objects = nodes.map((node) =>
    dumpNode({ ...node, uid: uid(random), managedFields: options.managedFields }),
  );
  for (let i = 0; i < options.pods && nodes.length > 0; i++) {
    const on = i % nodes.length;
    const node = nodes[on];
    const used = podsOn[on] ?? 0;
    if (!node || used >= PODS_PER_NODE) break;
    podsOn[on] = used + 1;
    const app = APPS[nextInRange(random, 0, APPS.length - 1)] ?? 'web';
    objects.push(
      dumpPod({
        app,
        name: `${app}-${suffix(random, 9)}-${suffix(random, 5)}`,
        namespace: NAMESPACES[i % NAMESPACES.length] ?? 'default',
        node: node.name,
        nodeIP: node.ip,
        // .0 is flannel.1, .1 cni0
        ip: printIpv4(addressAt(node.subnet, 2 + used)),
        uid: uid(random),
        managedFields: options.managedFields,
      }),
    );
  }
  return options.style === 'stream' ? `${objects.join('\n---\n')}\n` : toList(objects);
}

function nodeAt(i: number): {
  readonly name: string;
  readonly ip: string;
  readonly podCIDR: string;
  readonly subnet: Ipv4;
  readonly mac: string;
} {
  const segment = Math.floor(i / NODES_PER_SEGMENT);
  const ip = printIpv4(addressAt(ipv4('192.168.0.0'), segment * 256 + 2 + (i % NODES_PER_SEGMENT)));
  // 10.0.0.0/8 has 65,536 blocks of /24; the stock 10.244.0.0/16 the first 256
  const subnet = addressAt(i < 256 ? ipv4('10.244.0.0') : ipv4('10.0.0.0'), (i < 256 ? i : i - 256) * 256);
  const octets = [14, 241, 160, (i >>> 16) & 255, (i >>> 8) & 255, i & 255];
  const mac = octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
  return { name: `node${i + 1}`, ip, podCIDR: `${printIpv4(subnet)}/24`, subnet, mac };
}

/** kubectl's `kind: List`: items at the column of their key. */
function toList(objects: readonly string[]): string {
  const items = objects.map((text) => `- ${text.split('\n').join('\n  ')}`);
  return ['apiVersion: v1', 'items:', ...items, 'kind: List', 'metadata:', '  resourceVersion: ""', ''].join(
    '\n',
  );
}

/** The alphabet of Kubernetes' generated names: no vowels, no look-alikes (apimachinery util/rand). */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

function suffix(random: Random, length: number): string {
  return Array.from({ length }, () => SAFE.charAt(nextInRange(random, 0, SAFE.length - 1))).join('');
}

function uid(random: Random): string {
  const hex = Array.from({ length: 4 }, () => nextUint32(random).toString(16).padStart(8, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
