/**
 * inet_peer: what this machine keeps about another one that it sends ICMP errors to. Three limits share one account, so one can
 * use up what another needs: icmp_ratelimit, that of ip_error, and that of redirects (redirect.ts).
 * @see net/ipv4/inetpeer.c
 */
import type { Ipv4 } from '../wire/address.ts';
import type { Kernel } from './context.ts';
import { update, withEntry, type Peer } from './netns.ts';

const SECOND = 1_000_000_000;
/** a peer that is new was last heard of so long ago */
const LONG_AGO = 60 * SECOND;

/** inet_getpeer: makes it where it is not known. */
export function peerOf(k: Kernel, ip: Ipv4): Peer {
  return k.ns.state.peers.get(ip) ?? { tokens: 0, last: k.now - LONG_AGO, redirects: 0 };
}

export function putPeer(k: Kernel, ip: Ipv4, peer: Peer): void {
  update(k.ns, { peers: withEntry(k.ns.state.peers, ip, peer) });
}

/**
 * Takes `cost` (nanoseconds of credit) from what has grown since the last time, at most `most`. What another limit let grow
 * at this same instant is not cut (inet_peer_xrlim_allow). @returns false when there is not enough
 */
export function pay(
  k: Kernel,
  ip: Ipv4,
  { most, cost }: { readonly most: number; readonly cost: number },
): boolean {
  const { tokens, last, redirects } = peerOf(k, ip);
  const grown = k.now === last ? tokens : Math.min(most, tokens + k.now - last);
  const isEnough = grown >= cost;
  putPeer(k, ip, { tokens: isEnough ? grown - cost : grown, last: k.now, redirects });
  return isEnough;
}
