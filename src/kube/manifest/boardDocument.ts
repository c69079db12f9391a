/**
 * `kind: Board`: what a board needs and Kubernetes has no object for (design.md section 12). It is our own format, so an
 * unknown field is an error and names the nearest known one; a known field that nothing reads yet is said and ignored.
 */
import * as v from 'valibot';
import { message } from '../../lib/message.ts';
import { nearestOf } from '../../lib/nearest.ts';
import { POLICY_CONTROLLERS } from '../policy/networkPolicy.ts';
import { printPath, type Path, type Problem } from './diagnostic.ts';
import {
  addressWithPrefixField,
  durationField,
  ipv4CidrField,
  ipv4Field,
  nameField,
  portRangeField,
  numberField,
  optional,
} from './fields.ts';

export const BACKENDS = ['vxlan', 'host-gw', 'udp'] as const;
export const RUNTIMES = ['containerd', 'dockershim', 'docker'] as const;

const segment = v.object({
  name: nameField,
  cidr: ipv4CidrField,
  nodes: optional(v.array(v.string())),
  mtu: optional(numberField(576, 65535)),
});

/** Running traffic: who sends what to whom, and how often. */
const flow = v.object({
  from: v.string(),
  to: v.string(),
  protocol: optional(v.picklist(['tcp', 'udp', 'icmp'])),
  every: optional(durationField),
});

/** A command that is given on a machine when the board starts, or so long afterwards. */
const fault = v.object({
  on: v.string(),
  at: optional(durationField),
  run: optional(v.string()),
  kill: optional(v.picklist(['flanneld'])),
});

/** How a packet may end, in the words of the command line's `trace`. */
export const RESULTS = [
  'connected',
  'replied',
  'refused',
  'unreachable',
  'no-route',
  'timeout',
  'no-name',
  'too-big',
  'ttl-exceeded',
] as const;

/** What shall come of a packet that is sent. */
const expectation = v.object({
  from: v.string(),
  to: v.string(),
  protocol: optional(v.picklist(['tcp', 'udp', 'icmp'])),
  size: optional(numberField(28, 65535)),
  sport: optional(numberField(1, 65535)),
  pick: optional(v.array(v.string())),
  result: v.picklist(RESULTS),
  via: optional(v.array(v.string())),
});

/** KubeProxyConfiguration, as far as the board follows it. @see kubernetes/kube-proxy config/v1alpha1 */
const kubeProxy = v.object({
  mode: optional(v.picklist(['iptables', 'none'])),
  /** empty: local traffic cannot be told from other traffic */
  clusterCIDR: optional(v.union([v.literal(''), ipv4CidrField])),
  detectLocalMode: optional(
    v.picklist(['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix']),
  ),
  detectLocal: optional(
    v.object({ bridgeInterface: optional(v.string()), interfaceNamePrefix: optional(v.string()) }),
  ),
  iptables: optional(
    v.object({ masqueradeAll: optional(v.boolean()), localhostNodePorts: optional(v.boolean()) }),
  ),
  nodePortAddresses: optional(v.array(ipv4CidrField)),
});

/** What flanneld is started with: net-conf.json's backend, and flags. */
const flannel = v.object({
  backend: optional(v.picklist(BACKENDS)),
  /** Backend.DirectRouting of vxlan */
  directRouting: optional(v.boolean()),
  manager: optional(v.picklist(['kube', 'etcd'])),
  /** what stands in etcd when flanneld starts: its configuration, leases, reservations; keys as etcdctl prints them */
  etcd: optional(v.record(v.string(), v.string())),
  ipMasq: optional(v.boolean()),
  iptablesForwardRules: optional(v.boolean()),
});

export const boardSchema = v.object({
  metadata: optional(v.object({ name: optional(nameField) })),
  spec: optional(
    v.object({
      clusterCIDR: optional(ipv4CidrField),
      serviceCIDR: optional(ipv4CidrField),
      /** --service-node-port-range of the API server */
      nodePortRange: optional(portRangeField),
      flannel: optional(flannel),
      kubeProxy: optional(kubeProxy),
      policyController: optional(v.picklist(POLICY_CONTROLLERS)),
      runtime: optional(v.picklist(RUNTIMES)),
      docker: optional(v.object({ bip: optional(v.union([v.literal('flannel'), addressWithPrefixField])) })),
      segments: optional(v.array(segment)),
      router: optional(v.object({ name: nameField })),
      clients: optional(v.array(v.object({ name: nameField, ip: ipv4Field }))),
      allocated: optional(v.record(v.string(), v.object({ ip: ipv4Field }))),
      traffic: optional(v.array(flow)),
      faults: optional(v.array(fault)),
      expect: optional(v.array(expectation)),
    }),
  ),
});

export type BoardManifest = v.InferOutput<typeof boardSchema>;

/** Every field of the format by the place that holds it; `[]` stands for each item, `*` for any key. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': ['apiVersion', 'kind', 'metadata', 'spec'],
  metadata: ['name', 'labels', 'annotations'],
  spec: [
    'clusterCIDR',
    'serviceCIDR',
    'nodePortRange',
    'flannel',
    'segments',
    'router',
    'clients',
    'allocated',
    'kubeProxy',
    'policyController',
    'runtime',
    'docker',
    'traffic',
    'faults',
    'expect',
    'view',
  ],
  'spec.flannel': ['backend', 'directRouting', 'manager', 'etcd', 'ipMasq', 'iptablesForwardRules'],
  'spec.kubeProxy': [
    'mode',
    'clusterCIDR',
    'detectLocalMode',
    'detectLocal',
    'iptables',
    'nodePortAddresses',
  ],
  'spec.kubeProxy.detectLocal': ['bridgeInterface', 'interfaceNamePrefix'],
  'spec.kubeProxy.iptables': ['masqueradeAll', 'localhostNodePorts'],
  'spec.docker': ['bip'],
  'spec.segments[]': ['name', 'cidr', 'nodes', 'mtu'],
  'spec.router': ['name'],
  'spec.clients[]': ['name', 'ip'],
  'spec.allocated.*': ['ip'],
  'spec.traffic[]': ['from', 'to', 'protocol', 'every'],
  'spec.faults[]': ['at', 'on', 'run', 'kill'],
  'spec.expect[]': ['from', 'to', 'protocol', 'size', 'sport', 'pick', 'result', 'via'],
};

const NOT_USED_YET: ReadonlySet<string> = new Set(['spec.view']);

/** Unknown and not yet used fields of a Board document, wherever they stand. */
export function checkBoardFields(value: unknown, document: string): readonly Problem[] {
  const problems: Problem[] = [];
  walk(value, '', [], (path, place, known) => {
    const key = String(path.at(-1));
    const field = printPath(path);
    if (!known.includes(key)) {
      const nearest = nearestOf(key, known);
      const found = nearest
        ? message('manifest.unknown-field.nearest', { document, field, nearest })
        : message('manifest.unknown-field', { document, field, known: known.join(', ') });
      problems.push({ severity: 'error', message: found, path });
    } else if (NOT_USED_YET.has(place)) {
      problems.push({
        severity: 'info',
        message: message('manifest.not-used-yet', { document, field }),
        path,
      });
    }
  });
  return problems;
}

type Visit = (path: Path, place: string, known: readonly string[]) => void;

/** Calls `visit` for every key that stands in a place of FIELDS. */
function walk(value: unknown, place: string, path: Path, visit: Visit): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => walk(item, `${place}[]`, [...path, index], visit));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const known = FIELDS[place];
  const isMap = FIELDS[`${place}.*`] !== undefined;
  if (!known && !isMap) return;
  for (const [key, child] of Object.entries(value)) {
    const inner = place === '' ? key : `${place}.${isMap ? '*' : key}`;
    if (known) visit([...path, key], inner, known);
    walk(child, inner, [...path, key], visit);
  }
}
