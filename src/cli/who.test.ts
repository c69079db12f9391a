import { expect, it } from 'vitest';
import { must } from '../lib/assert.ts';
import { ipv4 } from '../wire/address.ts';
import { createReader } from '../kube/manifest/reader.ts';
import { defaultScenario } from '../scenario/gallery.ts';
import { whoOwns } from './who.ts';

const cluster = must(createReader().read(defaultScenario.text).cluster, 'the first board of the gallery');

it("names the pod that has an address, and each machine's row towards it with who wrote it", () => {
  const lines = whoOwns(cluster, ipv4('10.244.2.2'));
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}shop\/\w+: eth0 inet 10\.244\.2\.2\/24 .*# cni: Pod shop\//),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}node1: 10\.244\.2\.0\/24 via 10\.244\.2\.0 dev flannel\.1 .*# flanneld/),
  );
});

it('says of an address that nobody has which blocks it is in', () => {
  expect(whoOwns(cluster, ipv4('10.244.1.99')).slice(0, 3)).toEqual([
    '10.244.1.99 belongs to',
    '  nobody',
    '  in 10.244.1.0/24, for the pods of node1',
  ]);
});

it('names the Service of a virtual address', () => {
  const text = `${defaultScenario.text}
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 10.96.0.77, selector: { app: web }, ports: [{ port: 80 }] }
`;
  const services = must(createReader().read(text).cluster, 'a board with a Service');
  expect(whoOwns(services, ipv4('10.96.0.77')).slice(0, 3)).toEqual([
    '10.96.0.77 belongs to',
    '  Service shop/web: clusterIP',
    'and is sent',
  ]);
});
