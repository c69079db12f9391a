/** Fragments on the path: put together for the host or for conntrack, cut again on the way out. */
import { causedBy, device, drop, newHop, step, type Kernel } from './context.ts';
import { fragment, HEADER, fragmentKey, reassemble } from './fragment.ts';
import { packetLength } from '../wire/codec.ts';
import { nextGeneration, update, withEntry, withoutEntry } from './netns.ts';
import type { Device } from './device/index.ts';
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
  // ip_frag_coalesce_ok: what is for this host is put together for good
  const sizes = pieces.toSorted((a, b) => a.offset - b.offset).map((piece) => packetLength(piece) - HEADER);
  const fragments = where === 'conntrack' ? sizes : skb.fragments;
  const done: Skb = { ...skb, frame, fragMaxSize: largest, fragments };
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

/**
 * The pieces that came, where ip_do_fragment takes them as they are. It cuts anew where one is too large, and where there is
 * no room for the headers in front of a piece: a tunnel's, unless the piece came by a tunnel itself.
 */
function asTheyCame(
  k: Kernel,
  { fragments, iif }: Skb,
  out: Device,
  mtu: number,
): readonly number[] | undefined {
  if (!fragments) return undefined;
  const isTunnel = (name: IfName | undefined): boolean =>
    name !== undefined && k.ns.state.devices.get(name)?.kind === 'vxlan';
  if (isTunnel(out.name) && !isTunnel(iif)) return undefined;
  const fits = fragments.every(
    (size, i) => size + HEADER <= mtu && (size % 8 === 0 || i === fragments.length - 1),
  );
  return fits ? fragments : undefined;
}

/** ip_do_fragment: every piece is a packet of its own from here on. Behind one that `out` did not get rid of, none is sent. */
export function eachFragment(
  k: Kernel,
  skb: Skb,
  { dev, mtu }: { dev: IfName; mtu: number },
  out: (piece: Skb) => boolean,
): void {
  const packet = packetOf(skb.frame);
  const pieces = fragment(packet, asTheyCame(k, skb, device(k, dev), mtu) ?? mtu);
  step(k, skb, { kind: 'fragment', dev, mtu, pieces: pieces.length });
  const rest: Skb = { ...skb, fragMaxSize: undefined, fragments: undefined };
  let goesOn = true;
  for (const each of pieces) {
    const piece = {
      ...rest,
      frame: withPacket(skb.frame, each),
      hop: newHop(k, causedBy(k, skb, 'fan-out')),
    };
    if (goesOn) goesOn = out(piece);
    else drop(k, piece, 'NOT_SPECIFIED', 'ip_do_fragment');
  }
}
