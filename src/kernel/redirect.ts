/**
 * ICMP redirect: a packet that leaves by the device it came in by, from a sender on that link, could have gone to the next hop by
 * itself, and its sender is told so. Under NAT the message is dropped on its way out (nat/nat.ts).
 * Left out: what a redirect does to its receiver (a route exception), secure_redirects, shared_media 0.
 * @see net/ipv4/route.c ip_rt_send_redirect, __mkroute_input
 */
import type { Ipv4 } from '../wire/address.ts';
import type { Kernel } from './context.ts';
import { lookup } from './fib.ts';
import { icmpSend } from './icmp.ts';
import { sysctl, update, withEntry } from './netns.ts';
import type { IfName } from './recorder.ts';
import { packetOf, type Skb } from './skb.ts';

/** ip_rt_redirect_load: the pause before the next one, doubled with each */
const LOAD = 20_000_000;
/** ip_rt_redirect_number: a sender that ignored so many hears no more */
const NUMBER = 9;
/** ip_rt_redirect_silence: after so long without a packet to redirect it begins anew */
const SILENCE = LOAD * 2 ** (NUMBER + 1);

interface Way {
  readonly iif: IfName;
  readonly oif: IfName;
  readonly gateway: Ipv4;
}

/** Tells the sender of a forwarded packet the shorter way, when there is one and it has not been told too often. */
export function redirect(k: Kernel, skb: Skb, { iif, oif, gateway }: Way): void {
  if (iif !== oif || !sendsRedirects(k, oif)) return;
  const { src } = packetOf(skb.frame);
  const back = lookup(k.ns, src);
  if (back === 'miss' || back.type !== 'unicast' || back.dev !== iif || back.via !== undefined) return;
  const old = k.ns.state.redirects.get(src);
  const told = old && k.now - old.at <= SILENCE ? old : undefined;
  const isDue = told === undefined || k.now - told.at > LOAD * 2 ** told.count;
  if (told && told.count >= NUMBER) {
    update(k.ns, { redirects: withEntry(k.ns.state.redirects, src, { ...told, at: k.now }) });
  } else if (isDue) {
    const next = { count: (told?.count ?? 0) + 1, at: k.now };
    update(k.ns, { redirects: withEntry(k.ns.state.redirects, src, next) });
    // ICMP_REDIR_HOST
    icmpSend(k, skb, { type: 5, code: 1, rest: gateway });
  }
}

/** IN_DEV_TX_REDIRECTS: on when either switch is. */
function sendsRedirects(k: Kernel, dev: IfName): boolean {
  const own = k.ns.state.sysctl.get(`net.ipv4.conf.${dev}.send_redirects`) ?? '1';
  return sysctl(k.ns, 'net.ipv4.conf.all.send_redirects') !== 0 || own !== '0';
}
