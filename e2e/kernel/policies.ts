/** Random NetworkPolicies for a random cluster, from few words, so that they meet its pods. */
import type { Dice } from './generate.ts';

const BLOCKS = [
  '{ cidr: 10.244.0.0/16 }',
  '{ cidr: 10.244.0.0/16, except: [10.244.1.0/24] }',
  '{ cidr: 10.244.2.0/24 }',
  '{ cidr: 0.0.0.0/0, except: [10.244.0.0/17, 203.0.113.0/24] }',
  '{ cidr: 192.168.0.0/24 }',
] as const;
const PORTS = [
  '{ port: 8080 }',
  '{ protocol: UDP }',
  '{ port: 53, protocol: UDP }',
  '{ port: 80, endPort: 9000 }',
] as const;

/** Pods of the generator have no labels, so selectors tell them apart by what they lack, and by namespace. */
function peer(dice: Dice): string {
  return dice.one([
    '{ podSelector: {} }',
    '{ namespaceSelector: {} }',
    '{ podSelector: { matchLabels: { half: a } } }',
    '{ podSelector: { matchExpressions: [{ key: half, operator: NotIn, values: [a] }] } }',
    `{ ipBlock: ${dice.one(BLOCKS)} }`,
  ]);
}

function list(dice: Dice, most: number, one: () => string): string {
  return `[${Array.from({ length: dice.int(0, most) }, one).join(', ')}]`;
}

function rule(dice: Dice, field: 'from' | 'to'): string {
  const ports = dice.chance(50) ? '' : `, ports: ${list(dice, 2, () => dice.one(PORTS))}`;
  return `{ ${field}: ${list(dice, 2, () => peer(dice))}${ports} }`;
}

/** One to three documents; whom they select and what they let through is drawn. */
export function policyDocuments(dice: Dice): readonly string[] {
  return Array.from({ length: dice.int(1, 3) }, (_, i) => {
    const selector = dice.one([
      '{}',
      '{ matchLabels: { half: a } }',
      '{ matchExpressions: [{ key: half, operator: In, values: [b] }] }',
    ]);
    const types = dice.one(['[Ingress]', '[Egress]', '[Ingress, Egress]']);
    const ingress = list(dice, 2, () => rule(dice, 'from'));
    const egress = list(dice, 2, () => rule(dice, 'to'));
    return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: np${i}, namespace: t }
spec: { podSelector: ${selector}, policyTypes: ${types}, ingress: ${ingress}, egress: ${egress} }`;
  });
}
