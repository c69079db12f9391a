/** Clusters with Services, each with what it is there to show. */
import affinity from './gallery/services/affinity.yaml?raw';
import apiService from './gallery/services/api.yaml?raw';
import dns from './gallery/services/dns.yaml?raw';
import hairpin from './gallery/services/hairpin.yaml?raw';
import kubeDns from './gallery/services/kube-dns.yaml?raw';
import local from './gallery/services/local.yaml?raw';
import nodePort from './gallery/services/nodeport.yaml?raw';
import staleUdp from './gallery/services/stale-udp.yaml?raw';
import twoNodes from './gallery/two-nodes.yaml?raw';
import { patched, withBackend, withBoard, withDocuments } from './derive.ts';

export type ServiceBoardId =
  'nodeport' | 'nodeport-host-gw' | 'nodeport-udp' | 'local' | 'hairpin' | 'affinity' | 'dns' | 'stale-udp';

/** two-nodes, and a Service in front of the pod api: 10.96.0.20:80, NodePort 30080. */
export const withApi = withDocuments(twoNodes, apiService);
/** The same with CoreDNS. */
export const withDns = withDocuments(withApi, kubeDns);

const withLocal = patched(withApi, [
  { find: 'externalTrafficPolicy: Cluster', replace: 'externalTrafficPolicy: Local' },
]);

/** Every pod answers UDP 5353, too. */
const withUdp = twoNodes.replaceAll(
  /( {4}- name: (?:http|db)\n {6}containerPort: 8080\n {6}protocol: TCP\n)/g,
  '$1    - name: udp\n      containerPort: 5353\n      protocol: UDP\n',
);

export const serviceBoards: readonly { readonly id: ServiceBoardId; readonly text: string }[] = [
  { id: 'nodeport', text: withBoard(withApi, nodePort) },
  { id: 'nodeport-host-gw', text: withBoard(withBackend(withApi, 'host-gw'), nodePort) },
  { id: 'nodeport-udp', text: withBoard(withBackend(withApi, '""'), nodePort) },
  { id: 'local', text: withBoard(withLocal, local) },
  { id: 'hairpin', text: withBoard(withApi, hairpin) },
  { id: 'affinity', text: withBoard(twoNodes, affinity) },
  { id: 'dns', text: withBoard(withDns, dns) },
  { id: 'stale-udp', text: withBoard(withUdp, staleUdp) },
];
