import { useMemo } from 'react';
import type { BoardService } from '../../engine/protocol.ts';
import { renamedAt, type Renamed } from '../../trace/nat.ts';
import { leaveAfterPointer } from '../controls/Button.tsx';
import { useServicesT } from '../i18n/useServicesT.ts';
import { useBoard } from '../page.ts';
import { useNarrow } from '../useNarrow.ts';
import { PolicySwitch } from './PolicySwitch.tsx';
import SourcesSeen from './SourcesSeen.tsx';
import css from './Services.module.css';

/** A card that lies on the board has room for so many. */
const MOST = 8;

/** The Services as labels that no device carries, what the present packet's address has become, and who sees whom. */
export default function ServiceCard() {
  const words = useServicesT();
  const services = useBoard((state) => state.board?.services ?? NONE);
  const exchange = useBoard((state) => state.exchange);
  const recording = useBoard((state) => state.recording);
  const isNarrow = useNarrow();
  const renamed = useRenamed();
  const dialled = exchange?.to ?? '';
  // what the packet is about comes first
  const ordered = useMemo(
    () => services.toSorted((a, b) => Number(isDialled(b, dialled)) - Number(isDialled(a, dialled))),
    [services, dialled],
  );
  if (services.length === 0) return null;
  return (
    <section className={css['card']} aria-label={words.card}>
      {/* a small board is covered only when somebody asks */}
      <details open={!isNarrow}>
        <summary>{words.card}</summary>
        <p className={css['note']}>{words.nobody}</p>
        <ul>
          {ordered.slice(0, MOST).map((service) => (
            <Service key={`${service.namespace}/${service.name}`} service={service} renamed={renamed} />
          ))}
        </ul>
        {services.length > MOST ? <p className={css['note']}>{words.more(services.length - MOST)}</p> : null}
        {exchange === undefined ? null : (
          <SourcesSeen
            recording={recording}
            exchange={exchange.id}
            always={services.some((service) => isDialled(service, dialled))}
          />
        )}
      </details>
    </section>
  );
}

const NONE: readonly BoardService[] = [];

function isDialled({ clusterIP, ports }: BoardService, to: string): boolean {
  return ports.some(
    ({ port, nodePort }) =>
      to === `${clusterIP ?? '-'}:${port}` || (nodePort !== undefined && to.endsWith(`:${nodePort}`)),
  );
}

/** What has become of the destination of the packet on show. */
function useRenamed(): Renamed | undefined {
  const recording = useBoard((state) => state.recording);
  const seq = useBoard((state) => state.beats[state.beat]?.seq);
  return useMemo(
    () => (seq === undefined ? undefined : renamedAt(recording, seq).find(({ half }) => half === 'dst')),
    [recording, seq],
  );
}

interface Props {
  readonly service: BoardService;
  readonly renamed: Renamed | undefined;
}

function Service({ service, renamed }: Props) {
  const words = useServicesT();
  const { namespace, name, type, clusterIP, ports, endpoints } = service;
  const id = `${namespace}/${name}`;
  const none = type === 'ExternalName' ? words.external : words.headless;
  return (
    <li>
      <span className={css['name']}>{id}</span>{' '}
      {clusterIP === undefined
        ? none
        : ports.map(({ port, protocol }) => (
            <Label
              key={`${port}/${protocol}`}
              endpoint={`svc/${id}:${port}`}
              address={`${clusterIP}:${port}`}
              renamed={renamed}
            />
          ))}
      {ports.some(({ nodePort }) => nodePort !== undefined) ? (
        <span className={css['ports']}>
          {type} {ports.flatMap(({ nodePort }) => nodePort ?? []).join(', ')}
        </span>
      ) : null}
      {type === 'ExternalName' ? null : (
        <span className={css['count']} data-none={endpoints === 0}>
          {words.endpoints(endpoints)}
        </span>
      )}
      <PolicySwitch service={service} />
    </li>
  );
}

interface LabelProps {
  readonly endpoint: string;
  readonly address: string;
  readonly renamed: Renamed | undefined;
}

/** A ClusterIP: a press makes it the destination. While a packet for it is on its way: what it became. */
function Label({ endpoint, address, renamed }: LabelProps) {
  const words = useServicesT();
  const choose = useBoard((state) => state.chooseTarget);
  const isTarget = useBoard((state) => state.target === endpoint);
  const become = renamed?.was === address ? renamed.is : undefined;
  return (
    <>
      <button
        type="button"
        className={css['label']}
        aria-pressed={isTarget}
        title={words.choose(endpoint)}
        onClick={(event) => {
          leaveAfterPointer(event);
          choose(endpoint);
        }}
      >
        {become === undefined ? address : <s>{address}</s>}
      </button>
      {become === undefined ? null : (
        <span className={css['become']} aria-label={words.becomes(address, become)}>
          → {become}
        </span>
      )}
    </>
  );
}
