/**
 * ICMP redirect: a packet that leaves by the device it came in by, from a sender on that link, could have gone to the next hop by
 * itself, and its sender is told so. Under NAT the message is dropped on its way out (nat/nat.ts). Who is told, and is no
 * router, sends what follows to the gateway that was named, for five minutes.
 * Left out: secure_redirects, shared_media 0, a redirect about the outer packet of a tunnel.
 * @see net/ipv4/route.c ip_rt_send_redirect, __mkroute_input, __ip_do_redirect
 */
import { isMulticast, type Ipv4 } from '../wire/address.ts';
import type { Kernel } from './context.ts';
import { lookup } from './fib.ts';
import { icmpSend, type SocketError } from './icmp.ts';
import { neighEvent } from './neigh.ts';
import { forwards, sysctl, update, withEntry, type NetNs, type RedirectedTo, type Route } from './netns.ts';
import { peerOf, putPeer } from './peer.ts';
import type { IfName, SimTime } from './recorder.ts';
import { packetOf, type Skb } from './skb.ts';

/** ip_rt_redirect_load: the pause before the next one, doubled with each */
const LOAD = 20_000_000;
/** ip_rt_redirect_number: a sender that ignored so many hears no more */
const NUMBER = 9;
/** ip_rt_redirect_silence: after so long without a packet to redirect it begins anew */
const SILENCE = LOAD * 2 ** (NUMBER + 1);
/** ip_rt_gc_timeout: how long a redirect is followed */
const FOLLOWED = 300_000_000_000;

interface Way {
  readonly iif: IfName;
  readonly oif: IfName;
  readonly gateway: Ipv4;
}

/** Tells the sender of a forwarded packet the shorter way, when there is one and it has not been told too often. */
export function redirect(k: Kernel, skb: Skb, { iif, oif, gateway }: Way): void {
  if (iif !== oif || !isOn(k.ns, oif, 'send_redirects')) return;
  const { src } = packetOf(skb.frame);
  const back = lookup(k.ns, src);
  if (back === 'miss' || back.type !== 'unicast' || back.dev !== iif || back.via !== undefined) return;
  const known = peerOf(k, src);
  const peer = k.now - known.last > SILENCE ? { ...known, tokens: 0, redirects: 0 } : known;
  const { redirects } = peer;
  const isDue = redirects === 0 || k.now - peer.last > LOAD * 2 ** redirects;
  if (redirects >= NUMBER) {
    putPeer(k, src, { ...peer, last: k.now });
  } else if (isDue) {
    putPeer(k, src, peer);
    // ICMP_REDIR_HOST
    icmpSend(k, skb, { type: 5, code: 1, rest: gateway });
    putPeer(k, src, { ...peerOf(k, src), last: k.now, redirects: redirects + 1 });
  } else {
    putPeer(k, src, peer);
  }
}

/** A redirect has come in by `dev` about a packet that was sent here: the gateway it names is asked for, or taken. */
export function heedRedirect(k: Kernel, skb: Skb, error: SocketError): void {
  const dev = skb.iif;
  const { quoted, from, gateway } = error;
  const route = lookup(k.ns, quoted.dst);
  // only who is the gateway now may name another one
  if (dev === undefined || route === 'miss' || route.dev === undefined) return;
  if (gatewayOf(k, route, quoted.dst) !== from || gateway === from || !accepts(k.ns, dev)) return;
  const to = lookup(k.ns, gateway);
  if (gateway === 0 || isMulticast(gateway) || to === 'miss' || to.type !== 'unicast') return;
  if (!neighEvent(k, skb, route.dev, gateway) || route.via === undefined) return;
  const row = { gateway, instead: route.via, expires: (k.now + FOLLOWED) as SimTime };
  update(k.ns, { redirected: withEntry(k.ns.state.redirected, quoted.dst, row) });
}

/** The gateway of a route for one destination: what a redirect said while it counts, else what the route says. */
export function gatewayOf(k: Kernel, route: Route, dst: Ipv4): Ipv4 | undefined {
  return redirectedTo(k, route, dst)?.gateway ?? route.via;
}

/** find_exception: what a redirect said about this destination, while it counts. */
export function redirectedTo(
  { ns, now }: { readonly ns: NetNs; readonly now: SimTime },
  { via }: Route,
  dst: Ipv4,
): RedirectedTo | undefined {
  const row = ns.state.redirected.get(dst);
  return row && row.instead === via && now < row.expires ? row : undefined;
}

/** IN_DEV_RX_REDIRECTS: a router must want it in both places, a host in one. */
function accepts(ns: NetNs, dev: IfName): boolean {
  if (!forwards(ns, dev)) return isOn(ns, dev, 'accept_redirects');
  return sysctl(ns, 'net.ipv4.conf.all.accept_redirects') !== 0 && own(ns, dev, 'accept_redirects');
}

type Switch = 'send_redirects' | 'accept_redirects';

/** IN_DEV_ORCONF: on when either switch is. */
function isOn(ns: NetNs, dev: IfName, name: Switch): boolean {
  return sysctl(ns, `net.ipv4.conf.all.${name}`) !== 0 || own(ns, dev, name);
}

/** a device's own switch is on until somebody turns it */
function own(ns: NetNs, dev: IfName, name: Switch): boolean {
  return (ns.state.sysctl.get(`net.ipv4.conf.${dev}.${name}`) ?? '1') !== '0';
}
