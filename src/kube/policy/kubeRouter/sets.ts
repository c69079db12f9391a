/**
 * The sets of a policy, as kube-router fills them: into a temporary set, which is then swapped with the one that rules name.
 * @see kube-router pkg/utils/ipset.go buildIPSetRestore
 */
import { printCidr, printIpv4 } from '../../../wire/address.ts';
import type { Direction } from '../networkPolicy.ts';
import type { Subject } from '../subject.ts';
import { namedPortSet, peerSet, targetSet } from './names.ts';
import type { ResolvedPolicy } from './resolved.ts';

export interface SetText {
  readonly name: string;
  readonly type: 'hash:ip' | 'hash:net';
  readonly entries: readonly string[];
}

/** Upstream hashes the options into the names. */
const TEMPORARY = { 'hash:ip': 'TMP-HASH-IP', 'hash:net': 'TMP-HASH-NET' } as const;

function addresses(name: string, pods: readonly Subject[]): SetText {
  const entries = new Set(pods.flatMap(({ ip }) => (ip === undefined ? [] : [`${printIpv4(ip)} timeout 0`])));
  return { name, type: 'hash:ip', entries: [...entries] };
}

export function setsOf({ policy, targets, ingress, egress }: ResolvedPolicy): readonly SetText[] {
  return (['ingress', 'egress'] as const).flatMap((direction: Direction): SetText[] => {
    if (!policy.isolates[direction]) return [];
    const rules = direction === 'ingress' ? ingress : egress;
    const own = rules.flatMap(({ at: rule, anyone, pods, blocks, named }): SetText[] => [
      ...(pods.length > 0 ? [addresses(peerSet(policy, { direction, rule, kind: 'pod' }), pods)] : []),
      // on the way out, names without pods as peers are mere numbers
      ...(direction === 'ingress' || !anyone
        ? named.map(({ pods: bearers }, number) =>
            addresses(namedPortSet(policy, { direction, rule, number }), bearers),
          )
        : []),
      ...(blocks.length > 0
        ? [
            {
              name: peerSet(policy, { direction, rule, kind: 'ipblock' }),
              type: 'hash:net' as const,
              entries: blocks.map(
                ({ cidr, nomatch }) => `${printCidr(cidr)} timeout 0${nomatch ? ' nomatch' : ''}`,
              ),
            },
          ]
        : []),
    ]);
    return [addresses(targetSet(policy, direction), targets), ...own];
  });
}

/** The text for `ipset restore -exist`. */
export function restoreText(sets: readonly SetText[]): string {
  const lines: string[] = [];
  const used = new Set<keyof typeof TEMPORARY>();
  for (const { name, type, entries } of sets) {
    const temporary = TEMPORARY[type];
    if (!used.has(type)) {
      used.add(type);
      lines.push(`create ${temporary} ${type} timeout 0`, `flush ${temporary}`);
    }
    for (const entry of entries) lines.push(`add ${temporary} ${entry}`);
    lines.push(`create ${name} ${type} timeout 0`, `swap ${temporary} ${name}`, `flush ${temporary}`);
  }
  for (const type of used) lines.push(`destroy ${TEMPORARY[type]}`);
  return lines.map((line) => `${line}\n`).join('');
}
