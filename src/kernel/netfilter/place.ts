/**
 * What stands at the five hooks, in the order in which the kernel calls it.
 *
 *   priority   -400    -300   -200       -150    -100   0       100    last
 *   PREROUTING defrag  raw    conntrack  mangle  nat
 *   INPUT                                mangle         filter  nat    confirm
 *   FORWARD                              mangle         filter
 *   OUTPUT     defrag  raw    conntrack  mangle  nat    filter
 *   POSTROUTING                          mangle                 nat    confirm
 *
 * nat rewrites destinations in PREROUTING and OUTPUT, sources in POSTROUTING and INPUT.
 * Left out: security (SELinux marks), the helper and synproxy hooks.
 * @see include/uapi/linux/netfilter_ipv4.h enum nf_ip_hook_priorities
 */
import type { Hook, TableName } from '../recorder.ts';

export type Stage = 'defrag' | 'conntrack' | 'confirm' | TableName;

export const STAGES: Readonly<Record<Hook, readonly Stage[]>> = {
  PREROUTING: ['defrag', 'raw', 'conntrack', 'mangle', 'nat'],
  INPUT: ['mangle', 'filter', 'nat', 'confirm'],
  FORWARD: ['mangle', 'filter'],
  OUTPUT: ['defrag', 'raw', 'conntrack', 'mangle', 'nat', 'filter'],
  POSTROUTING: ['mangle', 'nat', 'confirm'],
};

/** HOOK2MANIP: which half of a packet's addresses nat rewrites at a hook. */
export const MANIP: Readonly<Record<Hook, 'src' | 'dst'>> = {
  PREROUTING: 'dst',
  OUTPUT: 'dst',
  INPUT: 'src',
  POSTROUTING: 'src',
  FORWARD: 'src',
};
