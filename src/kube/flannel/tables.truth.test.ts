/**
 * Tables of every node and backend, against what the real flanneld v0.28.9 and CNI plugins v1.9.1 left in a real kernel
 * (../shared/data/flannel/flannel). What was drawn by lot is in testing/captured.testing.ts; what Linux prints and the board does
 * not model is left out by the functions below.
 */
import { describe, expect, it } from 'vitest';
import {
  captured,
  capturedLines,
  FOLDERS,
  haveCaptures,
  NODES,
  rigLike,
  withPods,
} from './testing/captured.testing.ts';
import { etcdValue } from './lease.ts';
import type { Rig } from './testing/rig.testing.ts';

/** Left out: multicast groups that Linux joins by itself, and the bridge's own address in its own table. */
const isModelled = (line: string): boolean => !/^(33:33|01:00:5e)| dev cni0 master cni0 /.test(line);

const sorted = (lines: readonly string[]): readonly string[] =>
  lines
    .filter(isModelled)
    .map((line) => line.trimEnd())
    .toSorted();

/** Numbers of interfaces and names of the other end's namespace differ with the order of making, and details with the driver. */
function link(line: string): string {
  return line
    .replace(/^\d+: /, '')
    .replace(/@\S+:/, ':')
    .replace(/ link-netns \S+/, '')
    .replace(/ group default(?: qlen \d+)?/, '')
    .replace(/ qdisc \S+/, '')
    .trimEnd();
}

const shown = (rig: Rig, node: string, command: string): readonly string[] => rig.show(node, command);

describe.skipIf(!haveCaptures).each(FOLDERS)(
  '%s: the tables of the real flanneld (skipped where ../shared is not there)',
  (folder) => {
    const rig = rigLike(folder);

    describe.each(NODES)('%s', (node) => {
      const at = withPods(folder, node);
      const file = (name: string): readonly string[] => capturedLines(`${at}/${name}.txt`);

      it('routes, the local table too', () => {
        expect(sorted(shown(rig, node, 'ip route show table all'))).toEqual(sorted(file('ip-route-all')));
      });

      it('addresses and devices', () => {
        expect(shown(rig, node, 'ip addr').map(link)).toEqual(file('ip-addr').map(link));
      });

      it('the tunnel, in detail', () => {
        const detail = (lines: readonly string[]): readonly string[] =>
          lines.flatMap((line) => /vxlan id .* udpcsum|tun type tun/.exec(line) ?? []);
        expect(detail(shown(rig, node, 'ip -d link'))).toEqual(detail(file('ip-d-link')));
      });

      it('permanent neighbours', () => {
        const permanent = (lines: readonly string[]): readonly string[] =>
          sorted(lines.filter((line) => line.includes('PERMANENT')));
        expect(permanent(shown(rig, node, 'ip neigh'))).toEqual(permanent(file('ip-neigh')));
      });

      it('the forwarding databases', () => {
        // what the bridge learned from the pods' own pings is not flannel's
        const written = (lines: readonly string[]): readonly string[] =>
          sorted(lines.filter((line) => line.includes('permanent')));
        expect(written(shown(rig, node, 'bridge fdb'))).toEqual(written(file('bridge-fdb')));
      });

      it('rules', () => {
        const table = (name: 'nat' | 'filter'): readonly string[] => {
          const lines = file('iptables-save');
          const from = lines.indexOf(`*${name}`);
          return lines.slice(from, lines.indexOf('COMMIT', from) + 1);
        };
        expect(rig.rules(node, 'nat')).toEqual(table('nat'));
        expect(rig.rules(node, 'filter')).toEqual(table('filter'));
      });

      it('subnet.env and sysctls', () => {
        expect(rig.world.readFile(rig.ns(node).id, '/run/flannel/subnet.env')).toBe(
          captured(`${at}/subnet.env.txt`),
        );
        const sysctls = file('sysctl').filter((line) => !line.includes('eth0'));
        const read = sysctls.flatMap((line) => shown(rig, node, `sysctl ${line.split(' ')[0] ?? ''}`));
        expect(read).toEqual(sysctls);
      });
    });

    it('etcd', () => {
      const { leases = [] } = rig.world.cluster;
      const kept = capturedLines(`flannel/${folder}/etcd.txt`).filter((line) => line.includes('"PublicIP"'));
      expect(leases.map(etcdValue)).toEqual(kept);
    });
  },
);
