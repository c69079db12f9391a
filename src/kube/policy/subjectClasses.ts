/**
 * Subjects that no policy tells apart are one class: the replicas of a Deployment, say. Two are told apart by their namespace, by
 * labels under a key that some selector names, by an end of an ipBlock between their addresses, or by a named port.
 */
import { networkOf, lastOf, type Ipv4 } from '../../wire/address.ts';
import type { LabelSelector, NetworkPolicy } from './networkPolicy.ts';
import { numbersOf } from './match.ts';
import type { Subject } from './subject.ts';

/** What policies look at. */
export interface Attributes {
  /** label keys of pods, sorted */
  readonly keys: readonly string[];
  /** the first addresses of the pieces into which ipBlocks cut all addresses, ascending */
  readonly starts: readonly number[];
  /** `PROTOCOL name`, sorted */
  readonly portNames: readonly string[];
}

export interface SubjectClasses {
  /** the class of each subject */
  readonly of: Uint32Array;
  /** one subject of each class */
  readonly first: readonly Subject[];
  /** how many subjects each class has */
  readonly size: Uint32Array;
}

export function attributesOf(policies: readonly NetworkPolicy[]): Attributes {
  const keys = new Set<string>();
  const starts = new Set<number>();
  const portNames = new Set<string>();
  const addKeys = ({ matchLabels, matchExpressions }: LabelSelector): void => {
    for (const key of Object.keys(matchLabels)) keys.add(key);
    for (const { key } of matchExpressions) keys.add(key);
  };
  for (const { podSelector, ingress, egress } of policies) {
    addKeys(podSelector);
    for (const rules of [ingress, egress])
      for (const { peers, self, ports } of rules) {
        for (const peer of [...peers, ...(self ?? [])]) {
          if (peer.kind === 'pods') {
            if (peer.podSelector) addKeys(peer.podSelector);
            continue;
          }
          for (const block of peer.cidr ? [peer.cidr, ...peer.except] : []) {
            starts.add(networkOf(block).address);
            starts.add(lastOf(block) + 1);
          }
        }
        for (const { port, protocol } of ports)
          if (typeof port === 'string') portNames.add(`${protocol} ${port}`);
      }
  }
  return {
    keys: [...keys].toSorted(),
    starts: [...starts].toSorted((a, b) => a - b),
    portNames: [...portNames].toSorted(),
  };
}

/** Everything that policies with these attributes can see of a subject, as a text. */
export function seenOf(subject: Subject, { keys, starts, portNames }: Attributes): string {
  const { pod, ip, reachedAt } = subject;
  const where = ip === undefined ? '-' : `${pieceOf(starts, ip)},${pieceOf(starts, reachedAt ?? ip)}`;
  if (!pod) return `:${where}`;
  let text = `${pod.namespace}:${where}`;
  for (const key of keys) text += Object.hasOwn(pod.labels, key) ? `\n${pod.labels[key]}` : '\n\t';
  for (const name of portNames) {
    const [protocol, port = ''] = name.split(' ');
    if (protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP')
      text += `\n${numbersOf(port, protocol, subject).join()}`;
  }
  return text;
}

/** How many pieces begin at or before the address. */
function pieceOf(starts: readonly number[], ip: Ipv4): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= ip) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function subjectClassesOf(subjects: readonly Subject[], attributes: Attributes): SubjectClasses {
  const known = new Map<string, number>();
  const of = new Uint32Array(subjects.length);
  const first: Subject[] = [];
  const sizes: number[] = [];
  subjects.forEach((subject, i) => {
    const seen = seenOf(subject, attributes);
    let id = known.get(seen);
    if (id === undefined) {
      known.set(seen, (id = first.length));
      first.push(subject);
      sizes.push(0);
    }
    of[i] = id;
    sizes[id] = (sizes[id] ?? 0) + 1;
  });
  return { of, first, size: Uint32Array.from(sizes) };
}

/** Does a policy with these attributes tell two subjects of one class apart? */
export function splits(
  subjects: readonly Subject[],
  { of, first }: SubjectClasses,
  attributes: Attributes,
): boolean {
  const seen = first.map((subject) => seenOf(subject, attributes));
  return subjects.some((subject, i) => seenOf(subject, attributes) !== seen[of[i] ?? 0]);
}
