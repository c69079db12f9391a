/** What the real kernel corrected (e2e/kernel) on whole clusters; the smaller cases are in kernel/judged.test.ts. */
import { expect, it } from 'vitest';
import { ipv4 } from '../wire/address.ts';
import { parseOp } from '../kernel/opText.ts';
import { BY_USER } from '../kernel/origin.ts';
import { inject } from '../sim/inject.ts';
import { runUntilSettled } from '../sim/run.ts';
import { lab, labNs } from './testing/lab.testing.ts';
import { ourTaps } from './testing/capture.testing.ts';

it("udp: what flanneld sends and does not fit the node's card is cut, without DF (IP_PMTUDISC_WANT)", () => {
  const world = lab('udp');
  const op = parseOp('ip link set eth0 mtu 1300');
  if (op.ok) world.op(labNs('node1'), op.value, BY_USER);
  inject(world, { protocol: 'icmp', from: labNs('pod1a'), dst: ipv4('10.244.2.2'), size: 1400 });
  runUntilSettled(world, () => world.step());
  const sent = ourTaps(world.recorder.recording(), 'node1').filter((line) =>
    /^eth0 out .*len=1[23]/.test(line),
  );
  expect(sent).toEqual([expect.stringMatching(/192\.168\.0\.11>192\.168\.0\.12 ttl=64 len=1300 off=0\+/)]);
});
