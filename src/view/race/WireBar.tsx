import type { OnWire } from '../../trace/trip.ts';
import type { LayerKind } from '../../wire/layers.ts';
import { useRaceT } from '../i18n/useRaceT.ts';
import { layerNames } from '../trace/layerNames.ts';
import tiles from '../trace/tiles.module.css';
import css from './Race.module.css';

/** Letters that fit on a tile of eight bytes. */
const SHORT: Readonly<Record<LayerKind, string>> = {
  ethernet: 'ETH',
  arp: 'ARP',
  ipv4: 'IP',
  icmp: 'ICMP',
  udp: 'UDP',
  tcp: 'TCP',
  vxlan: 'VX',
  dns: 'DNS',
  data: 'data',
};

/** The frame on the wire, each header as wide as it is long: what an envelope costs is seen before it is read. */
export function WireBar({ wire }: { readonly wire: OnWire | undefined }) {
  const words = useRaceT();
  if (wire === undefined) return <p className={css['noWire']}>{words.noWire}</p>;
  const { layers } = wire;
  const headers = layers.filter(({ kind }) => kind !== 'data');
  const text = layers.map(({ kind, bytes }) => `${layerNames[kind]} ${words.bytes(bytes)}`).join(', ');
  return (
    <div className={css['wire']} role="img" aria-label={text} title={text}>
      {headers.map(({ kind, bytes, depth }, i) => (
        <span
          // headers may repeat, and their order is their place
          key={`${depth} ${kind} ${String(i)}`}
          className={`${css['tile']} ${tiles['kind']}`}
          data-kind={kind}
          data-outer={depth === 0 && layers.some((layer) => layer.depth > 0)}
          style={{ flexGrow: 0, flexShrink: 1, width: `${String((bytes / SCALE) * 100)}%` }}
        >
          <span>{SHORT[kind]}</span>
          <span className={css['tileBytes']}>{bytes}</span>
        </span>
      ))}
      <span className={`${css['tile']} ${tiles['kind']} ${css['rest']}`} data-kind="data">
        data
      </span>
    </div>
  );
}

/** Bytes in the full width of a bar, the same for every lane, so that they compare: the longest of headers, and room for data. */
const SCALE = 128;
