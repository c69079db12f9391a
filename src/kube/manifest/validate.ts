/**
 * A document's value -> the object it is, checked field by field. What is not read (Services, Deployments, CRDs …) is kept
 * in the text and answered as `Other`. Depends on nothing but the document, so the result is cached with it.
 */
import * as v from 'valibot';
import { message } from '../../lib/message.ts';
import { boardSchema, checkBoardFields, type BoardManifest } from './boardDocument.ts';
import { clip, documentId, KUBECTL_COMMAND, type Problem } from './diagnostic.ts';
import { toProblems, typeName } from './fields.ts';
import { readAnnotations, readNetConf, type FlannelAnnotations, type NetConf } from './flannel.ts';
import type { NetworkPolicy } from '../policy/networkPolicy.ts';
import {
  configMapSchema,
  namespaceSchema,
  nodeSchema,
  podSchema,
  type NodeManifest,
  type PodManifest,
} from './kubernetes.ts';
import { readNetworkPolicy } from './networkPolicy.ts';
import { findProtoKey } from './parse.ts';
import {
  endpointSliceSchema,
  serviceSchema,
  type EndpointSliceManifest,
  type ServiceManifest,
} from './services.ts';

export type ManifestObject =
  | {
      readonly kind: 'Node';
      readonly name: string;
      readonly node: NodeManifest;
      readonly flannel: FlannelAnnotations;
    }
  | { readonly kind: 'Pod'; readonly namespace: string; readonly name: string; readonly pod: PodManifest }
  | {
      readonly kind: 'Namespace';
      readonly name: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'NetworkPolicy'; readonly policy: NetworkPolicy }
  | {
      readonly kind: 'Service';
      readonly namespace: string;
      readonly name: string;
      readonly service: ServiceManifest;
    }
  | {
      readonly kind: 'EndpointSlice';
      readonly namespace: string;
      readonly name: string;
      readonly slice: EndpointSliceManifest;
    }
  | { readonly kind: 'NetConf'; readonly netConf: NetConf }
  | { readonly kind: 'Board'; readonly board: BoardManifest }
  /** kept and not simulated: `name` is its kind; a ConfigMap that is not flannel's is 'ConfigMap' */
  | { readonly kind: 'Other'; readonly name: string }
  /** a policy of another API (Calico's, Cilium's, AdminNetworkPolicy): kept and not enforced */
  | { readonly kind: 'OtherPolicy'; readonly name: string }
  /** has errors, or is no object at all */
  | { readonly kind: 'Broken' };

export interface Validated {
  readonly id: string;
  /** as the document spells it; '' when it has none */
  readonly kind: string;
  readonly object: ManifestObject;
  readonly problems: readonly Problem[];
}

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly id: string;
}

const BOARD_VERSION = 'flannelboard.dev/v1';

/** `place` names a document that has no id: `#3`, the third of the text. */
export function validateDocument(value: unknown, text: string, place: string): Validated {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const params = { document: place, found: typeName(value), command: KUBECTL_COMMAND };
    return broken('', '', [
      { severity: 'error', message: message('manifest.not-an-object', params), path: [] },
    ]);
  }
  const identity = identify(value);
  const { kind, id } = identity;
  if (kind === '') {
    return broken('', '', [
      { severity: 'error', message: message('manifest.no-kind', { document: place }), path: [] },
    ]);
  }
  const checked = check(value, identity);
  const proto = text.includes('__proto__') ? findProtoKey(value) : undefined;
  if (!proto) return { id, kind, ...checked };
  const said = message('manifest.proto-key', { document: id, key: '__proto__' });
  return {
    id,
    kind,
    object: checked.object,
    problems: [...checked.problems, { severity: 'warning', message: said, path: proto }],
  };
}

/** The id of a document whose YAML is broken, as far as its first lines tell; for the list of documents and messages. */
export function salvageId(text: string): { readonly id: string; readonly kind: string } {
  const kind = /^kind:[ \t]*["']?(\w+)/m.exec(text)?.[1] ?? '';
  const metadata = /^metadata:[ \t]*\n((?:[ \t]+.*\n?)+)/m.exec(text)?.[1] ?? '';
  const name = /^ {1,8}name:[ \t]*["']?([\w.-]+)/m.exec(metadata)?.[1] ?? '';
  const namespace = /^ {1,8}namespace:[ \t]*["']?([\w.-]+)/m.exec(metadata)?.[1];
  return {
    kind,
    id: kind === '' || name === '' ? '' : documentId(kind, namespace ?? defaultNamespace(kind), name),
  };
}

function check(value: object, identity: Identity): Pick<Validated, 'object' | 'problems'> {
  const { apiVersion, kind, id } = identity;
  if (kind === 'Board' && (apiVersion === '' || apiVersion.startsWith('flannelboard.dev/')))
    return checkBoard(value, identity);
  if (kind.endsWith('NetworkPolicy')) return checkPolicy(value, identity);
  // Other groups have kinds of the same name (Longhorn has a Node)
  const version = VERSIONS[kind];
  if (version === undefined || (apiVersion !== version && apiVersion !== ''))
    return { object: { kind: 'Other', name: kind }, problems: [] };
  const missing = apiVersion === '' ? [missingVersion(id)] : [];
  switch (kind) {
    case 'Node': {
      const parsed = v.safeParse(nodeSchema, value);
      if (!parsed.success)
        return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, id)] };
      const flannel = readAnnotations(parsed.output.metadata.annotations ?? {}, id);
      const object = {
        kind: 'Node',
        name: identity.name,
        node: parsed.output,
        flannel: flannel.value,
      } as const;
      return { object, problems: [...missing, ...flannel.problems] };
    }
    case 'Pod': {
      const parsed = v.safeParse(podSchema, value);
      if (!parsed.success)
        return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, id)] };
      const object = {
        kind: 'Pod',
        namespace: identity.namespace,
        name: identity.name,
        pod: parsed.output,
      } as const;
      return { object, problems: missing };
    }
    case 'Namespace': {
      const parsed = v.safeParse(namespaceSchema, value);
      if (!parsed.success)
        return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, id)] };
      const labels = parsed.output.metadata.labels ?? {};
      return { object: { kind: 'Namespace', name: identity.name, labels }, problems: missing };
    }
    case 'Service': {
      const parsed = v.safeParse(serviceSchema, value);
      if (!parsed.success)
        return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, id)] };
      const { namespace, name } = identity;
      const object = { kind: 'Service', namespace, name, service: parsed.output } as const;
      return { object, problems: missing };
    }
    case 'EndpointSlice': {
      const parsed = v.safeParse(endpointSliceSchema, value);
      if (!parsed.success)
        return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, id)] };
      const { namespace, name } = identity;
      const object = { kind: 'EndpointSlice', namespace, name, slice: parsed.output } as const;
      return { object, problems: missing };
    }
    default:
      return checkConfigMap(value, identity, missing);
  }
}

const POLICY_VERSION = 'networking.k8s.io/v1';

/** NetworkPolicy v1 is read; the policies of other APIs, and versions that are no longer served, are not. */
function checkPolicy(value: object, identity: Identity): Pick<Validated, 'object' | 'problems'> {
  const { apiVersion, kind, id } = identity;
  if (kind !== 'NetworkPolicy' || (apiVersion !== POLICY_VERSION && apiVersion !== '')) {
    const [group = ''] = apiVersion.split('/');
    const name = kind === 'NetworkPolicy' ? `${kind} (${clip(group)})` : clip(kind);
    return { object: { kind: 'OtherPolicy', name }, problems: [] };
  }
  const missing = apiVersion === '' ? [missingVersion(id)] : [];
  const { policy, problems } = readNetworkPolicy(value, identity);
  const object: ManifestObject = policy ? { kind: 'NetworkPolicy', policy } : BROKEN;
  return { object, problems: [...missing, ...problems] };
}

/** What is read, in the version in which it is read. */
const VERSIONS: Readonly<Record<string, string>> = {
  Node: 'v1',
  Pod: 'v1',
  Namespace: 'v1',
  ConfigMap: 'v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
};
const BROKEN: ManifestObject = { kind: 'Broken' };

/** Only flannel's own ConfigMap is read; it lives in kube-flannel, in old releases in kube-system. */
function checkConfigMap(
  value: object,
  identity: Identity,
  missing: readonly Problem[],
): Pick<Validated, 'object' | 'problems'> {
  const other: ManifestObject = { kind: 'Other', name: 'ConfigMap' };
  if (identity.name !== 'kube-flannel-cfg') return { object: other, problems: missing };
  const parsed = v.safeParse(configMapSchema, value);
  if (!parsed.success)
    return { object: BROKEN, problems: [...missing, ...toProblems(parsed.issues, identity.id)] };
  const text = parsed.output.data?.['net-conf.json'];
  if (text === undefined) {
    const said = message('manifest.missing-field', { document: identity.id, field: 'data["net-conf.json"]' });
    return { object: BROKEN, problems: [...missing, { severity: 'error', message: said, path: ['data'] }] };
  }
  const netConf = readNetConf(text, identity.id);
  return { object: { kind: 'NetConf', netConf: netConf.value }, problems: [...missing, ...netConf.problems] };
}

function checkBoard(value: object, { apiVersion, id }: Identity): Pick<Validated, 'object' | 'problems'> {
  const version: Problem[] = [];
  if (apiVersion === '') version.push(missingVersion(id));
  else if (apiVersion !== BOARD_VERSION) {
    const params = { document: id, field: 'apiVersion', value: clip(apiVersion), allowed: BOARD_VERSION };
    version.push({
      severity: 'error',
      message: message('manifest.not-one-of', params),
      path: ['apiVersion'],
    });
  }
  const fields = checkBoardFields(value, id);
  const parsed = v.safeParse(boardSchema, value);
  if (!parsed.success)
    return { object: BROKEN, problems: [...version, ...fields, ...toProblems(parsed.issues, id)] };
  return { object: { kind: 'Board', board: parsed.output }, problems: [...version, ...fields] };
}

function missingVersion(document: string): Problem {
  return {
    severity: 'error',
    message: message('manifest.missing-field', { document, field: 'apiVersion' }),
    path: ['kind'],
  };
}

function identify(value: object): Identity {
  const kind = textOf(member(value, 'kind'));
  const metadata = member(value, 'metadata');
  const name = textOf(member(metadata, 'name'));
  const namespace = textOf(member(metadata, 'namespace')) || defaultNamespace(kind);
  return {
    apiVersion: textOf(member(value, 'apiVersion')),
    kind,
    namespace,
    name,
    id: documentId(kind, namespace, name),
  };
}

/** kubectl puts a namespaced object without a namespace into `default`. */
function defaultNamespace(kind: string): string {
  return NAMESPACED.has(kind) ? 'default' : '';
}

const NAMESPACED: ReadonlySet<string> = new Set([
  'Pod',
  'ConfigMap',
  'Service',
  'Endpoints',
  'EndpointSlice',
  'NetworkPolicy',
  'Deployment',
]);

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function broken(id: string, kind: string, problems: readonly Problem[]): Validated {
  return { id, kind, object: BROKEN, problems };
}
