/** Fields that a NetworkPolicy does not have: kubectl asks for strict decoding, so the API server refuses them. */
import type { Path } from './diagnostic.ts';

type Shape = 'any' | readonly Shape[] | { readonly [key: string]: Shape };

const SELECTOR: Shape = {
  matchLabels: 'any',
  matchExpressions: [{ key: 'any', operator: 'any', values: 'any' }],
};
const PORTS: Shape = [{ protocol: 'any', port: 'any', endPort: 'any' }];
const PEERS: Shape = [
  { podSelector: SELECTOR, namespaceSelector: SELECTOR, ipBlock: { cidr: 'any', except: 'any' } },
];

const SHAPE: Shape = {
  apiVersion: 'any',
  kind: 'any',
  metadata: 'any',
  status: 'any',
  spec: {
    podSelector: SELECTOR,
    policyTypes: 'any',
    ingress: [{ from: PEERS, ports: PORTS }],
    egress: [{ to: PEERS, ports: PORTS }],
  },
};

/** The paths of unknown fields, in the order of the text. */
export function unknownPolicyFields(value: object): readonly Path[] {
  return unknownIn(value, SHAPE, []);
}

function unknownIn(value: unknown, shape: Shape | undefined, path: Path): readonly Path[] {
  if (shape === undefined || shape === 'any' || typeof value !== 'object' || value === null) return [];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, i) => unknownIn(item, shape[0], [...path, i]));
  }
  if (Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(shape, key) ? unknownIn(inner, shape[key], [...path, key]) : [[...path, key]],
  );
}

function isList(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape);
}
