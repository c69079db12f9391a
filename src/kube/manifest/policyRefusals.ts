/**
 * What the API server refuses in a NetworkPolicy whose fields have the right types. Texts are Kubernetes' own, verbatim.
 * @see kubernetes pkg/apis/networking/validation/validation.go, apimachinery pkg/util/validation
 */
import { contains, networkOf, parseCidr, type Cidr } from '../../wire/address.ts';
import type { Path } from './diagnostic.ts';
import type { NetworkPolicySpec, PeerText, PortText, SelectorText } from './networkPolicy.ts';
import { brokenPortNameRules } from './portName.ts';

/** One entry of a field.ErrorList: `text` is its body. */
export interface Refusal {
  readonly path: Path;
  readonly text: string;
}

type Add = (path: Path, text: string) => void;

const quoted = (value: string): string => JSON.stringify(value);
const invalid = (value: string | number, detail: string): string =>
  `Invalid value: ${typeof value === 'string' ? quoted(value) : value}: ${detail}`;
const unsupported = (value: string, supported: readonly string[]): string =>
  `Unsupported value: ${quoted(value)}: supported values: ${supported.map(quoted).join(', ')}`;

/** ValidateNetworkPolicySpec: everything that is wrong, in its order. */
export function refusalsOf(spec: NetworkPolicySpec): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const add: Add = (path, text) => refusals.push({ path, text });
  checkSelector(spec.podSelector ?? {}, ['spec', 'podSelector'], add);
  (spec.ingress ?? []).forEach(({ ports, from }, i) => {
    checkRule(ports ?? [], { field: 'from', peers: from ?? [] }, ['spec', 'ingress', i], add);
  });
  (spec.egress ?? []).forEach(({ ports, to }, i) => {
    checkRule(ports ?? [], { field: 'to', peers: to ?? [] }, ['spec', 'egress', i], add);
  });
  checkTypes(spec.policyTypes ?? [], add);
  return refusals;
}

function checkTypes(types: readonly string[], add: Add): void {
  if (types.length > 2) {
    const value = `[]networking.PolicyType{${types.map(quoted).join(', ')}}`;
    add(['spec', 'policyTypes'], `Invalid value: ${value}: may not specify more than two policyTypes`);
    return;
  }
  types.forEach((type, i) => {
    if (type !== 'Ingress' && type !== 'Egress')
      add(['spec', 'policyTypes', i], unsupported(type, ['Egress', 'Ingress']));
  });
}

function checkRule(
  ports: readonly PortText[],
  { field, peers }: { readonly field: 'from' | 'to'; readonly peers: readonly PeerText[] },
  path: Path,
  add: Add,
): void {
  ports.forEach((port, i) => checkPort(port, [...path, 'ports', i], add));
  peers.forEach((peer, i) => checkPeer(peer, [...path, field, i], add));
}

function checkPort({ protocol, port, endPort }: PortText, path: Path, add: Add): void {
  if (typeof protocol === 'string' && !['TCP', 'UDP', 'SCTP'].includes(protocol))
    add([...path, 'protocol'], unsupported(protocol, ['SCTP', 'TCP', 'UDP']));
  const end = [...path, 'endPort'];
  const hasEnd = endPort !== undefined && endPort !== null;
  if (typeof port === 'number') {
    checkNumber(port, [...path, 'port'], add);
    if (!hasEnd) return;
    if (endPort < port) add(end, invalid(endPort, 'must be greater than or equal to `port`'));
    checkNumber(endPort, end, add);
    return;
  }
  if (hasEnd) {
    const why = typeof port === 'string' ? 'is non-numeric' : 'is not specified';
    add(end, invalid(endPort, `may not be specified when \`port\` ${why}`));
  }
  if (typeof port === 'string')
    for (const rule of brokenPortNameRules(port)) add([...path, 'port'], invalid(port, rule));
}

function checkNumber(port: number, path: Path, add: Add): void {
  if (port < 1 || port > 65535) add(path, invalid(port, 'must be between 1 and 65535, inclusive'));
}

function checkPeer({ podSelector, namespaceSelector, ipBlock }: PeerText, path: Path, add: Add): void {
  if (podSelector) checkSelector(podSelector, [...path, 'podSelector'], add);
  if (namespaceSelector) checkSelector(namespaceSelector, [...path, 'namespaceSelector'], add);
  if (ipBlock) checkBlock(ipBlock, [...path, 'ipBlock'], add);
  if (!podSelector && !namespaceSelector && !ipBlock) add(path, 'Required value: must specify a peer');
  else if (ipBlock && (podSelector || namespaceSelector))
    add(path, 'Forbidden: may not specify both ipBlock and another peer');
}

function checkBlock(block: NonNullable<PeerText['ipBlock']>, path: Path, add: Add): void {
  const text = block.cidr ?? '';
  if (text === '') {
    add([...path, 'cidr'], 'Required value');
    return;
  }
  const outer = checkCidr(text, [...path, 'cidr'], add);
  if (outer === undefined) return;
  (block.except ?? []).forEach((inner, i) => {
    const at = [...path, 'except', i];
    const prefix = checkCidr(inner, at, add);
    if (prefix !== undefined && !isStrictSubset(prefix, outer))
      add(at, invalid(inner, 'must be a strict subset of `cidr`'));
  });
}

type Prefix = Cidr | 'IPv6';

function checkCidr(text: string, path: Path, add: Add): Prefix | undefined {
  if (/^[0-9a-f:]*:[0-9a-f:.]*\/\d{1,3}$/i.test(text)) return 'IPv6';
  const parsed = parseCidr(text);
  if (parsed.ok) return parsed.value;
  add(path, invalid(text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
  return undefined;
}

/** IPv6 inside IPv6 is not looked into: no address here is in either. */
function isStrictSubset(inner: Prefix, outer: Prefix): boolean {
  if (inner === 'IPv6' || outer === 'IPv6') return inner === outer;
  return contains(networkOf(outer), networkOf(inner).address) && outer.bits < inner.bits;
}

function checkSelector({ matchLabels, matchExpressions }: SelectorText, path: Path, add: Add): void {
  for (const [key, value] of Object.entries(matchLabels ?? {})) {
    const at = [...path, 'matchLabels', key];
    const field = [...path, 'matchLabels'];
    for (const rule of brokenKeyRules(key)) add(field, invalid(key, rule));
    for (const rule of brokenValueRules(value)) add(at, invalid(value, rule));
  }
  (matchExpressions ?? []).forEach((expression, i) => {
    checkExpression(expression, [...path, 'matchExpressions', i], add);
  });
}

function checkExpression(
  { key, operator, values }: NonNullable<SelectorText['matchExpressions']>[number],
  path: Path,
  add: Add,
): void {
  const given = values ?? [];
  if (operator === 'In' || operator === 'NotIn') {
    if (given.length === 0)
      add([...path, 'values'], "Required value: must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (given.length > 0)
      add(
        [...path, 'values'],
        "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
  } else {
    add([...path, 'operator'], invalid(operator ?? '', 'not a valid selector operator'));
  }
  for (const rule of brokenKeyRules(key ?? '')) add([...path, 'key'], invalid(key ?? '', rule));
  given.forEach((value, i) => {
    for (const rule of brokenValueRules(value)) add([...path, 'values', i], invalid(value, rule));
  });
}

const NAME_PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const PREFIX_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const TOO_LONG = 'must be no more than 63 characters';

/** IsQualifiedName: `prefix/name`, the prefix a DNS subdomain. */
function brokenKeyRules(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
        "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') " +
        "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const rules: string[] = [];
  if (prefix === '') rules.push('prefix part must be non-empty');
  else if (
    prefix !== undefined &&
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(prefix)
  )
    rules.push(`prefix part ${PREFIX_RULE}`);
  if (name === '') rules.push('name part must be non-empty');
  else if (name.length > 63) rules.push(`name part ${TOO_LONG}`);
  if (!NAME_PART.test(name)) rules.push(`name part ${NAME_RULE}`);
  return rules;
}

function brokenValueRules(value: string): readonly string[] {
  const rules: string[] = [];
  if (value.length > 63) rules.push(TOO_LONG);
  if (value !== '' && !NAME_PART.test(value)) rules.push(VALUE_RULE);
  return rules;
}
