/** One Node in kubectl's spelling: keys in alphabetical order, lists at the column of their key. */
import { CREATED, printManagedFields } from './managedFields.ts';

export interface NodeFacts {
  readonly name: string;
  readonly ip: string;
  readonly podCIDR: string;
  readonly mac: string;
  readonly uid: string;
  readonly managedFields: boolean;
}

const NODE_FIELDS = ['f:addresses', 'f:allocatable', 'f:capacity', 'f:conditions', 'f:images', 'f:nodeInfo'];

export function dumpNode({ name, ip, podCIDR, mac, uid, managedFields }: NodeFacts): string {
  return `apiVersion: v1
kind: Node
metadata:
  annotations:
    flannel.alpha.coreos.com/backend-data: '{"VNI":1,"VtepMAC":"${mac}"}'
    flannel.alpha.coreos.com/backend-type: vxlan
    flannel.alpha.coreos.com/kube-subnet-manager: "true"
    flannel.alpha.coreos.com/public-ip: ${ip}
    kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd/containerd.sock
    node.alpha.kubernetes.io/ttl: "0"
    volumes.kubernetes.io/controller-managed-attach-detach: "true"
  creationTimestamp: ${CREATED}
  labels:
    beta.kubernetes.io/arch: amd64
    beta.kubernetes.io/os: linux
    kubernetes.io/arch: amd64
    kubernetes.io/hostname: ${name}
    kubernetes.io/os: linux
${managedFields ? `${printManagedFields('kubelet', NODE_FIELDS)}\n` : ''}  name: ${name}
  resourceVersion: "20417"
  uid: ${uid}
spec:
  podCIDR: ${podCIDR}
  podCIDRs:
  - ${podCIDR}
status:
  addresses:
  - address: ${ip}
    type: InternalIP
  - address: ${name}
    type: Hostname
  allocatable:
    cpu: "4"
    ephemeral-storage: "47093746742"
    hugepages-1Gi: "0"
    hugepages-2Mi: "0"
    memory: 8042428Ki
    pods: "110"
  capacity:
    cpu: "4"
    ephemeral-storage: 51100224Ki
    hugepages-1Gi: "0"
    hugepages-2Mi: "0"
    memory: 8144828Ki
    pods: "110"
  conditions:
  - lastHeartbeatTime: ${CREATED}
    lastTransitionTime: ${CREATED}
    message: Flannel is running on this node
    reason: FlannelIsUp
    status: "False"
    type: NetworkUnavailable
  - lastHeartbeatTime: ${CREATED}
    lastTransitionTime: ${CREATED}
    message: kubelet is posting ready status
    reason: KubeletReady
    status: "True"
    type: Ready
  daemonEndpoints:
    kubeletEndpoint:
      Port: 10250
  images:
  - names:
    - registry.example/shop/web@sha256:${uid.replaceAll('-', '')}${uid.replaceAll('-', '')}
    - registry.example/shop/web:1.4
    sizeBytes: 72812931
  nodeInfo:
    architecture: amd64
    bootID: ${uid}
    containerRuntimeVersion: containerd://1.7.24
    kernelVersion: 6.1.0-28-amd64
    kubeProxyVersion: v1.32.1
    kubeletVersion: v1.32.1
    machineID: ${uid.replaceAll('-', '')}
    operatingSystem: linux
    osImage: Debian GNU/Linux 12 (bookworm)
    systemUUID: ${uid}`;
}
