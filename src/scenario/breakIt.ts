/**
 * Clusters that do not work, as people meet them (shared/facts/dataplane.md section 6), each with the mend that is told about
 * them. What they expect (`spec.expect`) tells broken from mended.
 */
import dnsForgotten from './gallery/break/dns-forgotten.yaml?raw';
import policyBehindFlannel from './gallery/break/policy-behind-flannel.yaml?raw';
import policyIgnored from './gallery/break/policy-ignored.yaml?raw';
import bridgeNfOff from './gallery/break/bridge-nf-off.yaml?raw';
import clientIpLost from './gallery/break/client-ip-lost.yaml?raw';
import namesForgotten from './gallery/break/names-forgotten.yaml?raw';
import firewall8472 from './gallery/break/firewall-8472.yaml?raw';
import hairpinOff from './gallery/break/hairpin-off.yaml?raw';
import hostGwRouter from './gallery/break/host-gw-router.yaml?raw';
import mtuBlackHole from './gallery/break/mtu-black-hole.yaml?raw';
import noEndpoints from './gallery/break/no-endpoints.yaml?raw';
import noPodCidr from './gallery/break/no-pod-cidr.yaml?raw';
import ruleOrder from './gallery/break/rule-order.yaml?raw';
import vtepMac from './gallery/break/vtep-mac.yaml?raw';
import annotationsWiped from './gallery/break/annotations-wiped.yaml?raw';
import cni0OtherSubnet from './gallery/break/cni0-other-subnet.yaml?raw';
import cniNotInitialised from './gallery/break/cni-not-initialised.yaml?raw';
import directRouting from './gallery/break/direct-routing.yaml?raw';
import firstSubnet from './gallery/break/first-subnet.yaml?raw';
import forwardDrop from './gallery/break/forward-drop.yaml?raw';
import ipamLeak from './gallery/break/ipam-leak.yaml?raw';
import samePublicIp from './gallery/break/same-public-ip.yaml?raw';
import staleLease from './gallery/break/stale-lease.yaml?raw';
import subnetEnvGone from './gallery/break/subnet-env-gone.yaml?raw';
import threeNodes from './gallery/three-nodes.yaml?raw';
import twoNodes from './gallery/two-nodes.yaml?raw';
import { policyBase, policyBaseWithDns } from './policyBoards.ts';
import { patched, withBackend, withBoard, withoutPodIps, type Patch } from './derive.ts';
import { withApi, withDns } from './serviceBoards.ts';

export type BreakItId =
  | 'firewall-8472'
  | 'mtu-black-hole'
  | 'bridge-nf-off'
  | 'vtep-mac'
  | 'host-gw-router'
  | 'no-pod-cidr'
  | 'annotations-wiped'
  | 'cni0-other-subnet'
  | 'cni-not-initialised'
  | 'direct-routing'
  | 'forward-drop'
  | 'ipam-leak'
  | 'same-public-ip'
  | 'stale-lease'
  | 'first-subnet'
  | 'subnet-env-gone'
  | 'policy-ignored'
  | 'policy-behind-flannel'
  | 'no-endpoints'
  | 'hairpin-off'
  | 'client-ip-lost'
  | 'rule-order'
  | 'names-forgotten'
  | 'dns-forgotten';

/** What makes it work again: commands typed in terminals, or an edit of the text. */
export type Mend =
  | { readonly run: readonly { readonly on: string; readonly line: string }[] }
  | { readonly edit: readonly Patch[] };

export interface BreakIt {
  readonly id: BreakItId;
  readonly text: string;
  readonly mend: Mend;
}

const NODE2_CIDR = '  podCIDR: 10.244.2.0/24\n  podCIDRs:\n  - 10.244.2.0/24\n';

/** node2 without a podCIDR, and its pods as they are then: waiting. */
const twoNodesOneCidr = patched(twoNodes, [
  { find: `spec:\n${NODE2_CIDR}`, replace: 'spec: {}\n' },
  ...['10.244.2.2', '10.244.2.3'].map((ip) => ({
    find: `  phase: Running\n  podIP: ${ip}\n  podIPs:\n  - ip: ${ip}`,
    replace: '  phase: Pending',
  })),
]);

const OVERWRITE = 'flannel.alpha.coreos.com/public-ip-overwrite: 10.0.2.15';
const publicIp = (ip: string): string => `flannel.alpha.coreos.com/public-ip: ${ip}\n`;

/** What Vagrant makes: each node announces the address of the first card. */
const twoNodesOneIp = patched(
  twoNodes,
  ['192.168.0.11', '192.168.0.12'].map((ip) => ({
    find: publicIp(ip),
    replace: `${publicIp(ip)}    ${OVERWRITE}\n`,
  })),
);

const MAIL = `---
apiVersion: v1
kind: Pod
metadata:
  name: mail
  namespace: shop
spec:
  nodeName: node2
  containers:
  - name: mail
    ports:
    - containerPort: 8080
`;

/** node2 with five addresses for its three pods, which host-local chooses. */
const twoNodesFew = patched(withoutPodIps(twoNodes) + MAIL, [
  { find: NODE2_CIDR, replace: NODE2_CIDR.replaceAll('10.244.2.0/24', '10.244.2.0/29') },
]);

/** kubelet tries again within ten seconds. */
const WAIT = { on: 'node2', line: 'sleep 11' };

export const breakIt: readonly BreakIt[] = [
  {
    id: 'firewall-8472',
    text: withBoard(twoNodes, firewall8472),
    mend: { run: [{ on: 'node2', line: 'iptables -D INPUT -p udp --dport 8472 -j DROP' }] },
  },
  {
    id: 'mtu-black-hole',
    text: withBoard(twoNodes, mtuBlackHole),
    mend: { run: [{ on: 'node2', line: 'ip link set eth0 mtu 1500' }] },
  },
  {
    id: 'bridge-nf-off',
    text: withBoard(twoNodes, bridgeNfOff),
    mend: { run: [{ on: 'node1', line: 'sysctl -w net.bridge.bridge-nf-call-iptables=1' }] },
  },
  {
    id: 'vtep-mac',
    text: withBoard(twoNodes, vtepMac),
    mend: {
      run: [
        { on: 'node2', line: 'ip link set flannel.1 address 0e:f1:a0:00:00:02' },
        {
          on: 'node2',
          line: 'ip neigh replace 10.244.1.0 lladdr 0e:f1:a0:00:00:01 dev flannel.1 nud permanent',
        },
      ],
    },
  },
  {
    id: 'host-gw-router',
    text: withBoard(withBackend(threeNodes, 'host-gw'), hostGwRouter),
    mend: { edit: [{ find: 'flannel: { backend: host-gw }', replace: 'flannel: { backend: vxlan }' }] },
  },
  {
    id: 'same-public-ip',
    text: withBoard(twoNodesOneIp, samePublicIp),
    mend: {
      edit: ['192.168.0.11', '192.168.0.12'].map((ip) => ({
        find: `${publicIp(ip)}    ${OVERWRITE}\n`,
        replace: publicIp(ip),
      })),
    },
  },
  {
    id: 'cni0-other-subnet',
    text: withBoard(twoNodes, cni0OtherSubnet),
    mend: { run: [{ on: 'node2', line: 'ip link del cni0' }, WAIT] },
  },
  {
    id: 'ipam-leak',
    text: withBoard(twoNodesFew, ipamLeak),
    mend: {
      run: [
        ...[2, 3, 4].map((host) => ({
          on: 'node2',
          line: `rm /var/lib/cni/networks/cbr0/10.244.2.${host}`,
        })),
        WAIT,
      ],
    },
  },
  {
    id: 'subnet-env-gone',
    text: withBoard(twoNodes, subnetEnvGone),
    mend: { run: [{ on: 'node2', line: 'systemctl start flanneld' }, WAIT] },
  },
  {
    id: 'forward-drop',
    text: withBoard(twoNodes, forwardDrop),
    mend: {
      edit: [{ find: 'iptablesForwardRules: false }', replace: 'iptablesForwardRules: true }' }],
    },
  },
  {
    id: 'stale-lease',
    text: withBoard(twoNodes, staleLease),
    mend: { run: [{ on: 'node1', line: 'systemctl start flanneld' }] },
  },
  {
    id: 'first-subnet',
    text: withBoard(twoNodes.replaceAll('10.244.1.', '10.244.0.'), firstSubnet),
    mend: {
      run: [
        { on: 'node1', line: 'sleep 2' },
        { on: 'node2', line: 'systemctl restart flanneld' },
      ],
    },
  },
  {
    id: 'direct-routing',
    text: withBoard(twoNodes, directRouting),
    mend: { edit: [{ find: 'directRouting: true }', replace: 'directRouting: false }' }] },
  },
  {
    id: 'annotations-wiped',
    text: withBoard(twoNodes, annotationsWiped),
    mend: { run: [{ on: 'node2', line: 'systemctl restart flanneld' }] },
  },
  {
    id: 'cni-not-initialised',
    text: withBoard(twoNodes, cniNotInitialised),
    mend: { run: [{ on: 'node2', line: 'systemctl restart flanneld' }, WAIT] },
  },
  {
    id: 'no-pod-cidr',
    text: withBoard(twoNodesOneCidr, noPodCidr),
    mend: { edit: [{ find: 'spec: {}\n', replace: `spec:\n${NODE2_CIDR}` }] },
  },
  {
    id: 'policy-ignored',
    text: withBoard(policyBase, policyIgnored),
    mend: { edit: [{ find: 'policyController: none', replace: 'policyController: kube-router' }] },
  },
  {
    id: 'policy-behind-flannel',
    text: withBoard(policyBaseWithDns, policyBehindFlannel),
    mend: {
      run: ['node1', 'node2'].map((on) => ({ on, line: 'iptables -D FORWARD -j FLANNEL-FWD' })),
    },
  },
  {
    id: 'dns-forgotten',
    text: withBoard(policyBaseWithDns, dnsForgotten),
    mend: {
      edit: [
        {
          find: '          app: web\n',
          replace: `          app: web
  - to:
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - port: 53
      protocol: UDP
    - port: 53
`,
        },
      ],
    },
  },
  {
    id: 'no-endpoints',
    text: withBoard(
      patched(withApi, [
        {
          find: '  selector:\n    app.kubernetes.io/name: api\n',
          replace: '  selector:\n    app.kubernetes.io/name: apis\n',
        },
      ]),
      noEndpoints,
    ),
    mend: { edit: [{ find: 'app.kubernetes.io/name: apis\n', replace: 'app.kubernetes.io/name: api\n' }] },
  },
  {
    id: 'hairpin-off',
    text: withBoard(withApi, hairpinOff),
    mend: { run: [{ on: 'node2', line: 'bridge link set dev veth3665cf3c hairpin on' }] },
  },
  {
    id: 'client-ip-lost',
    text: withBoard(withApi, clientIpLost),
    mend: {
      edit: [{ find: 'externalTrafficPolicy: Cluster', replace: 'externalTrafficPolicy: Local' }],
    },
  },
  {
    id: 'rule-order',
    text: withBoard(withApi, ruleOrder),
    mend: {
      run: [
        {
          on: 'node2',
          line: 'iptables -t nat -D POSTROUTING -s 10.244.0.0/16 -d 10.244.0.0/16 -j ACCEPT',
        },
      ],
    },
  },
  {
    id: 'names-forgotten',
    text: withBoard(withDns, namesForgotten),
    mend: {
      edit: [
        {
          find: '    ports:\n    - port: 8080\n---',
          replace:
            '    ports:\n    - port: 8080\n  - to:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n    ports:\n    - port: 53\n      protocol: UDP\n---',
        },
      ],
    },
  },
];
