/** Services and EndpointSlices of a text: what the API server would say of them, and what it would fill in. */
import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert.ts';
import { cidr, ipv4, printIpv4 } from '../../../wire/address.ts';
import { board, NODE1, NODE2, pod, read, said, service } from '../manifest.testing.ts';
import type { ReadResult } from '../reader.ts';

const WEB = ['metadata:', '  name: web', '  namespace: shop', '  labels: { app: web }'].join('\n');
const web = (...spec: readonly string[]): string =>
  pod('web', { on: 'node1', ip: '10.244.1.2', spec }).replace(/metadata:\n.*\n.*/, WEB);

const upstream = (result: ReadResult): readonly (string | undefined)[] =>
  result.diagnostics.map((diagnostic) => diagnostic.upstream);
const cluster = (...documents: readonly string[]) => must(read(...documents).cluster, 'cluster');

describe('a Service', () => {
  it('is read with the defaults of the API server', () => {
    const { services, endpointSlices } = cluster(
      NODE1,
      web(),
      service('web', 'clusterIP: 10.96.0.20', 'selector: { app: web }', 'ports: [{ port: 80 }]'),
    );
    expect(services).toMatchObject([
      {
        namespace: 'shop',
        name: 'web',
        type: 'ClusterIP',
        clusterIP: ipv4('10.96.0.20'),
        ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80 }],
        externalTrafficPolicy: 'Cluster',
        internalTrafficPolicy: 'Cluster',
      },
    ]);
    expect(endpointSlices).toMatchObject([
      {
        service: 'web',
        ports: [{ name: '', protocol: 'TCP', port: 80 }],
        endpoints: [{ ip: ipv4('10.244.1.2'), ready: true, node: 'node1' }],
      },
    ]);
  });

  it('gets a ClusterIP and a NodePort when it asks for none, the same ones every time', () => {
    const text = [
      NODE1,
      web(),
      service('web', 'type: NodePort', 'selector: { app: web }', 'ports: [{ port: 80 }]'),
    ];
    const [first] = cluster(...text).services;
    const again = cluster(NODE1, web(), service('another'), text[2] ?? '').services[1];
    expect(again).toEqual(first);
    expect(printIpv4(must(first?.clusterIP, 'clusterIP'))).toMatch(/^10\.(9[6-9]|1[01]\d)\./);
    expect(first?.ports[0]?.nodePort).toBeGreaterThanOrEqual(30086);
  });

  it('that is headless or a name for something outside gets no address', () => {
    const { services } = cluster(
      NODE1,
      service('a', 'clusterIP: None', 'selector: { app: web }'),
      service('b', 'type: ExternalName', 'externalName: example.com'),
    );
    expect(services.map(({ clusterIP }) => clusterIP)).toEqual([undefined, undefined]);
  });

  it('outside kubeadm’s range moves the range; outside a range that was given it is refused', () => {
    const far = service('web', 'clusterIP: 172.30.0.41', 'selector: { app: web }', 'ports: [{ port: 80 }]');
    expect(cluster(NODE1, web(), far).serviceCIDR).toEqual(cidr('172.30.0.0/16'));
    const result = read(NODE1, web(), far, board('serviceCIDR: 10.96.0.0/12'));
    expect(said(result)).toEqual(['error cluster.service-out-of-range at 31:14 "172.30.0.41"']);
    expect(upstream(result)).toEqual([
      'The Service "web" is invalid: spec.clusterIPs: Invalid value: ["172.30.0.41"]: failed to allocate IP 172.30.0.41: the provided IP (172.30.0.41) is not in the valid range. The range of valid IPs is 10.96.0.0/12',
    ]);
  });

  describe('whose NodePort is outside the range', () => {
    const low = service(
      'web',
      'type: NodePort',
      'selector: { app: web }',
      'ports: [{ port: 80, nodePort: 20080 }]',
    );
    const dumped = low.replace('  name: web\n', '  name: web\n  uid: 5f0c1a6e-0000-4000-8000-000000000001\n');
    const refusal = (range: string): string =>
      `The Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 20080: provided port is not in the valid range. The range of valid ports is ${range}`;

    it('is refused', () => {
      const result = read(NODE1, web(), low);
      expect(said(result)).toEqual(['error cluster.service-out-of-range at 33:33 "20080"']);
      expect(upstream(result)).toEqual([refusal('30000-32767')]);
    });

    it('is used and told where a cluster took it and nobody says what its range is', () => {
      const result = read(NODE1, web(), dumped);
      expect(said(result)).toEqual(['warning cluster.service-outside at 34:33 "20080"']);
      expect(result.cluster?.services[0]?.ports[0]?.nodePort).toBe(20080);
    });

    it('is refused, whoever took it, where the Board says what the range is', () => {
      const result = read(NODE1, web(), dumped, board('nodePortRange: 30000-30999'));
      expect(said(result)).toEqual(['error cluster.service-out-of-range at 34:33 "20080"']);
      expect(upstream(result)).toEqual([refusal('30000-30999')]);
    });

    it('is right where the Board says so; other Services get a port of that range', () => {
      const other = service('other', 'type: NodePort', 'selector: { app: web }', 'ports: [{ port: 81 }]');
      const { services } = cluster(NODE1, web(), low, other, board('nodePortRange: 20000-20099'));
      expect(services[0]?.ports[0]?.nodePort).toBe(20080);
      // the band at the bottom, 16 ports of a hundred, is for those who ask
      expect(services[1]?.ports[0]?.nodePort).toBeGreaterThanOrEqual(20016);
      expect(services[1]?.ports[0]?.nodePort).toBeLessThanOrEqual(20099);
    });
  });

  it.each(['30000', '32767-30000', '0-100', '1-70000'])(
    'a Board whose nodePortRange is %s is refused',
    (range) => {
      expect(said(read(NODE1, board(`nodePortRange: "${range}"`)))[0]).toMatch(
        /^error manifest\.bad-port-range/,
      );
    },
  );

  it('that wants what another has is refused at the line, and names the other', () => {
    const like = (name: string): string =>
      service(
        name,
        'clusterIP: 10.96.0.20',
        'type: NodePort',
        'selector: { app: web }',
        'ports: [{ port: 80, nodePort: 30080 }]',
      );
    const result = read(NODE1, web(), like('one'), like('two'));
    expect(said(result)).toEqual([
      'error cluster.service-taken at 42:14 "10.96.0.20"',
      'error cluster.service-taken at 45:33 "30080"',
    ]);
    expect(upstream(result)).toEqual([
      'The Service "two" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated',
      'The Service "two" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    ]);
    expect(result.diagnostics[0]?.message.params).toMatchObject({ other: 'shop/one', line: 25 });
  });

  it.each([
    [
      ['ports: [{ port: 80, nodePort: 80 }]', 'type: NodePort'],
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      ['ports: [{ port: 80, name: a }, { port: 80, name: b }]'],
      'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
    ],
    [['ports: [{ port: 80, name: a }, { port: 81, name: a }]'], 'spec.ports[1].name: Duplicate value: "a"'],
    [['ports: [{ port: 80 }, { port: 81, name: a }]'], 'spec.ports[0].name: Required value'],
    [['clusterIP: 10.96.0.9'], 'spec.ports: Required value'],
    [
      ['ports: [{ port: 80, nodePort: 30080 }]'],
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    [
      ['ports: [{ port: 80 }]', 'externalTrafficPolicy: Local'],
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ],
    [
      ['ports: [{ port: 80 }]', 'type: NodePort', 'healthCheckNodePort: 30099'],
      "spec.healthCheckNodePort: Invalid value: 30099: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
    [
      ['ports: [{ port: 80, targetPort: "8080" }]'],
      'spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)',
    ],
    [
      ['ports: [{ port: 80, targetPort: web--http }]'],
      'spec.ports[0].targetPort: Invalid value: "web--http": must not contain consecutive hyphens',
    ],
    [['type: ExternalName'], 'spec.externalName: Required value'],
    [
      ['type: ExternalName', 'externalName: example.com', 'clusterIP: None'],
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
    ],
    [
      ['type: ExternalName', 'externalName: Exa_mple.com'],
      "spec.externalName: Invalid value: \"Exa_mple.com\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ])('%j is refused in the words of the API server', (spec, words) => {
    const result = read(NODE1, web(), service('web', 'selector: { app: web }', ...spec));
    expect(upstream(result)).toContain(`The Service "web" is invalid: ${words}`);
  });
});

describe('the port of a pod', () => {
  const named = web('containers: [{ ports: [{ containerPort: 8080, name: http }] }]');
  const byName = service('web', 'selector: { app: web }', 'ports: [{ port: 80, targetPort: http }]');

  it('is found by its name, and by its number when the container tells nothing', () => {
    expect(cluster(NODE1, named, byName).endpointSlices[0]?.ports).toMatchObject([{ port: 8080 }]);
    const byNumber = service('web', 'selector: { app: web }', 'ports: [{ port: 80, targetPort: 9000 }]');
    const { pods } = cluster(NODE1, web(), byNumber);
    expect(pods[0]?.targetPorts).toEqual([{ port: 9000, protocol: 'TCP' }]);
  });

  it('is that of a sidecar too, and not that of an init container that ends', () => {
    const sidecar = (policy: string): string =>
      web(
        'containers: [{ name: app }]',
        `initContainers: [{ ${policy}ports: [{ containerPort: 15001, name: http }] }]`,
      );
    const portsOf = (pod: string) => cluster(NODE1, pod, byName).endpointSlices[0]?.ports;
    expect(portsOf(sidecar('restartPolicy: Always, '))).toMatchObject([{ port: 15001 }]);
    expect(portsOf(sidecar(''))).toEqual([]);
  });

  it('that no pod has is told at its line, in the words of the rule that refuses the Service', () => {
    const result = read(NODE1, web(), byName);
    expect(said(result)).toEqual(['warning cluster.service-no-such-port at 32:35 "http"']);
    expect(upstream(result)).toEqual(['shop/web has no endpoints']);
    expect(result.cluster?.endpointSlices.flatMap(({ ports }) => ports)).toEqual([]);
  });

  it('may differ from pod to pod: each number has a slice', () => {
    const other = named.replace('name: web', 'name: web2').replace('8080', '9090').replace('1.2', '1.3');
    const { endpointSlices } = cluster(NODE1, named, other, byName);
    expect(endpointSlices.map(({ ports }) => ports[0]?.port)).toEqual([8080, 9090]);
  });
});

describe('an endpoint', () => {
  const status = (...lines: readonly string[]): string =>
    `${web()}\n${lines.map((l) => `  ${l}`).join('\n')}`;
  const endpoints = (podText: string, ...spec: readonly string[]) =>
    cluster(NODE1, podText, service('web', 'selector: { app: web }', 'ports: [{ port: 80 }]', ...spec))
      .endpointSlices[0]?.endpoints;

  it('is ready when its pod is', () => {
    const notReady = status('conditions: [{ type: Ready, status: "False" }]');
    expect(endpoints(web())).toMatchObject([{ ready: true, serving: true, terminating: false }]);
    expect(endpoints(notReady)).toMatchObject([{ ready: false, serving: false }]);
    expect(endpoints(notReady, 'publishNotReadyAddresses: true')).toMatchObject([{ ready: true }]);
  });

  it('that terminates serves on, but is not ready', () => {
    const leaving = web().replace(
      '  name: web\n',
      '  name: web\n  deletionTimestamp: "2026-01-01T00:00:00Z"\n',
    );
    expect(endpoints(leaving)).toMatchObject([{ ready: false, serving: true, terminating: true }]);
  });

  it('of a slice in the text is used as it is, whatever the selector says', () => {
    const slice = [
      'apiVersion: discovery.k8s.io/v1',
      'kind: EndpointSlice',
      'metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }',
      'addressType: IPv4',
      'ports: [{ port: 6443, name: "" }]',
      'endpoints: [{ addresses: [192.0.2.7], conditions: { ready: false } }]',
    ].join('\n');
    const { endpointSlices } = cluster(NODE1, NODE2, web(), service('web'), slice);
    expect(endpointSlices).toMatchObject([
      { name: 'web-x', endpoints: [{ ip: ipv4('192.0.2.7'), ready: false, ref: { kind: 'EndpointSlice' } }] },
    ]);
  });

  it('is missing where nobody selects one and no slice is there, which is said', () => {
    expect(said(read(NODE1, service('web', 'ports: [{ port: 80 }]')))[0]).toMatch(
      /^info cluster\.service-no-endpoints/,
    );
    expect(said(read(NODE1, service('web')))[0]).toMatch(/^info cluster\.service-selects-none/);
  });

  it('is missing in the words of kube-proxy, port by port; a headless Service it does not know', () => {
    const ports = 'ports: [{ port: 80, name: http }, { port: 53, name: dns, protocol: UDP }]';
    expect(upstream(read(NODE1, service('web', ports)))).toEqual([
      'shop/web:http has no endpoints\nshop/web:dns has no endpoints',
    ]);
    expect(upstream(read(NODE1, service('web', 'clusterIP: None', ports)))).toEqual([undefined]);
  });
});

describe('spec.kubeProxy', () => {
  it('is kubeadm’s where nothing is said: local traffic is what comes from the pod network', () => {
    expect(cluster(NODE1).kubeProxy).toEqual({
      mode: 'iptables',
      detectLocal: { mode: 'ClusterCIDR', cidr: cidr('10.244.0.0/16') },
      masqueradeAll: false,
      localhostNodePorts: true,
      nodePortAddresses: [],
    });
  });

  it('takes the names of KubeProxyConfiguration', () => {
    const config = [
      'kubeProxy:',
      '  detectLocalMode: BridgeInterface',
      '  detectLocal: { bridgeInterface: cni0 }',
      '  iptables: { masqueradeAll: true, localhostNodePorts: false }',
      '  nodePortAddresses: [192.168.0.0/24]',
    ];
    expect(cluster(NODE1, board(...config)).kubeProxy).toEqual({
      mode: 'iptables',
      detectLocal: { mode: 'BridgeInterface', bridge: 'cni0' },
      masqueradeAll: true,
      localhostNodePorts: false,
      nodePortAddresses: [cidr('192.168.0.0/24')],
    });
    expect(said(read(NODE1, board('kubeProxy: { mode: ipvs }')))).toEqual([
      'error manifest.not-one-of at 18:22 "ipvs"',
    ]);
  });
});
