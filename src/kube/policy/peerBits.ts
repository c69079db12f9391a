/** Which subject classes a selector, a peer or a policy means, as bits; each text is looked at once. */
import { contains } from '../../wire/address.ts';
import { allBits, intersect, noBits, setBit, subtract, unite, type Bits } from './bits.ts';
import { matchesSelector, numbersOf } from './match.ts';
import type { Direction, LabelSelector, NetworkPolicy, Peer, PodPeer, Protocol } from './networkPolicy.ts';
import { labelsOfNamespace, type NamespaceLabels, type Subject } from './subject.ts';

export class PeerBits {
  readonly #subjects: readonly Subject[];
  readonly #namespaces: NamespaceLabels;
  readonly #pods: Bits;
  readonly #byNamespace = new Map<string, Bits>();
  /** key -> value -> the pods that have it */
  readonly #byLabel = new Map<string, Map<string, Bits>>();
  readonly #known = new Map<string, Bits>();
  /** the same by object, where making the text costs more than the look-up */
  readonly #selected = new WeakMap<NetworkPolicy, Bits>();
  readonly #peers = new Map<Direction, WeakMap<Peer, Map<string, Bits>>>();

  /** `subjects` are one of each class. */
  constructor(subjects: readonly Subject[], namespaces: NamespaceLabels) {
    this.#subjects = subjects;
    this.#namespaces = namespaces;
    this.#pods = noBits(subjects.length);
    subjects.forEach(({ pod }, i) => {
      if (!pod) return;
      setBit(this.#pods, i);
      let own = this.#byNamespace.get(pod.namespace);
      if (!own) this.#byNamespace.set(pod.namespace, (own = noBits(subjects.length)));
      setBit(own, i);
    });
  }

  /** The pods that a policy selects. */
  selected(policy: NetworkPolicy): Bits {
    let bits = this.#selected.get(policy);
    if (!bits) this.#selected.set(policy, (bits = this.#inNamespace(policy.namespace, policy.podSelector)));
    return bits;
  }

  /** The subjects that a peer of this policy means, as sources (ingress) or destinations (egress). */
  peer(peer: Peer, { namespace }: NetworkPolicy, direction: Direction): Bits {
    let byPeer = this.#peers.get(direction);
    if (!byPeer) this.#peers.set(direction, (byPeer = new WeakMap()));
    let byNamespace = byPeer.get(peer);
    if (!byNamespace) byPeer.set(peer, (byNamespace = new Map()));
    let bits = byNamespace.get(namespace);
    if (!bits) byNamespace.set(namespace, (bits = this.#peer(peer, namespace, direction)));
    return bits;
  }

  #peer(peer: Peer, namespace: string, direction: Direction): Bits {
    if (peer.kind === 'pods') return this.#podPeer(peer, namespace);
    return this.#once(`block ${direction} ${JSON.stringify([peer.cidr, peer.except])}`, () =>
      this.#where((subject) => {
        const ip = direction === 'egress' ? (subject.reachedAt ?? subject.ip) : subject.ip;
        if (ip === undefined || peer.cidr === undefined || !contains(peer.cidr, ip)) return false;
        return !peer.except.some((block) => contains(block, ip));
      }),
    );
  }

  /** The destinations on which a named port of that protocol is this number. */
  named(name: string, protocol: Protocol, number: number): Bits {
    return this.#once(`port ${protocol} ${name} ${number}`, () =>
      this.#where((subject) => numbersOf(name, protocol, subject).includes(number)),
    );
  }

  #where(fits: (subject: Subject) => boolean): Bits {
    const bits = noBits(this.#subjects.length);
    this.#subjects.forEach((subject, i) => {
      if (fits(subject)) setBit(bits, i);
    });
    return bits;
  }

  #once(key: string, make: () => Bits): Bits {
    let bits = this.#known.get(key);
    if (!bits) this.#known.set(key, (bits = make()));
    return bits;
  }

  #inNamespace(namespace: string, selector: LabelSelector | undefined): Bits {
    const text = selector ? JSON.stringify(selector) : '';
    return this.#once(`in ${namespace} ${text}`, () => {
      const own = this.#byNamespace.get(namespace);
      if (!own) return noBits(this.#subjects.length);
      if (!selector) return own;
      const bits = own.slice();
      intersect(bits, this.#selector(selector));
      return bits;
    });
  }

  #podPeer({ podSelector, namespaceSelector }: PodPeer, own: string): Bits {
    if (!namespaceSelector) return this.#inNamespace(own, podSelector);
    const texts = `${JSON.stringify(namespaceSelector)} ${JSON.stringify(podSelector) ?? ''}`;
    return this.#once(`peer ${texts}`, () => {
      const bits = this.#inNamespaces(namespaceSelector).slice();
      if (podSelector) intersect(bits, this.#selector(podSelector));
      return bits;
    });
  }

  #inNamespaces(selector: LabelSelector): Bits {
    return this.#once(`namespaces ${JSON.stringify(selector)}`, () => {
      const bits = noBits(this.#subjects.length);
      for (const [name, own] of this.#byNamespace)
        if (matchesSelector(selector, labelsOfNamespace(this.#namespaces, name))) unite(bits, own);
      return bits;
    });
  }

  /** Pods of all namespaces. */
  #selector(selector: LabelSelector): Bits {
    return this.#once(`selector ${JSON.stringify(selector)}`, () => {
      const bits = this.#pods.slice();
      const none = noBits(this.#subjects.length);
      for (const key of Object.keys(selector.matchLabels))
        intersect(bits, this.#values(key).get(selector.matchLabels[key] ?? '') ?? none);
      for (const { key, operator, values } of selector.matchExpressions) {
        const byValue = this.#values(key);
        const some = noBits(this.#subjects.length);
        const named = operator === 'In' || operator === 'NotIn' ? values : byValue.keys();
        for (const value of named) unite(some, byValue.get(value) ?? none);
        if (operator === 'In' || operator === 'Exists') intersect(bits, some);
        else subtract(bits, some);
      }
      return bits;
    });
  }

  #values(key: string): ReadonlyMap<string, Bits> {
    let byValue = this.#byLabel.get(key);
    if (byValue) return byValue;
    this.#byLabel.set(key, (byValue = new Map<string, Bits>()));
    for (let i = 0; i < this.#subjects.length; i++) {
      const labels = this.#subjects[i]?.pod?.labels;
      if (!labels || !Object.hasOwn(labels, key)) continue;
      const value = labels[key] ?? '';
      let bits = byValue.get(value);
      if (!bits) byValue.set(value, (bits = noBits(this.#subjects.length)));
      setBit(bits, i);
    }
    return byValue;
  }

  /** Everybody, also those who are no pods. */
  everybody(): Bits {
    return this.#once('everybody', () => allBits(this.#subjects.length));
  }
}
