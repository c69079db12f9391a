import type { RuleMessageParams } from './ruleMessages.ts';

/**
 * Everything the program can say to a reader, as an id with parameters: never a sentence. The sentences are in
 * `view/i18n`, once per language; an id without a sentence in every language does not compile.
 */
export interface MessageParams extends RuleMessageParams {
  // ---- a step, explained (trace/explain) ----
  'step.originate': { readonly ns: string; readonly by: string };
  'step.rx.host': { readonly ns: string; readonly dev: string };
  'step.rx.broadcast': { readonly ns: string; readonly dev: string };
  'step.rx.multicast': { readonly ns: string; readonly dev: string };
  'step.rx.otherhost': { readonly ns: string; readonly dev: string };
  'step.tx': { readonly ns: string; readonly dev: string };
  'step.hook': { readonly hook: string };
  'step.hook.bridged': { readonly hook: string };
  'step.conntrack.created': Record<never, never>;
  'step.conntrack.found': { readonly state: string };
  'step.conntrack.reply': { readonly state: string };
  'step.conntrack.confirmed': Record<never, never>;
  'step.conntrack.none': { readonly state: string };
  'step.chain.rule': {
    readonly table: string;
    readonly chain: string;
    readonly number: number;
    readonly verdict: string;
  };
  'step.chain.jump': {
    readonly table: string;
    readonly chain: string;
    readonly number: number;
    readonly to: string;
  };
  'step.chain.return': { readonly table: string; readonly chain: string };
  'step.chain.policy': { readonly table: string; readonly chain: string; readonly verdict: string };
  'step.nat.src': { readonly was: string; readonly is: string };
  'step.nat.dst': { readonly was: string; readonly is: string };
  'step.nat.inner': { readonly was: string; readonly is: string };
  'step.route.via': { readonly dst: string; readonly via: string; readonly dev: string };
  'step.route.link': { readonly dst: string; readonly dev: string };
  'step.route.local': { readonly dst: string };
  'step.route.broadcast': { readonly dst: string };
  'step.route.none': { readonly dst: string };
  'step.route.blackhole': { readonly dst: string };
  'step.route.unreachable': { readonly dst: string };
  'step.route.prohibit': { readonly dst: string };
  'step.route.martian': { readonly dst: string };
  'step.ttl': { readonly from: number; readonly to: number };
  'step.neigh.resolved': { readonly ip: string; readonly mac: string; readonly dev: string };
  'step.neigh.incomplete': { readonly ip: string; readonly dev: string };
  'step.neigh.failed': { readonly ip: string; readonly dev: string };
  'step.neigh.noarp': { readonly dev: string };
  'step.neigh.learned': { readonly ip: string; readonly mac: string; readonly dev: string };
  'step.fdb.port': { readonly mac: string; readonly port: string; readonly dev: string };
  'step.fdb.local': { readonly mac: string; readonly dev: string };
  'step.fdb.flood': { readonly mac: string; readonly dev: string };
  'step.fdb.remote': { readonly mac: string; readonly dst: string; readonly dev: string };
  'step.fdb.miss': { readonly mac: string; readonly dev: string };
  'step.fdb.learned': { readonly mac: string; readonly port: string; readonly dev: string };
  'step.fdb.same-port': { readonly mac: string; readonly port: string; readonly dev: string };
  // the switch of a segment, by the machines that the board shows around it
  'step.switch.port': { readonly segment: string; readonly mac: string; readonly to: string };
  'step.switch.same-port': { readonly segment: string; readonly mac: string; readonly to: string };
  'step.switch.learned': { readonly segment: string; readonly mac: string; readonly to: string };
  'step.switch.flood': { readonly segment: string; readonly mac: string };
  'step.encap.vxlan': {
    readonly dev: string;
    readonly vni: number;
    readonly src: string;
    readonly dst: string;
  };
  'step.decap.vxlan': { readonly dev: string; readonly vni: number };
  'step.restore': { readonly dev: string; readonly mac: string };
  'step.flood': { readonly dev: string; readonly ports: string; readonly count: number };
  'step.fragment': { readonly dev: string; readonly mtu: number; readonly pieces: number };
  'step.reassemble.waiting': Record<never, never>;
  'step.reassemble.local': Record<never, never>;
  'step.reassemble.conntrack': Record<never, never>;
  'step.queue': { readonly ip: string; readonly dev: string };
  'step.process': { readonly process: string; readonly action: string };
  'step.unsent.no-route': { readonly to: string };
  'step.unsent.limit': { readonly to: string };
  'step.deliver': { readonly to: string };
  // ---- why a packet did not arrive (trace/why) ----
  'why.no-route': { readonly ns: string; readonly dst: string };
  'why.refused-by-route': { readonly ns: string; readonly dst: string };
  'why.no-fdb': { readonly ns: string; readonly dev: string; readonly mac: string };
  'why.no-neigh': { readonly ns: string; readonly dev: string; readonly ip: string };
  'why.no-socket': { readonly ns: string; readonly dst: string };
  'why.rule': { readonly ns: string; readonly table: string; readonly chain: string };
  'why.policy': { readonly ns: string; readonly table: string; readonly chain: string };
  'why.ttl': { readonly ns: string };
  'why.too-big': { readonly ns: string; readonly size: number };
  'why.martian': { readonly ns: string; readonly src: string };
  'why.otherhost': { readonly ns: string; readonly dev: string };
  'why.device': { readonly ns: string };
  /** `reason` is the kernel's name; the sentence has its gloss, `drop.<reason>` */
  'why.other': { readonly ns: string; readonly reason: string };
  'why.told': { readonly from: string };
  'why.silent': Record<never, never>;
  /** the error was due and did not go out */
  'why.untold.no-route': { readonly ns: string; readonly to: string };
  'why.untold.limit': { readonly ns: string; readonly to: string };
  // ---- how a send can be refused before anything moves ----
  'send.unknown-endpoint': { readonly endpoint: string };
  'send.not-a-sender': { readonly endpoint: string };
  'send.no-address': { readonly endpoint: string };
  /** a pod that is still ContainerCreating; `why` in kubelet's words */
  'send.waiting': { readonly endpoint: string; readonly why: string };
  'send.no-port': { readonly endpoint: string };
  /** a Service without an address of its own */
  'send.no-cluster-ip': { readonly endpoint: string; readonly type: 'headless' | 'ExternalName' };
  'send.no-service-port': { readonly endpoint: string; readonly port: number; readonly ports: string };
  /** only pods have a DNS server to ask */
  'send.no-dns': { readonly name: string; readonly from: string };
  'send.bad-pick': { readonly pick: string };
  /** `endpoints` = those that there are, the first of them; '' = none */
  'send.not-an-endpoint': {
    readonly endpoint: string;
    readonly service: string;
    readonly endpoints: string;
  };
  'send.budget': { readonly steps: number };
  // ---- what a NetworkPolicy probably does not mean (kube/policy/lint) ----
  'lint.ignored-rules': { readonly direction: string };
  'lint.empty-egress': Record<never, never>;
  'lint.no-pods': { readonly namespace: string };
  'lint.selects-nothing': { readonly selector: string; readonly namespace: string };
  'lint.selects-nothing.nearest': {
    readonly selector: string;
    readonly namespace: string;
    readonly nearest: string;
  };
  'lint.anything': { readonly direction: 'ingress' | 'egress' };
  'lint.lone-dash': Record<never, never>;
  'lint.every-pod': Record<never, never>;
  'lint.peer-nobody': { readonly selector: string };
  'lint.peer-nobody.nearest': { readonly selector: string; readonly nearest: string };
  'lint.ipv6-block': { readonly cidr: string };
  'lint.cluster-ip': { readonly cidr: string };
  'lint.snat': { readonly client: string; readonly service: string };
  'lint.port-name': { readonly name: string; readonly protocol: string };
  'lint.port-name.nearest': { readonly name: string; readonly protocol: string; readonly nearest: string };
  'lint.port-name.kube-router': { readonly name: string };
  'lint.service-port': { readonly service: string; readonly port: number; readonly target: string };
  'lint.no-dns': { readonly pod: string };
  // ---- what cannot be had as a script for a Linux machine ----
  'lab.too-large': { readonly nodes: number; readonly most: number };
  // ---- manifest: one document of the text (kube/manifest). `document` is its id (`Pod/shop/web`) or its place in the
  // text (`#3`); `field` is spelled as kubectl explain does (`spec.containers[0].ports[0].containerPort`) ----
  'manifest.empty': { readonly command: string };
  'manifest.too-big': { readonly megabytes: number; readonly limit: number };
  'manifest.too-many-documents': { readonly count: number; readonly limit: number };
  /** upstream = the parser's own words */
  'manifest.syntax': { readonly document: string };
  /** a key without its `: `, or half a line: `text` is that line */
  'manifest.missing-colon': { readonly document: string; readonly text: string };
  /** a quote or bracket that is not closed on this line */
  'manifest.not-closed': { readonly document: string };
  'manifest.tab': { readonly document: string };
  'manifest.duplicate-key': { readonly document: string; readonly key: string };
  'manifest.too-deep': { readonly document: string; readonly limit: number };
  /** more aliases than `limit`, or aliases nested so that a few lines unfold into millions of values */
  'manifest.too-many-aliases': { readonly document: string; readonly limit: number };
  'manifest.unknown-alias': { readonly document: string; readonly alias: string };
  /** a key such as `__proto__`: it stays in the text and is not read */
  'manifest.proto-key': { readonly document: string; readonly key: string };
  /** plain words, a number, a list: `found` is `string`, `number`, `boolean`, `array` or `null` */
  'manifest.not-an-object': { readonly document: string; readonly found: string; readonly command: string };
  'manifest.no-kind': { readonly document: string };
  /** `line` is where the first of the two begins */
  'manifest.duplicate-document': { readonly document: string; readonly line: number };
  'manifest.unsupported-kind': { readonly kind: string; readonly count: number };
  'manifest.unsupported-policy': { readonly kind: string; readonly count: number };
  /** upstream = the API server's own words */
  'manifest.api-refused': { readonly document: string };
  'manifest.more': { readonly count: number };
  'manifest.missing-field': { readonly document: string; readonly field: string };
  /** `expected` and `found` in the words of kubectl explain: `string`, `integer`, `boolean`, `array`, `object`, `null` */
  'manifest.wrong-type': {
    readonly document: string;
    readonly field: string;
    readonly expected: string;
    readonly found: string;
  };
  'manifest.not-one-of': {
    readonly document: string;
    readonly field: string;
    readonly value: string;
    readonly allowed: string;
  };
  'manifest.bad-name': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-ip': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-cidr': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-duration': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-port-range': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-mac': { readonly document: string; readonly field: string; readonly value: string };
  'manifest.bad-number': {
    readonly document: string;
    readonly field: string;
    readonly value: string;
    readonly from: number;
    readonly to: number;
  };
  /** upstream = the JSON parser's own words */
  'manifest.bad-json': { readonly document: string; readonly field: string };
  'manifest.unknown-field': { readonly document: string; readonly field: string; readonly known: string };
  'manifest.unknown-field.nearest': {
    readonly document: string;
    readonly field: string;
    readonly nearest: string;
  };
  'manifest.not-used-yet': { readonly document: string; readonly field: string };
  /** two documents of a kind of which one is read (Board, the ConfigMap of flannel); the one at `line` counts */
  'manifest.one-only': { readonly document: string; readonly kind: string; readonly line: number };
  // ---- cluster: what the documents say together (kube/manifest/resolve). Nodes by name, pods as `namespace/name` ----
  'cluster.no-nodes': { readonly command: string };
  'cluster.ipv6-only': { readonly nodes: number };
  'cluster.dual-stack': { readonly count: number };
  'cluster.no-flannel': { readonly backend: string };
  'cluster.node-no-ip': { readonly node: string };
  'cluster.node-ipv6-only': { readonly node: string; readonly ip: string };
  'cluster.node-same-ip': {
    readonly node: string;
    readonly other: string;
    readonly ip: string;
    readonly line: number;
  };
  'cluster.node-no-podcidr': { readonly node: string };
  'cluster.node-podcidrs': { readonly node: string; readonly count: number };
  'cluster.node-architecture': { readonly node: string; readonly architecture: string };
  'cluster.node-podcidr-ipv6': { readonly node: string; readonly podCIDR: string };
  'cluster.node-podcidr-outside': {
    readonly node: string;
    readonly podCIDR: string;
    readonly network: string;
  };
  'cluster.podcidr-changed': {
    readonly node: string;
    readonly was: string;
    readonly podCIDR: string;
  };
  'cluster.podcidr-overlap': {
    readonly node: string;
    readonly podCIDR: string;
    readonly other: string;
    readonly otherPodCIDR: string;
    readonly line: number;
  };
  'cluster.node-ip-in-pod-network': { readonly node: string; readonly ip: string; readonly network: string };
  'cluster.node-not-ready': { readonly node: string; readonly status: string };
  'cluster.node-public-ip': { readonly node: string; readonly publicIP: string; readonly ip: string };
  /** two nodes are known to the others by one address */
  'cluster.same-public-ip': {
    readonly node: string;
    readonly other: string;
    readonly ip: string;
    readonly line: number;
  };
  /** net-conf.json that the etcd manager refuses: flanneld's own words are upstream */
  'cluster.netconf-network': Record<never, never>;
  'cluster.netconf-subnet-len': Record<never, never>;
  'cluster.netconf-four-subnets': { readonly network: string };
  'cluster.netconf-too-small': { readonly network: string };
  'cluster.netconf-range': { readonly network: string };
  'cluster.netconf-boundary': Record<never, never>;
  'cluster.flannel-nftables': Record<never, never>;
  'cluster.etcd-no-config': { readonly key: string };
  'cluster.etcd-bad-key': { readonly key: string; readonly example: string };
  'cluster.node-no-lease': { readonly node: string };
  'cluster.same-name': { readonly name: string; readonly field: string };
  /** a backend that flannel has (or does not know: see upstream) and the board cannot show */
  'cluster.backend-not-simulated': {
    readonly backend: string;
    readonly used: string;
    readonly allowed: string;
  };
  'cluster.backend-mixed': { readonly backend: string; readonly node: string; readonly nodeBackend: string };
  'cluster.segment-widened': {
    readonly node: string;
    readonly ip: string;
    readonly segment: string;
    readonly cidr: string;
  };
  'cluster.segment-overlap': { readonly segment: string; readonly other: string };
  /** the network, router (.1) or broadcast address of the segment */
  'cluster.segment-reserved-address': {
    readonly node: string;
    readonly ip: string;
    readonly segment: string;
    readonly cidr: string;
  };
  'cluster.segment-unknown-node': { readonly segment: string; readonly node: string };
  'cluster.segment-wrong-node': {
    readonly segment: string;
    readonly cidr: string;
    readonly node: string;
    readonly ip: string;
  };
  'cluster.node-no-segment': { readonly node: string; readonly ip: string };
  'cluster.client-inside': {
    readonly client: string;
    readonly ip: string;
    readonly where: string;
    readonly cidr: string;
  };
  /** the router's own (.1), network or broadcast address of the client's /24 */
  'cluster.client-reserved-address': { readonly client: string; readonly ip: string };
  'cluster.client-same-ip': { readonly client: string; readonly other: string; readonly ip: string };
  'cluster.pod-same-ip': {
    readonly pod: string;
    readonly other: string;
    readonly ip: string;
    readonly line: number;
  };
  'cluster.pod-ip-of-node': { readonly pod: string; readonly ip: string; readonly node: string };
  /** `owner` = the device that has this address on the pod's node: `cni0`, `flannel.1`; or `broadcast` */
  'cluster.pod-ip-reserved': {
    readonly pod: string;
    readonly ip: string;
    readonly owner: string;
    readonly node: string;
  };
  'cluster.pod-ip-outside': {
    readonly pod: string;
    readonly ip: string;
    readonly node: string;
    readonly podCIDR: string;
  };
  'cluster.pod-ipv6-only': { readonly pod: string; readonly ip: string };
  'cluster.pod-unknown-node': { readonly pod: string; readonly node: string };
  'cluster.pod-unscheduled': { readonly pod: string };
  'cluster.pod-finished': { readonly pod: string; readonly phase: string };
  'cluster.pod-no-podcidr': { readonly pod: string; readonly node: string };
  'cluster.pod-range-full': { readonly pod: string; readonly node: string; readonly podCIDR: string };
  'cluster.policy-no-namespace': { readonly policy: string; readonly namespace: string };
  /** Services as `namespace/name`; upstream = the API server's own words */
  'cluster.service-invalid': { readonly service: string };
  /** a ClusterIP or NodePort that the Service at `line` has */
  'cluster.service-taken': {
    readonly service: string;
    readonly what: string;
    readonly other: string;
    readonly line: number;
  };
  /** hand-written: refused */
  'cluster.service-out-of-range': { readonly service: string; readonly what: string; readonly range: string };
  /** from a cluster, whose range is another */
  'cluster.service-outside': { readonly service: string; readonly what: string; readonly range: string };
  'cluster.service-no-endpoints': { readonly service: string };
  'cluster.service-selects-none': { readonly service: string };
  'cluster.service-no-such-port': {
    readonly service: string;
    readonly port: string;
    readonly protocol: string;
  };
  'cluster.fault-nowhere': { readonly on: string };
  'cluster.expect-size': { readonly protocol: string };
  /** `field` = sport, pick: what a ping has not */
  'cluster.expect-no-port': { readonly field: string };
  'cluster.fault-command': { readonly command: string; readonly error: string };
  'cluster.allocated-ignored': {
    readonly pod: string;
    readonly ip: string;
    readonly node: string;
    readonly podCIDR: string;
  };
}

export type MessageId = keyof MessageParams;

export type Message = {
  readonly [K in MessageId]: { readonly id: K; readonly params: MessageParams[K] };
}[MessageId];

/** A message of one id; the compiler checks that the parameters are those of the id. */
export function message<K extends MessageId>(id: K, params: MessageParams[K]): Message {
  return { id, params } as unknown as Message;
}
