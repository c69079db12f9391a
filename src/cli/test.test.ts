import { expect, test } from 'vitest';
import { must } from '../lib/assert.ts';
import { checkExpectations } from '../engine/expect.ts';
import { Run } from '../engine/run.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { defaultScenario } from '../scenario/gallery.ts';
import { testLines } from './test.ts';

test('says of each expectation whether it passed, with the reason where it did not, and the sums', () => {
  const board = `apiVersion: flannelboard.dev/v1
kind: Board
spec:
  faults: [{ on: node2, run: "iptables -I FORWARD -d 10.244.2.3 -j DROP" }]
  expect:
  - { from: pod/shop/web, to: pod/shop/api, size: 1400, result: replied, via: [node1/eth1] }
  - { from: pod/shop/web, to: "pod/shop/db:8080", result: connected }
  - { from: pod/shop/web, to: "pod/shop/cart:8080", sport: 40000, result: connected }
  - { from: pod/shop/web, to: pod/shop/nobody, result: replied }
---
`;
  const run = new Run(must(createReader().read(board + defaultScenario.text).cluster, 'cluster'));
  expect(
    testLines(checkExpectations(run, { atSeq: run.recording.entries.length }), ({ id, params }) =>
      [id, ...Object.values(params)].join(' '),
    ),
  ).toEqual([
    'FAIL  pod/shop/web -> pod/shop/api icmp size 1400: replied',
    '      it did not cross node1/eth1',
    'FAIL  pod/shop/web -> pod/shop/db:8080 tcp: timeout, expected connected',
    '      why.rule node2 filter FORWARD (NETFILTER_DROP in nf_hook_slow)',
    'pass  pod/shop/web -> pod/shop/cart:8080 tcp sport 40000: connected',
    'FAIL  pod/shop/web -> pod/shop/nobody icmp: send.unknown-endpoint pod/shop/nobody',
    '1 passed, 3 failed',
  ]);
});
