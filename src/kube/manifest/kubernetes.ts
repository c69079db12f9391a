/**
 * The Kubernetes objects that are read, as far as they are read: everything else in them is ignored, since real objects
 * carry hundreds of fields. @see kubernetes/api core/v1/types.go
 */
import * as v from 'valibot';
import {
  cidrField,
  cidrFieldOrEmpty,
  ipField,
  ipFieldOrEmpty,
  nameField,
  numberField,
  optional,
  parseIpField,
  textMap,
  type IpField,
} from './fields.ts';

const metadata = v.object({ name: nameField, labels: textMap, annotations: textMap });
const namespacedMetadata = v.object({ name: nameField, namespace: optional(nameField), labels: textMap });

/** `status.addresses`: only the addresses are checked; a Hostname is any text. */
const nodeAddress = v.pipe(
  v.object({ type: v.string(), address: v.string() }),
  v.rawTransform(
    ({ dataset, addIssue, NEVER }): { readonly type: string; readonly ip: IpField | undefined } => {
      const { type, address } = dataset.value;
      if (type !== 'InternalIP') return { type, ip: undefined };
      const ip = parseIpField(address);
      if (ip) return { type, ip };
      const path = {
        type: 'object',
        origin: 'value',
        input: dataset.value,
        key: 'address',
        value: address,
      } as const;
      addIssue({ message: 'ip', input: address, path: [path] });
      return NEVER;
    },
  ),
);

const condition = v.object({ type: v.string(), status: v.string() });

export const nodeSchema = v.object({
  metadata,
  spec: optional(v.object({ podCIDR: optional(cidrFieldOrEmpty), podCIDRs: optional(v.array(cidrField)) })),
  status: optional(
    v.object({
      addresses: optional(v.array(nodeAddress)),
      conditions: optional(v.array(condition)),
      nodeInfo: optional(v.object({ architecture: optional(v.string()) })),
    }),
  ),
});

const containerPort = v.object({
  containerPort: numberField(1, 65535),
  hostPort: optional(numberField(1, 65535)),
  protocol: optional(v.picklist(['TCP', 'UDP', 'SCTP'])),
  name: optional(v.string()),
});

export const podSchema = v.object({
  metadata: v.object({
    ...namespacedMetadata.entries,
    deletionTimestamp: optional(v.string()),
    ownerReferences: optional(
      v.array(v.object({ kind: v.string(), name: v.string(), controller: optional(v.boolean()) })),
    ),
  }),
  spec: optional(
    v.object({
      nodeName: optional(v.string()),
      hostNetwork: optional(v.boolean()),
      hostname: optional(v.string()),
      subdomain: optional(v.string()),
      containers: optional(
        v.array(v.object({ image: optional(v.string()), ports: optional(v.array(containerPort)) })),
      ),
      initContainers: optional(
        v.array(v.object({ restartPolicy: optional(v.string()), ports: optional(v.array(containerPort)) })),
      ),
    }),
  ),
  status: optional(
    v.object({
      phase: optional(v.string()),
      conditions: optional(v.array(condition)),
      podIP: optional(ipFieldOrEmpty),
      podIPs: optional(v.array(v.object({ ip: ipField }))),
    }),
  ),
});

export const namespaceSchema = v.object({ metadata });

export const configMapSchema = v.object({ metadata: namespacedMetadata, data: textMap });

export type NodeManifest = v.InferOutput<typeof nodeSchema>;
export type PodManifest = v.InferOutput<typeof podSchema>;
export type ConfigMapManifest = v.InferOutput<typeof configMapSchema>;
