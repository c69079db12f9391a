/** Names that a runtime makes up for a sandbox. Real ones are random; ours come from the pod and how often it was tried. */
import { hashText } from '../../lib/random.ts';
import type { NetNsId } from '../../kernel/recorder.ts';
import type { ClusterPod } from '../cluster.ts';
import { podNs } from '../ids.ts';

/** A pod's sandbox as the runtime knows it. */
export interface Sandbox {
  /** container id of the pause container */
  readonly id: string;
  /** where its network namespace can be opened */
  readonly netns: string;
  readonly pod: NetNsId;
}

const word = (text: string): string => hashText(text).toString(16).padStart(8, '0');

/** `count` eights of hex digits. */
export function hexOf(text: string, count: number): string {
  return Array.from({ length: count }, (_, i) => word(`${i} ${text}`)).join('');
}

export function uuidOf(text: string): string {
  const hex = hexOf(text, 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `metadata.uid` of a pod, which no dump without it tells. */
export function uidOf(pod: ClusterPod): string {
  return uuidOf(`uid ${podNs(pod)}`);
}
