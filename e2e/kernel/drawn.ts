/**
 * Source ports that NAT drew by lot (`--random-fully`), as names. A connection whose source port is not the one it began with has
 * drawn one; it is named by the probe, the namespace and the place of the connection in its list, which both sides must agree
 * on, and goes by that name wherever the address it belongs to is seen with it.
 */
import type { JsonConnection, JsonLayer, JsonTuple, TraceJson } from '../../src/trace/json.ts';

/** What was drawn, by `address:port`. */
export interface Drawn {
  readonly names: ReadonlyMap<string, string>;
  /** how many digits the port has that a server saw behind this end of a UDP flow: it says it in its answer, whose length it is in */
  readonly digits: ReadonlyMap<string, number>;
}

const end = (address: unknown, port: unknown): string => `${String(address)}:${String(port)}`;

/** Every port that was drawn while the probes were under way, in their order. */
export function drawnPorts(traces: readonly Pick<TraceJson, 'conntrack'>[]): Drawn {
  const drawn = new Map<string, string>();
  traces.forEach(({ conntrack }, probe) => {
    for (const [ns, connections] of Object.entries(conntrack))
      connections.forEach(({ orig, reply }, i) => {
        if (orig.sport !== undefined && orig.sport !== reply.dport)
          drawn.set(end(reply.dst, reply.dport), `drawn by ${ns} for probe ${probe + 1} (${i + 1})`);
      });
  });
  // the next node may change the address and keep the port: it is still the one that was drawn
  const all = traces.flatMap(({ conntrack }) => Object.values(conntrack).flat());
  const inherits = (): boolean => {
    const before = drawn.size;
    for (const { orig, reply } of all) {
      const name = orig.sport === reply.dport ? drawn.get(end(orig.src, orig.sport)) : undefined;
      const after = end(reply.dst, reply.dport);
      if (name !== undefined && !drawn.has(after)) drawn.set(after, name);
    }
    return drawn.size > before;
  };
  while (inherits());
  const digits = new Map<string, number>();
  for (const { orig, reply } of all) {
    if (orig.proto !== 'udp' || !drawn.has(end(reply.dst, reply.dport))) continue;
    for (const back of [end(reply.dst, reply.dport), end(orig.src, orig.sport)])
      digits.set(back, String(reply.dport).length);
  }
  return { names: drawn, digits };
}

/** The layers of a frame whose lengths do not count the digits of a drawn port that the answer inside names. */
export function withoutDigits(layers: readonly JsonLayer[], { digits }: Drawn): readonly JsonLayer[] {
  const [ip, udp] = [layers.at(-2)?.['ip'], layers.at(-1)?.['udp']];
  const less = ip && udp ? digits.get(end(ip['dst'], udp['dport'])) : undefined;
  if (less === undefined) return layers;
  return layers.map((layer) => {
    const header = layer['ip'];
    return header ? { ip: { ...header, len: Number(header['len']) - less } } : layer;
  });
}

/** The layers of a frame with names instead of drawn ports; each transport layer lies in the IPv4 header in front of it. */
export function namedLayers(layers: readonly JsonLayer[], { names: drawn }: Drawn): readonly JsonLayer[] {
  return layers.map((layer, i) => {
    const ip = layers[i - 1]?.['ip'];
    const kind = 'tcp' in layer ? 'tcp' : 'udp';
    const ports = layer[kind];
    if (!ip || !ports) return layer;
    const sport = drawn.get(end(ip['src'], ports['sport'])) ?? ports['sport'];
    const dport = drawn.get(end(ip['dst'], ports['dport'])) ?? ports['dport'];
    return {
      [kind]: {
        ...ports,
        ...(sport === undefined ? {} : { sport }),
        ...(dport === undefined ? {} : { dport }),
      },
    };
  });
}

function namedTuple(tuple: JsonTuple, { names: drawn }: Drawn): unknown {
  if (tuple.sport === undefined) return tuple;
  const { src, sport, dst, dport } = tuple;
  return { ...tuple, sport: drawn.get(end(src, sport)) ?? sport, dport: drawn.get(end(dst, dport)) ?? dport };
}

export function namedConnection({ orig, reply }: JsonConnection, drawn: Drawn): unknown {
  return { orig: namedTuple(orig, drawn), reply: namedTuple(reply, drawn) };
}
