/** Upstream's own test data, where the machine has it: objects, configurations and what kube-proxy made of them. */
import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { apply, type TableOp } from '../../kernel/op.ts';
import { createNetNs, type NetNs } from '../../kernel/netns.ts';
import type { IfName, NetNsId, SimTime } from '../../kernel/recorder.ts';
import { parseCidr, ipv4 } from '../../wire/address.ts';
import { clusterIpOf, toEndpointSlice, toService } from '../manifest/resolve/toService.ts';
import { endpointSliceSchema, serviceSchema } from '../manifest/services.ts';
import type { ProxyNode } from './options.ts';
import { serviceMap, type ServiceMap } from './servicePort.ts';
import { JUMPS } from './staticRules.ts';
import { NOTHING_WRITTEN, sync, type Sync, type Written } from './sync.ts';

/** The parsed JSON of a file of ../shared/data/kube-proxy; undefined where it is absent. */
export function readData<S extends v.GenericSchema>(name: string, schema: S): v.InferOutput<S> | undefined {
  const file = new URL(`../../../../shared/data/kube-proxy/${name}`, import.meta.url);
  return existsSync(file) ? v.parse(schema, JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

export const configSchema = v.object({
  nodeName: v.string(),
  ipFamily: v.picklist(['IPv4', 'IPv6']),
  nodeIP: v.string(),
  nodeIPs: v.array(v.string()),
  detectLocal: v.object({ mode: v.picklist(['ClusterCIDR', 'None']), cidr: v.optional(v.string()) }),
  masqueradeAll: v.boolean(),
  localhostNodePorts: v.boolean(),
  nodePortAddresses: v.nullable(v.array(v.string())),
});
export type UpstreamConfig = v.InferOutput<typeof configSchema>;

export const objectsSchema = v.object({
  services: v.array(serviceSchema),
  endpointSlices: v.array(endpointSliceSchema),
});
export type UpstreamObjects = v.InferOutput<typeof objectsSchema>;

const isIpv4 = (text: string): boolean => !text.includes(':');
const cidrs = (texts: readonly string[]) =>
  texts.flatMap((text) => {
    const parsed = parseCidr(text);
    return parsed.ok ? [parsed.value] : [];
  });

/** The configuration that all golden dumps were made with. */
export const GOLDEN_CONFIG: UpstreamConfig = {
  nodeName: 'test-node',
  ipFamily: 'IPv4',
  nodeIP: '192.168.0.2',
  nodeIPs: ['192.168.0.2', '192.168.1.2', '192.168.99.11', '2001:db8::1', '2001:db8:1::2'],
  detectLocal: { mode: 'ClusterCIDR', cidr: '10.0.0.0/8' },
  masqueradeAll: false,
  localhostNodePorts: true,
  nodePortAddresses: null,
};

export function nodeOf(config: UpstreamConfig, options: { readonly nfacct?: boolean } = {}): ProxyNode {
  const [cidr] = cidrs([config.detectLocal.cidr ?? '']);
  return {
    config: {
      mode: 'iptables',
      detectLocal: cidr ? { mode: 'ClusterCIDR', cidr } : { mode: 'None' },
      masqueradeAll: config.masqueradeAll,
      localhostNodePorts: config.localhostNodePorts,
      nodePortAddresses: cidrs(config.nodePortAddresses ?? []),
    },
    nfacct: options.nfacct === true,
    name: config.nodeName,
    ip: ipv4(config.nodeIP),
    addresses: [ipv4('127.0.0.1'), ...config.nodeIPs.filter(isIpv4).map(ipv4)],
    tcpBeLiberal: false,
  };
}

/** The objects as they are: what the API server would refuse (a NodePort of 3001) is taken too. */
export function mapOf({ services, endpointSlices }: UpstreamObjects): ServiceMap {
  return serviceMap(
    services.map((manifest) => {
      const { spec, metadata } = manifest;
      const clusterIP = clusterIpOf(spec ?? {});
      return toService(manifest, metadata.namespace ?? 'default', {
        ...(typeof clusterIP === 'number' ? { clusterIP } : {}),
        nodePorts: (spec?.ports ?? []).map(({ nodePort }) => nodePort ?? undefined),
        ...(spec?.healthCheckNodePort ? { healthCheckNodePort: spec.healthCheckNodePort } : {}),
      });
    }),
    endpointSlices.flatMap((manifest) => toEndpointSlice(manifest, manifest.metadata.namespace ?? '') ?? []),
  );
}

/** A node's tables and what kube-proxy knows of them. */
export class SyncedNode {
  readonly ns: NetNs = createNetNs('node' as NetNsId);
  readonly node: ProxyNode;
  written: Written = NOTHING_WRITTEN;

  constructor(node: ProxyNode) {
    this.node = node;
    const dev = 'ens' as IfName;
    this.#op({ op: 'link-add', name: dev, options: {}, link: { type: 'bridge' } });
    for (const ip of node.addresses)
      this.#op({ op: 'addr-add', dev, address: { address: ip, bits: 24 }, broadcast: false });
    this.#op({ op: 'link-set', name: dev, change: { set: 'up' } });
    for (const { table, from, to, match } of JUMPS)
      this.restore(`*${table}\n:${to} - [0:0]\n-I ${from} ${match} -j ${to}\nCOMMIT\n`);
  }

  /** Writes the rules; throws when the kernel refuses them. */
  sync(map: ServiceMap, full = true): Sync {
    const { node, written } = this;
    const existing = this.ns.state.rules.nat?.chains.keys() ?? [];
    const made = sync({ map, node, written, full, existing });
    this.written = made.written;
    this.restore(made.text);
    return made;
  }

  restore(text: string, noflush = true): void {
    this.#op({ op: 'iptables-restore', text, noflush, counters: true, test: false });
  }

  #op(op: TableOp): void {
    const result = apply({ get: () => this.ns }, this.ns, op, {
      at: 0 as SimTime,
      origin: { by: 'kube-proxy' },
    });
    if (!result.ok) throw new Error(result.text);
  }
}
