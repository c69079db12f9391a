/** `spec.kubeProxy` of the Board document, with kubeadm's defaults. */
import type { Cidr } from '../../../wire/address.ts';
import { DEFAULT_KUBE_PROXY, type DetectLocal, type KubeProxyConfig } from '../../kubeProxy/options.ts';
import type { BoardManifest } from '../boardDocument.ts';

type Written = NonNullable<NonNullable<BoardManifest['spec']>['kubeProxy']>;

/** `network`: kubeadm gives kube-proxy the pod network as its clusterCIDR. */
export function resolveKubeProxy(
  written: Written | null | undefined,
  network: Cidr | undefined,
): KubeProxyConfig {
  const { mode, iptables, nodePortAddresses } = written ?? {};
  const { masqueradeAll, localhostNodePorts } = iptables ?? {};
  return {
    mode: mode ?? DEFAULT_KUBE_PROXY.mode,
    detectLocal: detectLocalOf(written ?? {}, network),
    masqueradeAll: masqueradeAll ?? DEFAULT_KUBE_PROXY.masqueradeAll,
    localhostNodePorts: localhostNodePorts ?? DEFAULT_KUBE_PROXY.localhostNodePorts,
    nodePortAddresses: nodePortAddresses ?? DEFAULT_KUBE_PROXY.nodePortAddresses,
  };
}

function detectLocalOf(
  { clusterCIDR, detectLocalMode, detectLocal }: Written,
  network: Cidr | undefined,
): DetectLocal {
  const none: DetectLocal = { mode: 'None' };
  switch (detectLocalMode ?? 'ClusterCIDR') {
    case 'NodeCIDR':
      return { mode: 'NodeCIDR' };
    case 'BridgeInterface': {
      const bridge = detectLocal?.bridgeInterface ?? '';
      return bridge === '' ? none : { mode: 'BridgeInterface', bridge };
    }
    case 'InterfaceNamePrefix': {
      const prefix = detectLocal?.interfaceNamePrefix ?? '';
      return prefix === '' ? none : { mode: 'InterfaceNamePrefix', prefix };
    }
    case 'ClusterCIDR': {
      const cidr = clusterCIDR ?? network;
      return cidr === '' || cidr === undefined ? none : { mode: 'ClusterCIDR', cidr };
    }
  }
}
