/** Clusters as kubectl prints them, for the specs: made here, so that a spec reads what it needs to know. */

interface NodeOptions {
  readonly name: string;
  readonly ip: string;
  readonly podCIDR?: string;
}

interface PodOptions {
  readonly name: string;
  readonly node: string;
  readonly ip?: string;
  readonly phase?: string;
  readonly hostNetwork?: boolean;
}

export function node({ name, ip, podCIDR }: NodeOptions): string {
  return `apiVersion: v1
kind: Node
metadata:
  name: ${name}
spec: ${podCIDR === undefined ? '{}' : `{ podCIDR: ${podCIDR} }`}
status:
  addresses:
    - { type: InternalIP, address: ${ip} }`;
}

export function pod({
  name,
  node: nodeName,
  ip,
  phase = 'Running',
  hostNetwork = false,
}: PodOptions): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
spec:
  nodeName: ${nodeName}
  hostNetwork: ${hostNetwork}
  containers:
    - name: main
      ports: [{ containerPort: 8080 }]
status:
  phase: ${phase}${ip === undefined ? '' : `\n  podIP: ${ip}`}`;
}

export const join = (...documents: readonly string[]): string => `${documents.join('\n---\n')}\n`;

/** As `kubectl get … -o yaml` prints several objects: one List. */
export function list(...documents: readonly string[]): string {
  const indent = (text: string): string =>
    text
      .split('\n')
      .map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`))
      .join('\n');
  return `apiVersion: v1\nitems:\n${documents.map(indent).join('\n')}\nkind: List\nmetadata:\n  resourceVersion: ""\n`;
}

export const alpha = node({ name: 'alpha', ip: '10.1.0.5', podCIDR: '10.42.0.0/24' });
export const beta = node({ name: 'beta', ip: '10.1.0.6', podCIDR: '10.42.1.0/24' });
export const front = pod({ name: 'front', node: 'alpha', ip: '10.42.0.7' });
export const back = pod({ name: 'back', node: 'beta', ip: '10.42.1.9' });

/** Two nodes, a pod on each, with addresses of their own. */
export const small = list(alpha, beta, front, back);

/** A dump of about `megabytes`: many pods with the noise that real ones carry. */
export function large(megabytes: number): string {
  const nodes = Array.from({ length: 20 }, (_, i) =>
    node({ name: `worker-${i}`, ip: `10.1.0.${i + 10}`, podCIDR: `10.42.${i}.0/24` }),
  );
  const noise = Array.from({ length: 40 }, (_, i) => `    note-${i}: "${'lorem ipsum '.repeat(4)}"`).join(
    '\n',
  );
  const pods: string[] = [];
  for (let size = 0, i = 0; size < megabytes * 1e6; i++) {
    const plain = pod({
      name: `pod-${i}`,
      node: `worker-${i % 20}`,
      ip: `10.42.${i % 20}.${2 + (Math.floor(i / 20) % 250)}`,
    });
    const text = plain.replace('  namespace: shop', `  namespace: shop\n  annotations:\n${noise}`);
    pods.push(text);
    size += text.length;
  }
  return list(...nodes, ...pods);
}

/** Many nodes in three segments, with `pods` pods each: node `n7` has 10.64.7.0/24. */
export function many(nodes: number, pods: number): string {
  const cidr = (i: number): string => `10.${64 + Math.floor(i / 256)}.${i % 256}`;
  return join(
    ...Array.from({ length: nodes }, (_, i) =>
      node({
        name: `n${i}`,
        ip: `10.${1 + (i % 3)}.${Math.floor(i / 600)}.${5 + (Math.floor(i / 3) % 200)}`,
        podCIDR: `${cidr(i)}.0/24`,
      }),
    ),
    ...Array.from({ length: nodes * pods }, (_, i) =>
      pod({ name: `p${i}`, node: `n${i % nodes}`, ip: `${cidr(i % nodes)}.${Math.floor(i / nodes) + 2}` }),
    ),
  );
}
