import { useMemo } from 'react';
import type { Board } from '../../engine/protocol.ts';
import { sourcesOf, type Sight } from '../../trace/sources.ts';
import type { Recording } from '../../trace/types.ts';
import { useServicesT } from '../i18n/useServicesT.ts';
import { useBoard } from '../page.ts';
import css from './Services.module.css';

interface Props {
  readonly recording: Recording;
  readonly exchange: number;
  /** it is known to be for a Service, whatever became of it */
  readonly always?: boolean;
}

/** Who sees which source address, place by place, of a packet that met a Service; nothing of any other. */
export default function SourcesSeen({ recording, exchange, always = false }: Props) {
  const words = useServicesT();
  const board = useBoard((state) => state.board);
  const found = useMemo(() => sourcesOf(recording, exchange, always), [recording, exchange, always]);
  if (found === undefined || board === undefined) return null;
  const places = found.sights.filter(({ ns }) => ns !== board.router?.ns);
  return (
    <figure className={css['seen']}>
      <figcaption>{words.seen}</figcaption>
      <ol>
        {places.map((sight, i) => (
          <Place key={sight.ns} sight={sight} before={places[i - 1]} board={board} />
        ))}
        {found.lost ? <li className={css['lost']}>◆ {words.lost}</li> : null}
      </ol>
    </figure>
  );
}

interface PlaceProps {
  readonly sight: Sight;
  readonly before: Sight | undefined;
  readonly board: Board;
}

function Place({ sight: { ns, source }, before, board }: PlaceProps) {
  const words = useServicesT();
  const isNew = before !== undefined && before.source !== source;
  const owner = isNew ? ownerOf(board, source) : undefined;
  return (
    <li data-new={isNew}>
      {before === undefined ? `${ns} ${words.itself} ` : `${ns}: `}
      <b>{source}</b>
      {owner === undefined ? null : ` (${words.of(owner)})`}
    </li>
  );
}

/** The device that has an address: `node2 flannel.1`. */
function ownerOf(board: Board, ip: string): string | undefined {
  const machines = [...board.nodes, ...board.nodes.flatMap(({ pods }) => pods), ...board.clients];
  const devices = machines.flatMap((machine) => machine.devices);
  const device = devices.find(({ addresses }) => addresses.some((address) => address.split('/')[0] === ip));
  return device && `${device.ns} ${device.name}`;
}
