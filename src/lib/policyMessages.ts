/**
 * What is said of NetworkPolicies. These sentences are many and long and only looked at where policies are, so they are apart from
 * `MessageParams`: their words are loaded with what shows them.
 */
export interface PolicyMessageParams {
  // ---- why a peer or a port of a rule does not fit ----
  'miss.label': {
    readonly whose: 'pod' | 'namespace';
    readonly of: string;
    readonly wanted: string;
    readonly has: string;
  };
  'miss.label.none': {
    readonly whose: 'pod' | 'namespace';
    readonly of: string;
    readonly wanted: string;
    readonly key: string;
  };
  'miss.namespace': { readonly wanted: string; readonly is: string };
  'miss.no-pod': { readonly who: string };
  'miss.no-address': { readonly who: string };
  'miss.cidr': { readonly cidr: string; readonly ip: string };
  'miss.except': { readonly cidr: string; readonly ip: string };
  'miss.ipv6': { readonly text: string };
  'miss.protocol': { readonly wanted: string; readonly is: string };
  'miss.port': { readonly wanted: string; readonly is: number };
  'miss.port-name': { readonly name: string; readonly who: string; readonly is: number };
  'miss.port-name.other': {
    readonly name: string;
    readonly who: string;
    readonly numbers: string;
    readonly is: number;
  };
  /** the rule is there because kube-router writes both directions into one chain, and it does not fit the pod itself */
  'miss.self': { readonly who: string };

  // ---- one side of a connection ----
  'side.open': { readonly who: string; readonly direction: 'ingress' | 'egress' };
  'side.no-pod': { readonly who: string };
  'side.admitted': {
    readonly who: string;
    readonly direction: 'ingress' | 'egress';
    readonly policy: string;
  };
  'side.denied': {
    readonly who: string;
    readonly direction: 'ingress' | 'egress';
    readonly policies: readonly string[];
  };
  'side.denied.no-rules': {
    readonly who: string;
    readonly direction: 'ingress' | 'egress';
    readonly policies: readonly string[];
  };
  'exempt.loopback': { readonly who: string };
  'exempt.own-node': { readonly pod: string; readonly node: string };

  // ---- edits that would let it through ----
  'edit.add-port': { readonly policy: string; readonly rule: string; readonly port: string };
  'edit.add-peer': { readonly policy: string; readonly rule: string; readonly peer: string };
  'edit.add-rule': {
    readonly policy: string;
    readonly direction: 'ingress' | 'egress';
    readonly peer: string;
    readonly port: string;
  };
  'edit.label-pod': { readonly pod: string; readonly label: string };
  'edit.label-namespace': { readonly namespace: string; readonly label: string };

  // ---- a policy in words ----
  'policy.selects': { readonly pods: string; readonly namespace: string };
  'policy.isolates': { readonly directions: readonly ('ingress' | 'egress')[] };
  'policy.rule': {
    readonly direction: 'ingress' | 'egress';
    readonly peers: readonly PeerWords[];
    readonly ports: readonly string[];
  };
  'policy.no-rules': { readonly direction: 'ingress' | 'egress' };
  'policy.ignored': { readonly direction: 'ingress' | 'egress' };
}

/** A peer to be put into words: `podsOf` undefined = every pod. */
export type PeerWords =
  | {
      readonly kind: 'pods';
      /** requirements on the labels of the pods, as kubectl writes them; empty = every pod */
      readonly pods: readonly string[];
      /** requirements on the labels of their namespaces; empty = every namespace; undefined = `namespace` */
      readonly namespaces?: readonly string[];
      readonly namespace: string;
    }
  | { readonly kind: 'block'; readonly cidr: string; readonly except: readonly string[] };

export type PolicyMessageId = keyof PolicyMessageParams;
export type PolicyMessage = {
  [K in PolicyMessageId]: { readonly id: K; readonly params: PolicyMessageParams[K] };
}[PolicyMessageId];

/** A message of one id; the compiler checks that the parameters are those of the id. */
export function policyMessage<K extends PolicyMessageId>(
  id: K,
  params: PolicyMessageParams[K],
): PolicyMessage {
  return { id, params } as unknown as PolicyMessage;
}
