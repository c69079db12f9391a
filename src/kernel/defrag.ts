/** Fragments on the path: put together for the host or for conntrack, cut again on the way out. */
import { causedBy, drop, newHop, step, type Kernel } from './context.ts';
import { fragment, fragmentKey, reassemble } from './fragment.ts';
import { packetLength } from '../wire/codec.ts';
import { nextGeneration, update, withEntry, withoutEntry } from './netns.ts';
import type { IfName } from './recorder.ts';
import { packetOf, withPacket, type Skb } from './skb.ts';

/** nf_defrag_ipv4: conntrack sees whole packets only. undefined = the piece is kept until the rest comes. */
export function conntrackDefrag(k: Kernel, skb: Skb): Skb | undefined {
  const packet = packetOf(skb.frame);
  if (!packet.mf && packet.offset === 0) return skb;
  return defrag(k, skb, 'conntrack');
}

export function defrag(k: Kernel, skb: Skb, where: 'local' | 'conntrack'): Skb | undefined {
  const packet = packetOf(skb.frame);
  const key = `${where} ${fragmentKey(packet)}`;
  const known = k.ns.state.fragments.get(key);
  const pieces = [...(known?.pieces ?? []), packet];
  const skbs = [...(known?.skbs ?? []), skb];
  const whole = reassemble(pieces);
  if (whole === 'incomplete') {
    const generation = known?.generation ?? nextGeneration(k.ns);
    update(k.ns, { fragments: withEntry(k.ns.state.fragments, key, { pieces, skbs, generation }) });
    step(k, skb, { kind: 'reassemble', where, complete: false });
    // ipfrag_time
    if (!known)
      k.emit({ kind: 'timer', after: 30_000_000_000, timer: { timer: 'fragments', key, generation } });
    return undefined;
  }
  update(k.ns, { fragments: withoutEntry(k.ns.state.fragments, key) });
  if (whole === 'broken') {
    drop(k, skb, 'IP_INHDR', 'ip_frag_reasm');
    return undefined;
  }
  const frame = withPacket(skb.frame, whole);
  const largest = Math.max(...pieces.map(packetLength));
  const done: Skb = { ...skb, frame, fragMaxSize: largest };
  step(k, done, { kind: 'reassemble', where, complete: true }, { before: skb.frame });
  return done;
}

/** ip_expire: the rest never came. */
export function fragmentsTimer(k: Kernel, key: string, generation: number): void {
  const known = k.ns.state.fragments.get(key);
  if (known?.generation !== generation) return;
  update(k.ns, { fragments: withoutEntry(k.ns.state.fragments, key) });
  for (const skb of known.skbs) drop(k, skb, 'FRAG_REASM_TIMEOUT', 'ip_expire');
}

/** ip_do_fragment: every piece is a packet of its own from here on. */
export function eachFragment(
  k: Kernel,
  skb: Skb,
  { dev, mtu }: { dev: IfName; mtu: number },
  out: (piece: Skb) => void,
): void {
  const pieces = fragment(packetOf(skb.frame), mtu);
  step(k, skb, { kind: 'fragment', dev, mtu, pieces: pieces.length });
  const { fragMaxSize: _cut, ...rest } = skb;
  for (const piece of pieces) {
    out({ ...rest, frame: withPacket(skb.frame, piece), hop: newHop(k, causedBy(k, skb, 'fan-out')) });
  }
}
