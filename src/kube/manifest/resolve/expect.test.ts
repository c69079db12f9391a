import { expect, test } from 'vitest';
import { board, NODE1, NODE2, paramsOf, read, said } from '../manifest.testing.ts';

const expectations = (...lines: readonly string[]) =>
  read(NODE1, NODE2, board('expect:', ...lines.map((line) => `- ${line}`)));

test('an expectation names two ends and a result; a port means TCP, none a ping', () => {
  const { cluster, diagnostics } = expectations(
    '{ from: pod/shop/web, to: "pod/shop/db:5432", result: connected }',
    '{ from: node/node1, to: node/node2, result: replied, via: [node1/eth0] }',
    '{ from: node/node1, to: "node/node2:53", protocol: udp, result: refused }',
    '{ from: node/node1, to: node/node2, size: 1450, result: timeout }',
  );
  expect(diagnostics).toEqual([]);
  expect(cluster?.expect).toEqual([
    { from: 'pod/shop/web', to: 'pod/shop/db:5432', protocol: 'tcp', result: 'connected', via: [] },
    { from: 'node/node1', to: 'node/node2', protocol: 'icmp', result: 'replied', via: ['node1/eth0'] },
    { from: 'node/node1', to: 'node/node2:53', protocol: 'udp', result: 'refused', via: [] },
    { from: 'node/node1', to: 'node/node2', protocol: 'icmp', size: 1450, result: 'timeout', via: [] },
  ]);
});

test('a result that no packet can have, an unknown field and a missing end are errors at their places', () => {
  const result = expectations('{ from: node/node1, to: node/node2, result: ok }');
  expect(paramsOf(result, 'manifest.not-one-of')).toMatchObject({
    field: 'spec.expect[0].result',
    value: 'ok',
  });
  expect(said(expectations('{ from: node/node1, too: node/node2, result: replied }'))).toEqual([
    'error manifest.missing-field at 32:5 "{"',
    'error manifest.unknown-field.nearest at 32:30 "node/node2"',
  ]);
});

test('a connection may have its port and its endpoints chosen; a ping has neither, and a choice names both ends', () => {
  const given = expectations(
    '{ from: pod/a/b, to: svc/shop/web, protocol: tcp, sport: 40000, pick: [shop/web=pod/shop/web-1], result: connected }',
  );
  expect(given.diagnostics).toEqual([]);
  expect(given.cluster?.expect).toMatchObject([{ sport: 40000, pick: ['shop/web=pod/shop/web-1'] }]);
  const wrong = expectations(
    '{ from: node/node1, to: node/node2, sport: 1, pick: [shop/web=10.0.0.1], result: replied }',
    '{ from: pod/a/b, to: svc/shop/web, protocol: tcp, pick: [web], result: connected }',
  );
  expect(said(wrong).map((line) => line.replace(/ at .*/, ''))).toEqual([
    'error cluster.expect-no-port',
    'error cluster.expect-no-port',
    'error send.bad-pick',
  ]);
});

test('a size is for pings only', () => {
  const result = expectations(
    '{ from: node/node1, to: "node/node2:80", protocol: tcp, size: 900, result: refused }',
  );
  expect(said(result)).toEqual(['error cluster.expect-size at 32:67 "900"']);
  expect(result.cluster).toBeUndefined();
});
