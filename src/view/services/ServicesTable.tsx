import { useEffect, useMemo, useState } from 'react';
import type { BoardService, ServiceDetail } from '../../engine/protocol.ts';
import { isStep, type TableName } from '../../trace/types.ts';
import { useServicesT } from '../i18n/useServicesT.ts';
import { useBoard } from '../page.ts';
import css from './Services.module.css';
import shared from '../tables/TablesTab.module.css';

/** So many rows at once; a search finds the others. */
const MOST = 40;

/** Every Service; of the one that is opened its endpoints, and the rules and chains that kube-proxy of a node made of it. */
export default function ServicesTable({ ns }: { readonly ns: string }) {
  const words = useServicesT();
  const services = useBoard((state) => state.board?.services);
  const isNode = useBoard((state) => state.board?.nodes.some((node) => node.ns === ns) === true);
  const [text, setText] = useState('');
  const found = useMemo(
    () => (services ?? []).filter((service) => wordsOf(service).includes(text.toLowerCase())),
    [services, text],
  );
  if (services === undefined || services.length === 0) return null;
  return (
    <section aria-label={words.table} className={css['table']}>
      <h2 className={shared['title']}>{words.table}</h2>
      {services.length > MOST ? (
        <input
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      ) : null}
      <ul>
        {found.slice(0, MOST).map((service) => (
          <Row key={idOf(service)} service={service} node={isNode ? ns : undefined} />
        ))}
      </ul>
    </section>
  );
}

const idOf = ({ namespace, name }: BoardService): string => `${namespace}/${name}`;

const wordsOf = (service: BoardService): string =>
  `${idOf(service)} ${service.clusterIP ?? ''} ${service.ports.map(({ nodePort }) => nodePort ?? '').join(' ')}`;

/** `80 → 30080`, `53/UDP` */
function portsText({ ports }: BoardService): string {
  return ports
    .map(
      ({ port, protocol, nodePort }) =>
        `${port}${protocol === 'TCP' ? '' : `/${protocol}`}${nodePort === undefined ? '' : `:${nodePort}`}`,
    )
    .join(', ');
}

function Row({ service, node }: { readonly service: BoardService; readonly node: string | undefined }) {
  const words = useServicesT();
  const id = idOf(service);
  const lookedAt = useBoard((state) => (state.lookedAt?.service === id ? state.lookedAt : undefined));
  const look = useBoard((state) => state.lookAtService);
  const [isOpen, setOpen] = useState(false);
  const growPanel = useBoard((state) => state.growPanel);
  const board = useBoard((state) => state.board);
  const beat = useBoard((state) => state.beat);
  useEffect(() => {
    if (isOpen) look(id, node);
  }, [isOpen, id, node, look, board, beat]);
  return (
    <li>
      <button
        type="button"
        className={css['row']}
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
          // on a phone there would be nothing to see of it
          if (!isOpen) growPanel(true);
        }}
      >
        <b>{id}</b> {service.type} {service.clusterIP ?? (service.type === 'ExternalName' ? '' : 'None')}{' '}
        {portsText(service)} · {words.endpoints(service.endpoints)}
      </button>
      {isOpen && lookedAt?.detail ? <Detail detail={lookedAt.detail} node={lookedAt.node} /> : null}
    </li>
  );
}

function Detail({ detail, node }: { readonly detail: ServiceDetail; readonly node: string }) {
  const words = useServicesT();
  const { endpoints, rules, chains } = detail;
  return (
    <div className={css['detail']}>
      <h3>{words.endpointsTitle}</h3>
      <ul>
        {endpoints.map(({ ip, port, portName, pod, node: on, ready, terminating }) => (
          <li key={`${portName} ${ip}:${port}`}>
            <code>
              {ip}:{port}
            </code>{' '}
            {pod ?? ''} {on === undefined ? '' : `@ ${on}`}{' '}
            {terminating ? words.terminating : ready ? '' : words.notReady}
          </li>
        ))}
      </ul>
      <h3>{words.onNode(node)}</h3>
      {rules.length === 0 && chains.length === 0 ? <p>{words.noRules}</p> : null}
      {rules.length === 0 ? null : (
        <>
          <h4>{words.sharedTitle}</h4>
          <ul>
            {rules.map(({ table, chain, number, text }) => (
              <li key={`${table} ${chain} ${number}`}>
                <Chain node={node} table={table} chain={chain} number={number} /> <code>{text}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {chains.length === 0 ? null : (
        <>
          <h4>{words.chainsTitle}</h4>
          <ul>
            {chains.map(({ table, chain, rules: count }) => (
              <li key={chain}>
                <Chain node={node} table={table} chain={chain} number={1} /> {words.rules(count)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface ChainProps {
  readonly node: string;
  readonly table: TableName;
  readonly chain: string;
  readonly number: number;
}

/** To the chain in the rules of the node; where the packet on show walked it, also to that moment. */
function Chain({ node, table, chain, number }: ChainProps) {
  const holdNs = useBoard((state) => state.holdNs);
  const lookAtRule = useBoard((state) => state.lookAtRule);
  const goToEntry = useBoard((state) => state.goToEntry);
  const walked = useBoard((state) => {
    const { recording, exchange } = state;
    return recording.entries.find(
      (entry) =>
        isStep(entry) &&
        entry.kind === 'chain' &&
        entry.ns === node &&
        entry.table === table &&
        entry.chain === chain &&
        recording.hops[entry.hop]?.exchange === exchange?.id,
    )?.seq;
  });
  return (
    <button
      type="button"
      className={css['link']}
      data-walked={walked !== undefined}
      onClick={() => {
        if (walked !== undefined) goToEntry(walked);
        holdNs(node);
        lookAtRule({ table, chain, number });
      }}
    >
      {walked === undefined ? '' : '▸ '}
      {table}:{chain}
      {number === 1 ? '' : ` ${number}`}
    </button>
  );
}
