/** One rule: peers, of which one must fit, and ports, of which one must fit. */
import { Fragment } from 'react';
import { Button } from '../../controls/Button.tsx';
import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import {
  appended,
  canJoin,
  canSplit,
  itemsAt,
  joinPeers,
  PEERS,
  removed,
  splitPeers,
  type Direction,
  type WrittenRule,
} from './edits.ts';
import { useForm } from './formContext.ts';
import { Part } from './Part.tsx';
import { PeerBox } from './PeerBox.tsx';
import { PortRow } from './PortRow.tsx';
import { RemoveButton } from './RemoveButton.tsx';
import css from './PolicyForm.module.css';

interface Props {
  readonly direction: Direction;
  readonly rule: WrittenRule;
  readonly number: number;
  readonly path: string;
  readonly onRemove: () => void;
}

export function RuleForm({ direction, rule, number, path, onRemove }: Props) {
  const t = usePolicyFormT();
  return (
    <section className={css['rule']} aria-label={t.rule(number)}>
      <header>
        <h4>{t.rule(number)}</h4>
        <RemoveButton what={t.rule(number)} onClick={onRemove} />
      </header>
      <Peers direction={direction} rule={rule} path={`${path}.${PEERS[direction]}`} />
      <p className={css['and']}>{t.and}</p>
      <Ports rule={rule} path={`${path}.ports`} />
    </section>
  );
}

function Peers({ direction, rule: { peers }, path }: Pick<Props, 'direction' | 'rule' | 'path'>) {
  const t = usePolicyFormT();
  const { edit, editDash } = useForm();
  return (
    <Part name={t.peers[direction]}>
      {peers.length === 0 ? <span className={css['soft']}>{t.anybody[direction]}</span> : null}
      {itemsAt(peers, path).map(({ item: peer, index: i, field }) => (
        <Fragment key={field}>
          {i > 0 ? (
            <div className={css['between']}>
              <span className={css['or']}>{t.or}</span>
              {canJoin(peers[i - 1], peer) ? (
                <Button
                  onClick={() => {
                    const selector = peer.podSelector ? 'podSelector' : 'namespaceSelector';
                    editDash([`${field}.${selector}`], { path, value: joinPeers(peers, i - 1) });
                  }}
                >
                  {t.join}
                </Button>
              ) : null}
            </div>
          ) : null}
          <PeerBox
            peer={peer}
            path={field}
            onRemove={() => {
              edit(removed(path, peers.length, i));
            }}
            onSplit={
              canSplit(peer)
                ? () => {
                    const fields = ['podSelector', 'namespaceSelector'].map(
                      (selector) => `${field}.${selector}`,
                    );
                    editDash(fields, { path, value: splitPeers(peers, i) });
                  }
                : undefined
            }
          />
        </Fragment>
      ))}
      <div className={css['buttons']}>
        {[
          [t.addPods, { podSelector: {} }] as const,
          [t.addNamespaces, { namespaceSelector: {} }] as const,
          [t.addBlock, { ipBlock: { cidr: '10.0.0.0/8' } }] as const,
        ].map(([name, value]) => (
          <Button
            key={name}
            onClick={() => {
              edit(appended(path, peers.length, value));
            }}
          >
            + {name}
          </Button>
        ))}
      </div>
    </Part>
  );
}

function Ports({ rule: { ports }, path }: Pick<Props, 'rule' | 'path'>) {
  const t = usePolicyFormT();
  const { edit } = useForm();
  return (
    <Part name={t.ports}>
      {ports.length === 0 ? <span className={css['soft']}>{t.everyPort}</span> : null}
      {itemsAt(ports, path).map(({ item: port, index: i, field }) => (
        <Fragment key={field}>
          {i > 0 ? <span className={css['or']}>{t.or}</span> : null}
          <PortRow
            port={port}
            path={field}
            onRemove={() => {
              edit(removed(path, ports.length, i));
            }}
          />
        </Fragment>
      ))}
      <div className={css['buttons']}>
        <Button
          onClick={() => {
            edit(appended(path, ports.length, { port: 80 }));
          }}
        >
          + {t.addPort}
        </Button>
      </div>
    </Part>
  );
}
