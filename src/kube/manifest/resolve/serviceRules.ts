/** What the API server says of one Service, in its own words. @see kubernetes pkg/apis/core/validation/validation.go ValidateService */
import type { Path } from '../diagnostic.ts';
import { brokenPortNameRules } from '../portName.ts';
import type { ServiceManifest } from '../services.ts';

export interface Refusal {
  readonly path: Path;
  /** behind `The Service "web" is invalid: ` */
  readonly upstream: string;
}

type Spec = NonNullable<ServiceManifest['spec']>;

/** A struct as Go prints it with %#v. */
const goPort = (protocol: string, port: number): string =>
  `core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;

export function refusalsOf(spec: Spec): readonly Refusal[] {
  return [...ofPorts(spec), ...ofPolicies(spec), ...ofExternalName(spec)];
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_SAYS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function ofExternalName({ type, externalName, clusterIP }: Spec): readonly Refusal[] {
  if (type !== 'ExternalName') return [];
  const found: Refusal[] = [];
  // a dot at the end is cut off before the name is looked at
  const name = (externalName ?? '').replace(/\.$/, '');
  const path: Path = ['spec', 'externalName'];
  if (name === '') found.push({ path, upstream: 'spec.externalName: Required value' });
  else if (!SUBDOMAIN.test(name))
    found.push({ path, upstream: `spec.externalName: Invalid value: "${name}": ${SUBDOMAIN_SAYS}` });
  if (clusterIP)
    found.push({
      path: ['spec', 'clusterIP'],
      upstream: 'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    });
  return found;
}

function ofPorts(spec: Spec): readonly Refusal[] {
  const { type = 'ClusterIP', ports } = spec;
  const found: Refusal[] = [];
  const add = (path: Path, upstream: string): void => {
    found.push({ path, upstream });
  };
  const list = ports ?? [];
  const isHeadless = spec.clusterIP === 'None';
  if (list.length === 0 && type !== 'ExternalName' && !isHeadless)
    add(['spec', 'ports'], 'spec.ports: Required value');
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  list.forEach(({ name, port, protocol, nodePort, targetPort }, i) => {
    const path: Path = ['spec', 'ports', i];
    const at = `spec.ports[${i}]`;
    const proto = protocol ?? 'TCP';
    if (list.length > 1 && !name) add(path, `${at}.name: Required value`);
    if (name && names.has(name)) add([...path, 'name'], `${at}.name: Duplicate value: "${name}"`);
    if (name) names.add(name);
    const number = `${proto} ${port}`;
    if (numbers.has(number)) add([...path, 'port'], `${at}: Duplicate value: ${goPort(proto, port)}`);
    numbers.add(number);
    if (typeof targetPort === 'string')
      for (const rule of brokenPortNameRules(targetPort))
        add([...path, 'targetPort'], `${at}.targetPort: Invalid value: "${targetPort}": ${rule}`);
    if (!nodePort) return;
    const outside = `${proto} ${nodePort}`;
    if (type !== 'NodePort' && type !== 'LoadBalancer')
      add([...path, 'nodePort'], `${at}.nodePort: Forbidden: may not be used when \`type\` is '${type}'`);
    else if (nodePorts.has(outside))
      add(
        [...path, 'nodePort'],
        `${at}.nodePort: Invalid value: ${nodePort}: provided port is already allocated`,
      );
    nodePorts.add(outside);
  });
  return found;
}

function ofPolicies(spec: Spec): readonly Refusal[] {
  const { type = 'ClusterIP', externalTrafficPolicy, healthCheckNodePort, loadBalancerSourceRanges } = spec;
  const found: Refusal[] = [];
  const isAccessible =
    type === 'NodePort' ||
    type === 'LoadBalancer' ||
    (type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  if (externalTrafficPolicy && !isAccessible)
    found.push({
      path: ['spec', 'externalTrafficPolicy'],
      upstream: `spec.externalTrafficPolicy: Invalid value: "${externalTrafficPolicy}": may only be set for externally-accessible services`,
    });
  if (healthCheckNodePort && (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local'))
    found.push({
      path: ['spec', 'healthCheckNodePort'],
      upstream: `spec.healthCheckNodePort: Invalid value: ${healthCheckNodePort}: may only be set when \`type\` is 'LoadBalancer' and \`externalTrafficPolicy\` is 'Local'`,
    });
  if ((loadBalancerSourceRanges ?? []).length > 0 && type !== 'LoadBalancer')
    found.push({
      path: ['spec', 'loadBalancerSourceRanges'],
      upstream: "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    });
  return found;
}
