import type { HostRange } from '../../engine/protocol.ts';
import { useAddressesT, type AddressesWords } from '../i18n/useAddressesT.ts';
import { useBoard } from '../page.ts';
import { Cells, type Cell } from './Cells.tsx';
import css from './Addresses.module.css';

/** A range larger than a /24 is shown by its first addresses: those are given first. */
const MOST_HOSTS = 256;

interface Props {
  readonly host: HostRange | undefined;
  readonly nodes: readonly string[];
}

/** The addresses of one node's pods, filling up. */
export function HostFigure({ host, nodes }: Props) {
  const words = useAddressesT();
  const openAddresses = useBoard((state) => state.openAddresses);
  if (host === undefined) return <p className={css['text']}>{words.host.none}</p>;
  const title = words.host.title(host.node);
  return (
    <section className={css['figure']} aria-label={title}>
      <div className={css['head']}>
        <h3 className={css['title']}>{title}</h3>
        {nodes.length > 1 ? (
          <label className={css['choose']}>
            {words.host.choose}{' '}
            <select
              value={host.node}
              onChange={(event) => {
                void openAddresses(event.target.value);
              }}
            >
              {nodes.map((node) => (
                <option key={node}>{node}</option>
              ))}
            </select>
          </label>
        ) : null}
      </div>
      <Cells
        label={words.host.grid(host.cidr)}
        cells={cellsOf(host, words)}
        rest={words.host.grid(host.cidr)}
      />
      <p className={css['text']}>{howOf(host, words)}</p>
    </section>
  );
}

/** How the next one is found, in a sentence. */
function howOf({ by, next, last, full, cidr }: HostRange, { host }: AddressesWords): string {
  if (next === undefined) return full ?? '';
  if (by === 'docker') return host.lowest(next.ip);
  return last === undefined ? host.fresh(next.ip) : host.roundRobin(addressIn(cidr, last), next.ip);
}

/** The address that is `at` behind the network's own. */
function addressIn(cidr: string, at: number): string {
  const numbers = (cidr.split('/')[0] ?? '').split('.').map(Number);
  const value = numbers.reduce((sum, number) => sum * 256 + number, 0) + at;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function cellsOf(range: HostRange, words: AddressesWords): readonly Cell[] {
  const { size, taken, next, last, gateway, network, cidr } = range;
  const byHost = new Map(taken.map((each) => [each.host, each]));
  return Array.from({ length: Math.min(size, MOST_HOSTS) }, (_, host): Cell => {
    const ip = addressIn(cidr, host);
    const id = host;
    const text = ip.slice(ip.lastIndexOf('.') + 1);
    const say = (what: string): string => `${ip}: ${what}`;
    const owner = byHost.get(host);
    const isLast = host === last;
    const given = isLast ? ` (${words.host.last})` : '';
    if (owner?.pod !== undefined)
      return {
        text,
        id,
        kind: 'taken',
        label: say(owner.pod) + given,
        isLast,
        ...(owner.ref ? { ref: owner.ref } : {}),
      };
    if (owner) return { id, text, kind: 'leaked', label: say(words.host.leaked) + given, isLast };
    if (host === gateway.host)
      return { id, text, kind: 'device', label: say(words.host.gateway(gateway.dev)), ref: range.ref };
    if (host === 0)
      return {
        text,
        id,
        kind: 'device',
        label: say(network === undefined ? words.host.networkFree : words.host.network(network)),
        ref: range.ref,
      };
    if (host === next?.host) return { id, text, kind: 'next', label: say(words.next) };
    if (host === size - 1) return { id, text, kind: 'broadcast', label: say(words.host.broadcast) };
    // freed, and still the place behind which the search goes on
    if (isLast) return { id, text, kind: 'free', label: say(words.host.last), isLast };
    return { id, text, kind: 'free' };
  });
}
