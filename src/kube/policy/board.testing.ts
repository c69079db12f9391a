/** A small board: two nodes; web and api on the first, db and ops/monitor on the second; policies of namespace shop by their specs. */
import { createReader } from '../manifest/reader.ts';
import type { Cluster } from '../cluster.ts';

function node(n: number): string {
  return `apiVersion: v1
kind: Node
metadata: { name: node${n}, annotations: { flannel.alpha.coreos.com/backend-type: vxlan } }
spec: { podCIDR: 10.244.${n}.0/24 }
status: { addresses: [{ type: InternalIP, address: 192.168.0.1${n} }] }`;
}

function pod(namespace: string, name: string, on: number, port: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { nodeName: node${on}, containers: [{ name: c, ports: [${port}] }] }`;
}

export function boardText(...specs: readonly string[]): string {
  const policies = specs.map(
    (spec, i) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${i}, namespace: shop }\nspec: ${spec}`,
  );
  return [
    node(1),
    node(2),
    pod('shop', 'web', 1, '{ name: http, containerPort: 8080 }'),
    pod('shop', 'api', 1, '{ name: http, containerPort: 8080 }'),
    pod('shop', 'db', 2, '{ name: pg, containerPort: 5432 }'),
    pod('ops', 'monitor', 2, '{ containerPort: 9090 }'),
    ...policies,
  ].join('\n---\n');
}

export function readBoard(...specs: readonly string[]): Cluster {
  const { cluster, diagnostics } = createReader().read(boardText(...specs));
  if (!cluster)
    throw new Error(diagnostics.map(({ message, upstream }) => upstream ?? message.id).join('; '));
  return cluster;
}
