/**
 * A NetworkPolicy document -> the policy, or what the API server would answer, in its words and at the field it names.
 * Three gates, as a request passes them: strict decoding (unknown fields), types, validation.
 * @see kubernetes pkg/apis/networking/validation/validation.go
 */
import * as v from 'valibot';
import { message } from '../../lib/message.ts';
import { networkOf, parseCidr, type Cidr } from '../../wire/address.ts';
import type {
  LabelSelector,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
  Protocol,
} from '../policy/networkPolicy.ts';
import { printPath, type Path, type Problem } from './diagnostic.ts';
import { nameField, optional, textMap, toProblems } from './fields.ts';
import { refusalsOf } from './policyRefusals.ts';
import { unknownPolicyFields } from './policyFields.ts';

const requirement = v.object({
  key: optional(v.string()),
  operator: optional(v.string()),
  values: optional(v.array(v.string())),
});
const selector = v.object({ matchLabels: textMap, matchExpressions: optional(v.array(requirement)) });
const integer = v.pipe(v.number(), v.integer());
const port = v.object({
  protocol: optional(v.string()),
  port: optional(v.union([integer, v.string()])),
  endPort: optional(integer),
});
const ipBlock = v.object({ cidr: optional(v.string()), except: optional(v.array(v.string())) });
const peer = v.object({
  podSelector: optional(selector),
  namespaceSelector: optional(selector),
  ipBlock: optional(ipBlock),
});
const ports = optional(v.array(port));
const ingressRule = v.object({ from: optional(v.array(peer)), ports });
const egressRule = v.object({ to: optional(v.array(peer)), ports });

export const networkPolicySchema = v.object({
  metadata: v.object({ name: nameField, namespace: optional(nameField), labels: textMap }),
  spec: optional(
    v.object({
      podSelector: optional(selector),
      ingress: optional(v.array(ingressRule)),
      egress: optional(v.array(egressRule)),
      policyTypes: optional(v.array(v.string())),
    }),
  ),
});

export type NetworkPolicySpec = NonNullable<v.InferOutput<typeof networkPolicySchema>['spec']>;
export type SelectorText = v.InferOutput<typeof selector>;
export type PortText = v.InferOutput<typeof port>;
export type PeerText = v.InferOutput<typeof peer>;

export interface PolicyIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
}

/** The policy of a document; undefined with at least one error when the API server would refuse it. */
export function readNetworkPolicy(
  value: object,
  { namespace, name, id }: PolicyIdentity,
): { readonly policy: NetworkPolicy | undefined; readonly problems: readonly Problem[] } {
  const unknown = unknownPolicyFields(value).map((path) =>
    refused(id, path, `strict decoding error: unknown field "${printPath(path)}"`),
  );
  const parsed = v.safeParse(networkPolicySchema, value);
  if (!parsed.success) return { policy: undefined, problems: [...unknown, ...toProblems(parsed.issues, id)] };
  const spec = parsed.output.spec ?? {};
  const refusals = refusalsOf(spec).map(({ path, text }) => refused(id, path, `${printPath(path)}: ${text}`));
  const problems = [...unknown, ...refusals];
  return { policy: problems.length > 0 ? undefined : toPolicy(spec, namespace, name), problems };
}

/** What the API server says, at the field it says it of. */
function refused(document: string, path: Path, upstream: string): Problem {
  return { severity: 'error', message: message('manifest.api-refused', { document }), upstream, path };
}

function toPolicy(spec: NetworkPolicySpec, namespace: string, name: string): NetworkPolicy {
  const ingress = (spec.ingress ?? []).map(({ from, ports: list }) => toRule(from, list));
  const egress = (spec.egress ?? []).map(({ to, ports: list }) => toRule(to, list));
  const types = spec.policyTypes ?? [];
  // SetDefaults_NetworkPolicy: Ingress always, Egress where there are egress rules
  const isolates =
    types.length > 0
      ? { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
      : { ingress: true, egress: egress.length > 0 };
  return {
    namespace,
    name,
    podSelector: toSelector(spec.podSelector ?? {}),
    isolates,
    typesWritten: types.length > 0,
    written: { ingress: isWritten(spec.ingress), egress: isWritten(spec.egress) },
    ingress,
    egress,
    ref: { kind: 'NetworkPolicy', namespace, name, path: '' },
  };
}

const isWritten = (list: unknown): boolean => list !== undefined && list !== null;

function toRule(peers: readonly PeerText[] | null = [], list: readonly PortText[] | null = []): PolicyRule {
  return { peers: (peers ?? []).map(toPeer), ports: (list ?? []).map(toPort) };
}

function toSelector({ matchLabels, matchExpressions }: SelectorText): LabelSelector {
  return {
    matchLabels: matchLabels ?? {},
    matchExpressions: (matchExpressions ?? []).flatMap(({ key, operator, values }) =>
      operator === 'In' || operator === 'NotIn' || operator === 'Exists' || operator === 'DoesNotExist'
        ? [{ key: key ?? '', operator, values: values ?? [] }]
        : [],
    ),
  };
}

function toPeer({ podSelector, namespaceSelector, ipBlock: block }: PeerText): Peer {
  if (block) {
    const except = (block.except ?? []).flatMap((text) => toCidr(text) ?? []);
    return { kind: 'ipBlock', cidr: toCidr(block.cidr ?? ''), except, text: block.cidr ?? '' };
  }
  return {
    kind: 'pods',
    ...(podSelector ? { podSelector: toSelector(podSelector) } : {}),
    ...(namespaceSelector ? { namespaceSelector: toSelector(namespaceSelector) } : {}),
  };
}

function toCidr(text: string): Cidr | undefined {
  const parsed = parseCidr(text);
  return parsed.ok ? networkOf(parsed.value) : undefined;
}

const PROTOCOL: Readonly<Record<string, Protocol>> = { TCP: 'TCP', UDP: 'UDP', SCTP: 'SCTP' };

function toPort({ protocol, port: number, endPort }: PortText): PolicyPort {
  return {
    protocol: PROTOCOL[protocol ?? 'TCP'] ?? 'TCP',
    ...(number === undefined || number === null ? {} : { port: number }),
    ...(endPort === undefined || endPort === null ? {} : { endPort }),
  };
}
