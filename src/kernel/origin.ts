/**
 * Who wrote a row. Every route, neighbour, fdb entry, address, device and (later) rule carries its origin, which leads from
 * a dropped packet to a line in the editor.
 */
export interface ObjectRef {
  readonly kind: string;
  /** '' for objects that live in no namespace (Node) */
  readonly namespace: string;
  readonly name: string;
  /** field path inside the object, as kubectl explain spells it: `spec.podCIDR`; '' for the object as a whole */
  readonly path: string;
}

export interface Origin {
  /** 'machine' is the node's own network set-up (netplan, ifcfg, the cloud); 'kernel' what Linux does by itself. */
  readonly by:
    | 'flanneld'
    | 'kube-proxy'
    | 'network-policy'
    | 'kubelet'
    | 'containerd'
    | 'cni'
    | 'docker'
    | 'kernel'
    | 'machine'
    | 'user';
  readonly object?: ObjectRef;
}

export const BY_KERNEL: Origin = { by: 'kernel' };
export const BY_MACHINE: Origin = { by: 'machine' };
export const BY_USER: Origin = { by: 'user' };
