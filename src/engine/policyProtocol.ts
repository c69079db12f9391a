/** What the page asks about NetworkPolicies: the matrix, why a cell is as it is, and what a policy says in words. */
import type { PolicyMessage } from '../lib/policyMessages.ts';
import type { Edit } from '../kube/policy/edits.ts';
import type { Changed, MatrixDiff } from '../kube/policy/matrixDiff.ts';
import type { NetworkPolicySpec, PeerText, PortText, SelectorText } from '../kube/manifest/networkPolicy.ts';
import type { Diagnostic } from '../kube/manifest/diagnostic.ts';
import type { Json } from '../kube/manifest/yamlText.ts';
import type { PolicyController } from '../kube/policy/networkPolicy.ts';
import type { Sentence } from '../kube/policy/sentence.ts';
import type { Failed, RuleWhy, SideWhy, Why } from '../kube/policy/why.ts';
import type { ObjectRef } from '../trace/types.ts';
import type { ChainRef } from './rulesProtocol.ts';

export type { ObjectRef };

export type {
  Changed,
  Edit,
  Failed,
  Json,
  MatrixDiff,
  NetworkPolicySpec,
  PeerText,
  PolicyController,
  PolicyMessage,
  PortText,
  RuleWhy,
  SelectorText,
  Sentence,
  SideWhy,
  Why,
};

/** The bits of a cell. */
export const CELL = { ingress: 1, egress: 2, allowed: 4, exempt: 8 } as const;

export interface MatrixSubject {
  /** as on the command line */
  readonly id: string;
  readonly kind: 'pod' | 'hostPod' | 'node' | 'client';
  /** '' for nodes and clients */
  readonly namespace: string;
  readonly name: string;
  /** what made the pod, `Deployment/web` */
  readonly workload?: string;
}

/** Ports that no rule tells apart. */
export interface MatrixPorts {
  /** `TCP 80`, `TCP 81-442`; empty for all that no rule names */
  readonly ranges: readonly string[];
  /** one of them, to send to */
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly isRest: boolean;
}

export interface MatrixAnswer {
  /** who enforces; undefined: the board has no policies */
  readonly controller: PolicyController | undefined;
  readonly policies: number;
  readonly subjects: readonly MatrixSubject[];
  readonly ports: readonly MatrixPorts[];
  /** which of the ports the cells are about */
  readonly chosen: number;
  /** a row for each subject as source, a byte for each destination: bits of CELL */
  readonly cells: Uint8Array;
  /** more subjects than can be shown: only the first of them are in here */
  readonly left: number;
  /** what the last change of the policies or pods opened and closed */
  readonly diff: MatrixDiff | undefined;
  /** counts the changes of the board's policies and pods: another one is what `diff` is about */
  readonly edition: number;
}

export interface WhyAnswer extends Why {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly controller: PolicyController | undefined;
  readonly edits: readonly Edit[];
  /** the rules that refuse, and those of each policy, where they stand */
  readonly rules: readonly WhyRule[];
}

/** A rule of iptables that has to do with a verdict. */
export interface WhyRule extends ChainRef {
  /** the namespace of the node */
  readonly ns: string;
  readonly number: number;
  readonly text: string;
  /** it refuses, or it leads to the rules of this policy */
  readonly policy?: string;
  readonly packets: number;
}

/** What the policy says at the cursor. */
export interface PolicyAtAnswer {
  readonly sentences: readonly Sentence[];
  /** the field at the cursor */
  readonly path: string;
  /** pods that the selector or rule at the cursor means; undefined: there is none there */
  readonly lit?: readonly string[];
  /** the policy as it is written, also one that the API server would refuse; undefined: the text cannot be read as one */
  readonly written?: WrittenPolicy;
}

/** A policy with the fields of its text and no defaults. */
export interface WrittenPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: NetworkPolicySpec;
}

/** The board beside another file, by the names of those who are in both. */
export type CompareResult =
  | {
      readonly status: 'compared';
      /** what the board opens and closes against the file; of the pairs only the first */
      readonly diff: MatrixDiff;
      /** the file has no pods: its policies were taken with the pods of the board */
      readonly isPoliciesOnly: boolean;
    }
  | { readonly status: 'rejected'; readonly diagnostics: readonly Diagnostic[] };

/** What a cluster has to choose from when a policy is written. */
export interface ClusterWords {
  /** labels of pods: each key with the values that it has */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly namespaceLabels: Readonly<Record<string, readonly string[]>>;
  readonly namespaces: readonly string[];
  /** numbers and names of container ports */
  readonly ports: readonly string[];
}
