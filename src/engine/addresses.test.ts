import { describe, expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { Engine } from './engine.ts';
import type { AddressPlan } from './protocol.ts';

const node = (name: string, ip: string, podCIDR = ''): string =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nspec: { ${podCIDR === '' ? '' : `podCIDR: ${podCIDR}`} }\nstatus: { addresses: [{ type: InternalIP, address: ${ip} }] }`;
const pod = (name: string, on: string, ip = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { nodeName: ${on} }\n${ip === '' ? '' : `status: { podIP: ${ip} }`}`;
const board = (spec: string): string => `apiVersion: flannelboard.dev/v1\nkind: Board\nspec: ${spec}`;
const text = (...documents: readonly string[]): string => documents.join('\n---\n');

function opened(...documents: readonly string[]): Engine {
  const engine = new Engine();
  const result = engine.handle('open', { text: text(...documents), revision: 1 });
  if (result.status !== 'committed') throw new Error(JSON.stringify(result.diagnostics));
  return engine;
}
const plan = (engine: Engine, of?: string): AddressPlan =>
  engine.handle('addresses', { atSeq: 1e9, ...(of === undefined ? {} : { node: of }) });
const podsOf = (engine: Engine) => must(plan(engine).pods, 'pods');
const host = (engine: Engine, of?: string) => must(plan(engine, of).host, 'host');

describe('the pod network', () => {
  it('is cut in blocks; the next is behind the pointer of the allocator', () => {
    const engine = opened(
      board('{ clusterCIDR: 10.244.0.0/16 }'),
      node('n1', '192.168.0.11'),
      node('n2', '192.168.0.12'),
    );
    const { leases } = plan(engine);
    const pods = podsOf(engine);
    expect(pods).toMatchObject({ cidr: '10.244.0.0/16', blockBits: 24, blocks: 256, isGiven: true });
    expect(pods.taken.map(({ from, cidr, node: of }) => [from, cidr, of])).toEqual([
      [0, '10.244.0.0/24', 'n1'],
      [1, '10.244.1.0/24', 'n2'],
    ]);
    expect(pods.next).toEqual({ index: 2, cidr: '10.244.2.0/24' });
    expect(leases.map(({ givenBy }) => givenBy)).toEqual([
      'kube-controller-manager',
      'kube-controller-manager',
    ]);
  });

  it('gives a block that was freed only after the others', () => {
    const [n1, n2, n3] = [node('n1', '192.168.0.11'), node('n2', '192.168.0.12'), node('n3', '192.168.0.13')];
    const spec = board('{ clusterCIDR: 10.244.0.0/16 }');
    const engine = opened(spec, n1, n2, n3);
    engine.handle('apply', { text: text(spec, n1, n3), revision: 2 });
    expect(podsOf(engine).taken.map(({ from }) => from)).toEqual([0, 2]);
    expect(podsOf(engine).next?.cidr).toBe('10.244.3.0/24');
  });

  it('says so, in the words of the allocator, when it is used up', () => {
    const engine = opened(board('{ clusterCIDR: 10.244.0.0/24 }'), node('n1', '192.168.0.11'));
    const pods = podsOf(engine);
    expect(pods.next).toBeUndefined();
    expect(pods.full).toContain('there are no remaining CIDRs left');
  });

  it('of a dump is nobody’s to give, but shows where the first free block is', () => {
    const engine = opened(
      node('n1', '192.168.0.11', '10.244.0.0/24'),
      node('n2', '192.168.0.12', '10.244.2.0/24'),
    );
    const pods = podsOf(engine);
    expect(pods.isGiven).toBe(false);
    expect(pods.next?.cidr).toBe('10.244.1.0/24');
  });
});

describe('leases', () => {
  it('say what flanneld publishes under each backend', () => {
    const of = (backend: string) => {
      const engine = opened(
        board(`{ flannel: { backend: ${backend} } }`),
        node('n1', '192.168.0.11', '10.244.1.0/24'),
      );
      const [{ backendType, backendData } = { backendType: '?', backendData: '?' }] = plan(engine).leases;
      return [backendType, backendData];
    };
    expect(of('udp')).toEqual(['', 'null']);
    expect(of('host-gw')).toEqual(['host-gw', 'null']);
    expect(of('vxlan')[1]).toMatch(/^\{"VNI":1,"VtepMAC":"[0-9a-f:]{17}"\}$/);
  });

  it('have a row without a range for a node that nobody gave one', () => {
    const engine = opened(node('n1', '192.168.0.11', '10.244.1.0/24'), node('n2', '192.168.0.12'));
    expect(plan(engine).leases[1]).toMatchObject({ node: 'n2', publicIP: '192.168.0.12' });
    expect(plan(engine).leases[1]?.subnet).toBeUndefined();
    expect(plan(engine).nodes).toEqual(['n1']);
  });
});

describe('the range of a node', () => {
  const n1 = node('n1', '192.168.0.11', '10.244.1.0/24');

  it('is what stands in the files of host-local: who has what, what was given last, and what comes next', () => {
    const engine = opened(n1, pod('a', 'n1', '10.244.1.5'), pod('b', 'n1'));
    expect(host(engine)).toMatchObject({
      cidr: '10.244.1.0/24',
      size: 256,
      by: 'host-local',
      network: 'flannel.1',
      gateway: { host: 1, dev: 'cni0' },
      last: 6,
      next: { host: 7, ip: '10.244.1.7' },
    });
    expect(host(engine).taken.map(({ ip, pod: of }) => [ip, of])).toEqual([
      ['10.244.1.5', 'default/a'],
      ['10.244.1.6', 'default/b'],
    ]);
  });

  it('goes round: an address that was freed is not the next one', () => {
    const engine = opened(n1, pod('a', 'n1'), pod('b', 'n1'));
    engine.handle('apply', { text: text(n1, pod('a', 'n1')), revision: 2 });
    expect(host(engine).taken.map(({ host: at }) => at)).toEqual([2]);
    expect(host(engine).next?.host).toBe(4);
  });

  it('shows an address that leaked: a file whose pod is gone', () => {
    const engine = opened(n1, pod('a', 'n1'));
    const before = host(engine).taken;
    expect(before).toHaveLength(1);
    // the file stays where no DEL took it away; here the delegate file that DEL needs is missing
    const listed = engine.handle('command', { ns: 'n1', line: 'ls /var/lib/cni/flannel' });
    const id = listed.status === 'said' ? (listed.said.lines[0] ?? '') : '';
    engine.handle('command', { ns: 'n1', line: `rm /var/lib/cni/flannel/${id}` });
    engine.handle('apply', { text: n1, revision: 2 });
    expect(host(engine).taken).toEqual([{ host: 2, ip: '10.244.1.2' }]);
  });

  it('is that of the node that is asked for', () => {
    const engine = opened(n1, node('n2', '192.168.0.12', '10.244.2.0/24'), pod('a', 'n2'));
    expect(host(engine, 'n2').taken.map(({ ip }) => ip)).toEqual(['10.244.2.2']);
    expect(host(engine).node).toBe('n1');
  });

  it('says in the words of the plugin when it is used up', () => {
    const engine = opened(node('n1', '192.168.0.11', '10.244.1.0/30'), pod('a', 'n1'));
    expect(host(engine).full).toContain('no IP addresses available in range set: 10.244.1.1-10.244.1.2');
  });

  it('leaves the board as it was, also where a node of a large one is looked at', () => {
    const nodes = Array.from({ length: 60 }, (_, i) =>
      node(`n${i}`, `192.168.1.${i + 10}`, `10.244.${i}.0/24`),
    );
    const engine = opened(...nodes, pod('a', 'n7'));
    expect(host(engine, 'n7').taken.map(({ pod: of }) => of)).toEqual(['default/a']);
    const sent = engine.handle('send', { from: 'node/n3', to: '10.244.7.2', protocol: 'icmp' });
    expect(sent.status === 'sent' ? sent.woken?.map(({ name }) => name) : []).toContain('n7');
  });
});

describe('the range of a machine with Docker alone', () => {
  const documents = (...pods: readonly string[]) => [
    board('{ runtime: docker }'),
    node('n1', '192.168.0.11'),
    node('n2', '192.168.0.12'),
    ...pods,
  ];

  it('is that of docker0, the same on each; the next is the lowest that is free', () => {
    const engine = opened(...documents(pod('a', 'n1'), pod('b', 'n1'), pod('c', 'n2')));
    expect(plan(engine).pods).toBeUndefined();
    expect(plan(engine).leases).toEqual([]);
    expect(host(engine)).toMatchObject({
      cidr: '172.17.0.0/16',
      by: 'docker',
      gateway: { host: 1, dev: 'docker0' },
    });
    expect(host(engine).next?.ip).toBe('172.17.0.4');
    expect(host(engine, 'n2').taken.map(({ ip, pod: of }) => [ip, of])).toEqual([
      ['172.17.0.2', 'default/c'],
    ]);
    engine.handle('apply', { text: text(...documents(pod('b', 'n1'), pod('c', 'n2'))), revision: 2 });
    expect(host(engine).next?.ip).toBe('172.17.0.2');
  });
});

describe('the numbers of Services', () => {
  const service = (name: string, spec: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: ${spec}`;
  const n1 = node('n1', '192.168.0.11', '10.244.1.0/24');

  it('have their bands, and the first address is always that of default/kubernetes', () => {
    const { services } = plan(opened(n1));
    expect(services).toMatchObject({
      cidr: '10.96.0.0/12',
      offset: 256,
      bands: {
        lower: { from: '10.96.0.1', to: '10.96.1.0' },
        upper: { from: '10.96.1.1', to: '10.111.255.254' },
      },
    });
    expect(services.taken).toEqual([{ index: 0, ip: '10.96.0.1', service: 'default/kubernetes' }]);
  });

  it('are owned by Services: a ClusterIP by chance in the upper band, one that was asked for anywhere', () => {
    const { services, nodePorts } = plan(
      opened(
        n1,
        service('dns', '{ clusterIP: 10.96.0.10, ports: [{ port: 53 }] }'),
        service(
          'web',
          '{ type: NodePort, ports: [{ name: a, port: 80, nodePort: 30080 }, { name: b, port: 81 }] }',
        ),
      ),
    );
    expect(services.taken.map(({ service: of }) => of)).toEqual([
      'default/kubernetes',
      'default/dns',
      'default/web',
    ]);
    expect(services.taken[2]?.index).toBeGreaterThanOrEqual(services.offset);
    expect(nodePorts).toMatchObject({ from: 30000, to: 32767, offset: 86 });
    expect(nodePorts.taken.map(({ port }) => port)).toContain(30080);
    expect(nodePorts.taken[1]?.port).toBeGreaterThanOrEqual(30086);
  });
});
