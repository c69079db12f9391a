/** Small documents for tests, and a way to ask what was said and where. */
import { createReader, type ReadResult } from './reader.ts';

export interface NodeText {
  readonly ip?: string | readonly string[];
  readonly podCIDR?: string;
  /** status of its condition Ready */
  readonly ready?: string;
  /** raw lines of metadata.annotations */
  readonly annotations?: readonly string[];
}

export function node(
  name: string,
  { ip = '192.168.0.11', podCIDR, ready, annotations = FLANNEL }: NodeText = {},
): string {
  const addresses = typeof ip === 'string' ? [ip] : ip;
  return [
    'apiVersion: v1',
    'kind: Node',
    'metadata:',
    `  name: ${name}`,
    ...(annotations.length > 0 ? ['  annotations:', ...annotations.map((line) => `    ${line}`)] : []),
    ...(podCIDR === undefined ? [] : ['spec:', `  podCIDR: ${podCIDR}`]),
    ...(addresses.length > 0 ? ['status:', '  addresses:'] : []),
    ...addresses.flatMap((address) => ['  - type: InternalIP', `    address: ${address}`]),
    ...(ready === undefined ? [] : ['  conditions:', '  - type: Ready', `    status: "${ready}"`]),
  ].join('\n');
}

export const FLANNEL: readonly string[] = ['flannel.alpha.coreos.com/backend-type: vxlan'];

export interface PodText {
  readonly on?: string;
  readonly ip?: string;
  readonly phase?: string;
  /** raw lines of spec */
  readonly spec?: readonly string[];
}

export function pod(name: string, { on, ip, phase, spec = [] }: PodText = {}): string {
  const lines = [...(on === undefined ? [] : [`nodeName: ${on}`]), ...spec];
  const status = [
    ...(phase === undefined ? [] : [`phase: ${phase}`]),
    ...(ip === undefined ? [] : [`podIP: ${ip}`]),
  ];
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    `  name: ${name}`,
    '  namespace: shop',
    ...(lines.length > 0 ? ['spec:', ...lines.map((line) => `  ${line}`)] : []),
    ...(status.length > 0 ? ['status:', ...status.map((line) => `  ${line}`)] : []),
  ].join('\n');
}

/** A Service of namespace shop; raw lines of spec, by default a selector for `app: web` and port 80. */
export function service(name: string, ...spec: readonly string[]): string {
  const lines = spec.length > 0 ? spec : ['selector: { app: web }', 'ports: [{ port: 80 }]'];
  return [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    '  namespace: shop',
    'spec:',
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}

export function board(...spec: readonly string[]): string {
  return [
    'apiVersion: flannelboard.dev/v1',
    'kind: Board',
    'metadata: { name: test }',
    'spec:',
    ...spec.map((line) => `  ${line}`),
  ].join('\n');
}

export function stream(...documents: readonly string[]): string {
  return `${documents.join('\n---\n')}\n`;
}

/** Two healthy nodes; most tests add one oddity to them. */
export const NODE1 = node('node1', { ip: '192.168.0.11', podCIDR: '10.244.1.0/24' });
export const NODE2 = node('node2', { ip: '192.168.0.12', podCIDR: '10.244.2.0/24' });

export function read(...documents: readonly string[]): ReadResult {
  return createReader().read(stream(...documents));
}

/** Everything said, one line each: `severity id at LINE:COLUMN "the marked text"`. */
export function said(result: ReadResult): readonly string[] {
  return result.diagnostics.map(({ severity, message, range }) => {
    const marked = result.text.slice(range.from, range.to);
    return `${severity} ${message.id} at ${range.line}:${range.column} "${marked}"`;
  });
}

/** The parameters of the one message with this id. */
export function paramsOf(result: ReadResult, id: string): unknown {
  const found = result.diagnostics.filter(({ message }) => message.id === id);
  if (found.length !== 1) throw new Error(`${found.length} times ${id} in: ${said(result).join('; ')}`);
  return found[0]?.message.params;
}
