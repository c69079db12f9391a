/** The lab of `facts/kernel.md` as Kubernetes YAML, Services included: what the captures had as hand-written rules comes from here. */
import { must } from '../../lib/assert.ts';
import type { World } from '../../sim/world.ts';
import { createBoard } from '../board.ts';
import type { BackendType, Cluster } from '../cluster.ts';
import { createReader } from '../manifest/reader.ts';
import { LAB_NAMING } from './lab.testing.ts';

const node = (n: number, ip: string): string => `apiVersion: v1
kind: Node
metadata:
  name: node${n}
  annotations:
    flannel.alpha.coreos.com/backend-data: '{"VNI":1,"VtepMAC":"0e:f1:a0:00:00:0${n}"}'
spec: { podCIDR: 10.244.${n}.0/24 }
status: { addresses: [{ type: InternalIP, address: ${ip} }] }`;

const pod = (name: string, node: number, host: number, labels: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: lab, labels: { ${labels} } }
spec:
  nodeName: node${node}
  containers:
  - name: app
    ports: [{ containerPort: 8080 }, { containerPort: 5353, protocol: UDP }]
status: { podIP: 10.244.${node}.${host} }`;

const service = (name: string, ...spec: readonly string[]): string => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: lab }
spec:
${spec.map((line) => `  ${line}`).join('\n')}`;

const labDocuments: readonly string[] = [
  node(1, '192.168.0.11'),
  node(2, '192.168.0.12'),
  node(3, '192.168.1.13'),
  pod('pod1a', 1, 2, 'app: pod1a, web: "true"'),
  pod('pod1b', 1, 3, 'app: pod1b'),
  pod('pod2a', 2, 2, 'app: pod2a, web: "true"'),
  pod('pod2b', 2, 3, 'app: pod2b'),
  pod('pod3a', 3, 2, 'app: pod3a'),
  service(
    'web',
    'type: NodePort',
    'clusterIP: 10.96.0.10',
    'selector: { web: "true" }',
    'ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]',
  ),
  service(
    'empty',
    'type: NodePort',
    'clusterIP: 10.96.0.30',
    'selector: { app: nobody }',
    'ports: [{ port: 80, targetPort: 8080, nodePort: 30082 }]',
  ),
  service(
    'local',
    'type: NodePort',
    'clusterIP: 10.96.0.20',
    'externalTrafficPolicy: Local',
    'selector: { app: pod1a }',
    'ports: [{ port: 80, targetPort: 8080, nodePort: 30081 }]',
  ),
  service(
    'far',
    'type: NodePort',
    'clusterIP: 10.96.0.40',
    'selector: { app: pod1a }',
    'ports:',
    '- { name: http, port: 80, targetPort: 8080, nodePort: 30083 }',
    '- { name: dns, protocol: UDP, port: 53, targetPort: 5353, nodePort: 30053 }',
  ),
];

/** A backend, or the one that is two: plain routes on one link, a tunnel to the others. */
export type LabBackend = BackendType | 'vxlan with DirectRouting';

const flannelOf = (backend: LabBackend): string =>
  backend === 'vxlan with DirectRouting'
    ? '{ backend: vxlan, directRouting: true }'
    : `{ backend: ${backend} }`;

const board = (backend: LabBackend): string => `apiVersion: flannelboard.dev/v1
kind: Board
metadata: { name: lab }
spec:
  flannel: ${flannelOf(backend)}
  clusterCIDR: 10.244.0.0/16
  segments:
  - { name: a, cidr: 192.168.0.0/24, nodes: [node1, node2] }
  - { name: b, cidr: 192.168.1.0/24, nodes: [node3] }
  router: { name: rtr }
  clients: [{ name: client, ip: 203.0.113.50 }]`;

/** The lab, set up and quiet, with kube-proxy on every node; `more` documents stand behind the lab's own. */
export function yamlLab(backend: LabBackend = 'vxlan', ...more: readonly string[]): World<Cluster> {
  const { cluster, diagnostics } = createReader().read(
    [board(backend), ...labDocuments, ...more].join('\n---\n'),
  );
  return createBoard(must(cluster, JSON.stringify(diagnostics)), { naming: LAB_NAMING });
}
