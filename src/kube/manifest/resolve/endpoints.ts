/** EndpointSlices of the text and those that the EndpointSlice controller writes; on which ports pods are expected to answer. */
import { message } from '../../../lib/message.ts';
import type { ClusterNode, ClusterPod, ContainerPort } from '../../cluster.ts';
import { noEndpoints } from '../../kubeProxy/captureRules.ts';
import { portName } from '../../kubeProxy/names.ts';
import { isProxied } from '../../kubeProxy/servicePort.ts';
import { PodIndex, targetPortOf, withOwnSlices } from '../../endpointSlices.ts';
import type { EndpointSlice, Service } from '../../service.ts';
import type { Findings, ResolvableDocument } from './findings.ts';
import type { ResolvedService } from './services.ts';
import { toEndpointSlice } from './toService.ts';

export interface Parties {
  readonly services: readonly ResolvedService[];
  readonly pods: readonly ClusterPod[];
  readonly nodes: readonly ClusterNode[];
}

export function resolveEndpointSlices(
  documents: readonly ResolvableDocument[],
  { services, pods, nodes }: Parties,
  findings: Findings,
): readonly EndpointSlice[] {
  const given = documents.flatMap(({ object }) =>
    object.kind === 'EndpointSlice' ? (toEndpointSlice(object.slice, object.namespace) ?? []) : [],
  );
  const has = new Set(given.map(({ namespace, service }) => `${namespace}/${service}`));
  for (const { service, document } of services) {
    if (service.selector || service.type === 'ExternalName') continue;
    const name = `${service.namespace}/${service.name}`;
    if (has.has(name)) continue;
    const said = message('cluster.service-no-endpoints', { service: name });
    findings.addQuoting(refusalsOf(service), { severity: 'info', document, path: ['spec'], message: said });
  }
  return withOwnSlices({ services: services.map(({ service }) => service), pods, nodes }, given);
}

/**
 * What kube-proxy says of ports without endpoints, one line each: the comment of the rule that refuses them. Nobody else says
 * anything, the API server takes such a Service. undefined: kube-proxy writes no rule for it.
 */
function refusalsOf(service: Service, ports = service.ports): string | undefined {
  if (!isProxied(service) || ports.length === 0) return undefined;
  return ports.map((port) => noEndpoints(portName(service.namespace, service.name, port.name))).join('\n');
}

/** The pods with the ports on which Services that select them expect an answer; a Service that finds nobody is told. */
export function withTargetPorts(
  services: readonly ResolvedService[],
  pods: readonly ClusterPod[],
  findings: Findings,
): readonly ClusterPod[] {
  const index = new PodIndex(
    pods,
    services.map(({ service }) => service),
  );
  const ports = new Map<ClusterPod, ContainerPort[]>();
  for (const { service, document } of services) {
    if (!service.selector) continue;
    const name = `${service.namespace}/${service.name}`;
    const selected = index.selectedBy(service);
    if (selected.length === 0)
      findings.addQuoting(refusalsOf(service), {
        severity: 'info',
        document,
        path: ['spec', 'selector'],
        message: message('cluster.service-selects-none', { service: name }),
      });
    service.ports.forEach((port, i) => {
      const targets = selected.map((pod) => ({ pod, target: targetPortOf(pod, port) }));
      if (selected.length > 0 && targets.every(({ target }) => target === undefined))
        findings.addQuoting(refusalsOf(service, [port]), {
          severity: 'warning',
          document,
          path: ['spec', 'ports', i, 'targetPort'],
          message: message('cluster.service-no-such-port', {
            service: name,
            port: String(port.targetPort),
            protocol: port.protocol,
          }),
        });
      for (const { pod, target } of targets)
        if (target !== undefined) listen(ports, pod, { port: target, protocol: port.protocol });
    });
  }
  return pods.map((pod) => ({ ...pod, targetPorts: ports.get(pod) ?? [] }));
}

function listen(
  ports: Map<ClusterPod, ContainerPort[]>,
  pod: ClusterPod,
  { port, protocol }: Pick<Service['ports'][number], 'port' | 'protocol'>,
): void {
  const own = ports.get(pod) ?? [];
  if (own.some((known) => known.port === port && known.protocol === protocol)) return;
  ports.set(pod, [...own, { port, protocol }]);
}
