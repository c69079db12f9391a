import type { LeaseRow } from '../../engine/protocol.ts';
import { useAddressesT } from '../i18n/useAddressesT.ts';
import { useBoard } from '../page.ts';
import css from './Addresses.module.css';

const MOST_LEASES = 50;

/** What each flanneld publishes of its node, from which all others make their routes. */
export function Leases({ leases }: { readonly leases: readonly LeaseRow[] }) {
  const words = useAddressesT();
  const { title, node, subnet, publicIP, data, writer } = words.leases;
  return (
    <section className={css['figure']} aria-label={title}>
      <h3 className={css['title']}>{title}</h3>
      <div className={css['scroll']}>
        <table className={css['leases']}>
          <thead>
            <tr>
              {[node, subnet, publicIP, data, writer].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {leases.slice(0, MOST_LEASES).map((lease) => (
              <Row key={lease.node} lease={lease} />
            ))}
          </tbody>
        </table>
      </div>
      {leases.length > MOST_LEASES ? (
        <p className={css['more']}>{words.leases.more(leases.length - MOST_LEASES)}</p>
      ) : null}
    </section>
  );
}

function Row({ lease }: { readonly lease: LeaseRow }) {
  const words = useAddressesT();
  const leaveFor = useBoard((state) => state.leaveFor);
  const { node, subnet, publicIP, backendType, backendData, givenBy, ref } = lease;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className={css['link']}
          title={words.toYaml(node)}
          onClick={() => {
            leaveFor(ref);
          }}
        >
          {node}
        </button>
      </th>
      <td>{subnet === undefined ? <em>{words.leases.none}</em> : <code>{subnet}</code>}</td>
      <td>
        <code>{publicIP}</code>
      </td>
      <td>
        {subnet === undefined ? (
          '–'
        ) : (
          <>
            {backendType === '' ? (
              <small>{words.leases.emptyType}</small>
            ) : (
              <code className={css['type']}>{backendType}</code>
            )}{' '}
            <code>{backendData}</code>
          </>
        )}
      </td>
      <td className={css['writer']}>
        {subnet === undefined ? (
          '–'
        ) : (
          <>
            {givenBy === 'text' ? words.leases.byText : words.leases.byManager}
            <br />
            {words.leases.byFlanneld(node)}
          </>
        )}
      </td>
    </tr>
  );
}
