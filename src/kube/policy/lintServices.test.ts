import { expect, it } from 'vitest';
import { createReader } from '../manifest/reader.ts';
import { boardText } from './board.testing.ts';
import { lintPolicies } from './lint.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: NodePort, selector: { app: db }, ports: [{ port: 80, targetPort: 5432, nodePort: 30080 }] }`;

function lint(spec: string, service = SERVICE): readonly string[] {
  const { cluster } = createReader().read(`${boardText(spec)}\n---\n${service}`);
  return cluster ? lintPolicies(cluster).map(({ message }) => message.id) : ['no board'];
}

const DB = 'podSelector: { matchLabels: { app: db } }';

it('the port of a Service is not the port that a policy sees', () => {
  expect(lint(`{ ${DB}, ingress: [{ ports: [{ port: 80 }] }] }`)).toEqual(['lint.service-port']);
  expect(lint(`{ ${DB}, ingress: [{ ports: [{ port: 5432 }] }] }`)).toEqual([]);
});

it('a client behind a NodePort can arrive with a node’s address, unless its Service is Local', () => {
  const spec = `{ ${DB}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }`;
  expect(lint(spec)).toEqual(['lint.snat']);
  expect(lint(spec, SERVICE.replace('NodePort,', 'NodePort, externalTrafficPolicy: Local,'))).toEqual([]);
});
