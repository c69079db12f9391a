import { expect, it } from 'vitest';
import { endpointChain, portName, serviceHash } from './names.ts';

it.each([
  ['default/kubernetes:https', 'tcp', 'NPX46M4PTMTKRN6Y'],
  ['kube-system/kube-dns:dns', 'udp', 'TCOU7JCQXEZGVUNU'],
  ['kube-system/kube-dns:dns-tcp', 'tcp', 'ERIFXISQEP7F7OF4'],
  ['kube-system/kube-dns:metrics', 'tcp', 'JD5MR3NA4I4DYORP'],
])('%s %s has the hash that every cluster shows', (port, protocol, hash) => {
  expect(serviceHash(port, protocol)).toBe(hash);
});

it('an endpoint has a chain of its own for each service port', () => {
  expect(endpointChain('ns1/svc1:p80', 'tcp', '10.180.0.1:80')).toBe('KUBE-SEP-SXIVWICOYRO3J4NJ');
});

it('a port without a name adds no colon', () => {
  expect(portName('ns1', 'svc1', '')).toBe('ns1/svc1');
});
