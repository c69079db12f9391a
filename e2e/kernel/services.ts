/**
 * Random Services of every kind for a random cluster: what they select may be many pods, one, or nobody. The rules are those
 * that the board's own kube-proxy writes; which endpoint a connection gets is drawn by the kernel (picked.ts).
 */
import type { Dice } from './generate.ts';
import { NODE_PORTS, SERVICE_PORT, VIPS } from './rules.ts';

/** Addresses that Services may have beside their own: an external IP, and one of a load balancer. */
export const EXTERNAL = ['198.51.100.7', '198.51.100.20'] as const;

/** Every second pod, the others, all of these two, nobody. */
const SELECTORS = ['{ half: a }', '{ half: b }', '{ app: x }', '{ app: x }', '{ app: nobody }'] as const;

/** How a Service is reached, `i` being its number. */
const KINDS: readonly ((dice: Dice, i: number) => readonly string[])[] = [
  () => ['type: ClusterIP'],
  () => ['type: ClusterIP', `externalIPs: [${EXTERNAL[0]}]`],
  () => ['type: NodePort'],
  () => ['type: NodePort', 'externalTrafficPolicy: Local'],
  () => ['type: NodePort', `externalIPs: [${EXTERNAL[0]}]`, 'externalTrafficPolicy: Local'],
  () => ['type: LoadBalancer'],
  () => ['type: LoadBalancer', 'externalTrafficPolicy: Local'],
  (dice) => [
    'type: LoadBalancer',
    `loadBalancerSourceRanges: [${dice.one(['10.244.0.0/16', '10.244.1.0/24, 203.0.113.0/24', '192.168.0.0/24'])}]`,
  ],
];

function serviceDocument(dice: Dice, i: number): string {
  const kind = dice.one(KINDS)(dice, i);
  const nodePort = kind[0] === 'type: ClusterIP' ? '' : `, nodePort: ${NODE_PORTS[i] ?? 0}`;
  const udp = dice.chance(60) ? ', { name: dns, port: 53, protocol: UDP, targetPort: 53 }' : '';
  const fields = [
    ...kind,
    `clusterIP: ${VIPS[i] ?? ''}`,
    `selector: ${dice.one(SELECTORS)}`,
    `ports: [{ name: web, port: ${SERVICE_PORT}, targetPort: 8080${nodePort} }${udp}]`,
    ...(dice.chance(25) ? ['sessionAffinity: ClientIP'] : []),
    ...(dice.chance(20) ? ['internalTrafficPolicy: Local'] : []),
  ];
  const status =
    kind[0] === 'type: LoadBalancer'
      ? `\nstatus: { loadBalancer: { ingress: [{ ip: ${EXTERNAL[1]}${dice.chance(20) ? ', ipMode: Proxy' : ''} }] } }`
      : '';
  return `apiVersion: v1
kind: Service
metadata: { name: s${i}, namespace: t }
spec: { ${fields.join(', ')} }${status}`;
}

/** One or two documents, one for each virtual address. */
export function serviceDocuments(dice: Dice): readonly string[] {
  return Array.from({ length: dice.int(1, VIPS.length) }, (_, i) => serviceDocument(dice, i));
}
