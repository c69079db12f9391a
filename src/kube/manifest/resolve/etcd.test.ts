/** flannel with the etcd manager: what a text says of etcd, and what flanneld would say of that. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printCidr } from '../../../wire/address.ts';
import { board, NODE1, NODE2, node, read, said } from '../manifest.testing.ts';

const CONFIG = '/coreos.com/network/config';
const etcd = (keys: Readonly<Record<string, string>>): string =>
  board(
    'flannel:',
    '  manager: etcd',
    ...(Object.keys(keys).length === 0 ? ['  etcd: {}'] : ['  etcd:']),
    ...Object.entries(keys).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  );
const config = (text: string): string => etcd({ [CONFIG]: text });
const subnets = (...documents: readonly string[]): readonly string[] =>
  read(...documents).cluster?.nodes.map(({ podCIDR }) => (podCIDR ? printCidr(podCIDR) : 'none')) ?? [];

describe('the subnets of nodes', () => {
  it('are leases, whatever podCIDR says; the first subnet is not given', () => {
    const given = subnets(NODE1, NODE2, config('{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}'));
    expect(given).toHaveLength(2);
    for (const subnet of given) expect(subnet).toMatch(/^10\.5\.([1-9]|[1-9]\d|100)\.0\/24$/);
    expect(new Set(given).size).toBe(2);
  });

  it('are what etcd holds for the address of the node: a lease, or a reservation', () => {
    const text = etcd({
      [CONFIG]: '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}',
      '/coreos.com/network/subnets/10.5.77.0-24': '{"PublicIP":"192.168.0.11"}',
      '/coreos.com/network/subnets/10.5.88.0-24':
        '{"PublicIP":"192.168.0.12","PublicIPv6":null,"BackendType":"vxlan","BackendData":{"VNI":1,"VtepMAC":"ee:8d:cf:69:b3:7c"}}',
    });
    expect(subnets(NODE1, NODE2, text)).toEqual(['10.5.77.0/24', '10.5.88.0/24']);
  });

  it('come from the ConfigMap’s file, or from what the board is, where etcd is not spelled out', () => {
    const plain = board('clusterCIDR: 10.7.0.0/16', 'flannel: { manager: etcd, backend: host-gw }');
    expect(subnets(NODE1, plain)[0]).toMatch(/^10\.7\./);
  });

  it('a key that is no lease is said and left out', () => {
    const result = read(
      NODE1,
      etcd({
        [CONFIG]: '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}',
        '/coreos.com/network/subnets/x': '{}',
      }),
    );
    expect(said(result)).toEqual([expect.stringMatching(/^warning cluster\.etcd-bad-key at 22:/)]);
    expect(result.cluster).toBeDefined();
  });

  it('when all are taken flanneld ends, and its node has none', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((name, i) => node(name, { ip: `192.168.0.1${i}` }));
    const result = read(...nodes, config('{"Network":"10.244.0.0/28","Backend":{"Type":"vxlan"}}'));
    const given = result.cluster?.nodes.map(({ podCIDR }) => (podCIDR ? printCidr(podCIDR) : 'none'));
    expect(given?.toSorted()).toEqual(['10.244.0.12/30', '10.244.0.4/30', '10.244.0.8/30', 'none']);
    expect(result.diagnostics.map(({ upstream }) => upstream)).toEqual([
      'Error registering network: failed to acquire lease: out of subnets',
    ]);
  });
});

const file = new URL(
  '../../../../../shared/data/flannel/flannel/extra/bad-config/result.txt',
  import.meta.url,
);
/** What the real flanneld was given, and the first error that it logged. */
const logged = (existsSync(file) ? readFileSync(file, 'utf8') : '')
  .split('##### ')
  .flatMap((section): readonly (readonly [string, string, string])[] => {
    const [what = ''] = section.split('\n');
    const given = /^# etcd config: (.*?) {2}flags: $/m.exec(section)?.[1];
    const error = /^E\d{4} .*?\] ((?:Couldn't fetch|Error fetching backend: unknown).*)$/m.exec(section)?.[1];
    return given === undefined || error === undefined ? [] : [[what, given, error]];
  });

describe.skipIf(logged.length === 0)(
  'a configuration that flanneld refuses, in its own words (skipped where ../shared is not there)',
  () => {
    it('is each of those that the real one was given', () => {
      expect(logged).toHaveLength(9);
    });

    it.each(logged)('%s', (_what, given, error) => {
      const result = read(NODE1, given === 'null' ? etcd({}) : config(given));
      const [first] = result.diagnostics;
      expect([first?.severity, first?.upstream]).toEqual(['error', error]);
      // at the key, or at the mapping that lacks it
      expect(result.text.split('\n')[(first?.range.line ?? 0) - 1]).toContain(
        given === 'null' ? 'etcd' : CONFIG,
      );
      expect(result.cluster).toBeUndefined();
    });
  },
);

describe('net-conf.json of the kube manager', () => {
  const netConf = (json: string): string =>
    [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata: { name: kube-flannel-cfg, namespace: kube-flannel }',
      'data:',
      `  net-conf.json: ${JSON.stringify(json)}`,
    ].join('\n');
  const upstream = (json: string): readonly (string | undefined)[] =>
    read(NODE1, netConf(json)).diagnostics.map((d) => d.upstream);

  it.each([
    [
      '{"Network":"10.244.0.0/99"}',
      'Failed to create SubnetManager: error parsing subnet config: invalid CIDR address: 10.244.0.0/99',
    ],
    [
      '{"Network":}',
      "Failed to create SubnetManager: error parsing subnet config: invalid character '}' looking for beginning of value",
    ],
    [
      '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","VNI":16777216}}',
      'Error registering network: numerical result out of range',
    ],
    [
      '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","MTU":100}}',
      'Error registering network: invalid argument',
    ],
    [
      '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlan","MTU":70000}}',
      'Error registering network: invalid argument',
    ],
  ])('%s', (json, error) => {
    expect(upstream(json)).toContain(error);
  });

  it('its options reach flanneld; SubnetLen is not looked at', () => {
    const text = netConf(
      '{"Network":"10.244.0.0/16","SubnetLen":31,"Backend":{"Type":"vxlan","MTU":1400,"DirectRouting":true}}',
    );
    expect(read(NODE1, text).cluster?.flannel).toMatchObject({ mtu: 1400, directRouting: true });
  });

  it('with EnableNFTables the board has none of flanneld’s rules, and says so', () => {
    const result = read(
      NODE1,
      netConf('{"Network":"10.244.0.0/16","EnableNFTables":true,"Backend":{"Type":"vxlan"}}'),
    );
    expect(result.cluster?.flannel.trafficManager).toBe('none');
    expect(result.diagnostics.map(({ message }) => message.id)).toContain('cluster.flannel-nftables');
  });
});

describe('public IPs', () => {
  const PREFIX = 'flannel.alpha.coreos.com';
  const known = (name: string, ip: string, key: string): string =>
    node(name, {
      ip,
      podCIDR: `10.244.${ip.slice(-1)}.0/24`,
      annotations: [`${PREFIX}/backend-type: vxlan`, `${PREFIX}/${key}: 10.0.2.15`],
    });

  it.each(['public-ip-overwrite', 'node-public-ip'])('two nodes with one %s are a warning', (key) => {
    const result = read(known('a', '192.168.0.11', key), known('b', '192.168.0.12', key));
    expect(result.diagnostics.map(({ severity, message }) => `${severity} ${message.id}`)).toEqual([
      'warning cluster.same-public-ip',
    ]);
    const [a] = result.cluster?.nodes ?? [];
    expect(a?.publicIPOverwrite ?? a?.publicIP).toBeDefined();
  });
});
