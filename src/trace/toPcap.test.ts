import { beforeAll, describe, expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { noTshark, readWithTshark } from '../wire/tshark.testing.ts';
import { lab, labNs } from '../kube/testing/lab.testing.ts';
import type { Recording } from './types.ts';
import { toPcapng } from './toPcap.ts';

function recorded(): Recording {
  const world = lab('vxlan');
  for (const protocol of ['icmp', 'tcp', 'udp'] as const) {
    inject(world, {
      protocol,
      from: labNs('pod1a'),
      dst: ipv4('10.244.2.2'),
      dport: 8080,
      request: 'GET /\r\n',
    });
    runUntilSettled(world, () => world.step());
  }
  return world.recorder.recording();
}

const COLUMNS = [
  'frame.interface_name',
  'frame.protocols',
  '_ws.malformed',
  'ip.checksum.status',
  'udp.checksum.status',
  'tcp.checksum.status',
];

describe.skipIf(noTshark)(
  'a recorded run as pcapng, read by tshark (skipped where tshark is not installed)',
  () => {
    let rows: readonly (readonly string[])[] = [];
    beforeAll(() => {
      rows = readWithTshark(toPcapng(recorded()), COLUMNS);
    });

    it('holds every frame of every device', () => {
      expect(rows.length).toBeGreaterThan(150);
      expect(new Set(rows.map(([name]) => name))).toContain('node1/flannel.1');
    });

    it('decodes the tunnel down to what the pods said', () => {
      const onTheWire = rows.filter(([name]) => name === 'node1/eth0').map(([, protocols]) => protocols);
      expect(onTheWire).toContain('eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:icmp:data');
      expect(
        onTheWire.some(
          (protocols) => protocols?.startsWith('eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp') === true,
        ),
      ).toBe(true);
    });

    it('has nothing malformed and no bad checksum, inside or outside', () => {
      expect(rows.filter(([, , malformed]) => malformed !== '')).toEqual([]);
      const statuses = rows.flatMap(([, , , ...checksums]) => checksums.flatMap((list) => list.split(',')));
      expect(new Set(statuses.filter((status) => status !== ''))).toEqual(new Set(['1']));
    });
  },
);
