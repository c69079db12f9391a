/** Service and EndpointSlice, as far as they are read. @see kubernetes/api core/v1, discovery/v1 types.go */
import * as v from 'valibot';
import { cidrFieldSloppy, ipFieldSloppy, nameField, numberField, optional, textMap } from './fields.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const POLICIES = ['Cluster', 'Local'] as const;
const MOST_PORT = 65535;
/** a day */
const MOST_AFFINITY = 86400;

const metadata = v.object({
  name: nameField,
  namespace: optional(nameField),
  labels: textMap,
  annotations: textMap,
});

/** `None`, empty or an address. */
const clusterIP = v.union([v.picklist(['', 'None']), ipFieldSloppy]);

const servicePort = v.object({
  name: optional(v.string()),
  protocol: optional(v.picklist(PROTOCOLS)),
  port: numberField(1, MOST_PORT),
  targetPort: optional(v.union([numberField(1, MOST_PORT), v.string()])),
  nodePort: optional(numberField(0, MOST_PORT)),
});

const ingress = v.object({
  ip: optional(ipFieldSloppy),
  hostname: optional(v.string()),
  ipMode: optional(v.picklist(['VIP', 'Proxy'])),
});

export const serviceSchema = v.object({
  /** uid: an API server has taken it */
  metadata: v.object({ ...metadata.entries, uid: optional(v.string()) }),
  spec: optional(
    v.object({
      type: optional(v.picklist(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'])),
      clusterIP: optional(clusterIP),
      clusterIPs: optional(v.array(clusterIP)),
      ports: optional(v.array(servicePort)),
      selector: textMap,
      externalIPs: optional(v.array(ipFieldSloppy)),
      loadBalancerSourceRanges: optional(v.array(cidrFieldSloppy)),
      externalTrafficPolicy: optional(v.picklist(['', ...POLICIES])),
      internalTrafficPolicy: optional(v.picklist(POLICIES)),
      sessionAffinity: optional(v.picklist(['', 'None', 'ClientIP'])),
      sessionAffinityConfig: optional(
        v.object({
          clientIP: optional(v.object({ timeoutSeconds: optional(numberField(1, MOST_AFFINITY)) })),
        }),
      ),
      healthCheckNodePort: optional(numberField(0, MOST_PORT)),
      publishNotReadyAddresses: optional(v.boolean()),
      externalName: optional(v.string()),
    }),
  ),
  status: optional(v.object({ loadBalancer: optional(v.object({ ingress: optional(v.array(ingress)) })) })),
});

const hints = optional(v.array(v.object({ name: v.string() })));

const endpoint = v.object({
  addresses: v.array(v.string()),
  conditions: optional(
    v.object({
      ready: optional(v.boolean()),
      serving: optional(v.boolean()),
      terminating: optional(v.boolean()),
    }),
  ),
  nodeName: optional(v.string()),
  hostname: optional(v.string()),
  hints: optional(v.object({ forZones: hints, forNodes: hints })),
});

export const endpointSliceSchema = v.object({
  metadata,
  addressType: v.picklist(['IPv4', 'IPv6', 'FQDN']),
  endpoints: optional(v.array(endpoint)),
  ports: optional(
    v.array(
      v.object({
        name: optional(v.string()),
        protocol: optional(v.picklist(PROTOCOLS)),
        port: optional(numberField(1, MOST_PORT)),
      }),
    ),
  ),
});

export type ServiceManifest = v.InferOutput<typeof serviceSchema>;
export type EndpointSliceManifest = v.InferOutput<typeof endpointSliceSchema>;
