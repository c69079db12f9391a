/** One item of from/to: selectors of which both must fit, or a block of addresses. */
import type { PeerText } from '../../../engine/protocol.ts';
import { Button } from '../../controls/Button.tsx';
import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import { appended, itemsAt, json, removed } from './edits.ts';
import { useForm } from './formContext.ts';
import { RemoveButton } from './RemoveButton.tsx';
import { SelectorChips } from './SelectorChips.tsx';
import { TextField } from './TextField.tsx';
import css from './PolicyForm.module.css';

interface Props {
  readonly peer: PeerText;
  readonly path: string;
  readonly onRemove: () => void;
  readonly onSplit: (() => void) | undefined;
}

export function PeerBox({ peer, path, onRemove, onSplit }: Props) {
  const t = usePolicyFormT();
  const { ipBlock } = peer;
  return (
    <div className={css['box']}>
      {ipBlock ? (
        <IpBlock block={ipBlock} path={`${path}.ipBlock`} />
      ) : (
        <Selectors peer={peer} path={path} onSplit={onSplit} />
      )}
      <RemoveButton
        what={ipBlock ? t.block : peer.namespaceSelector ? t.namespaces : t.pods}
        onClick={onRemove}
      />
    </div>
  );
}

function Selectors({ peer, path, onSplit }: Omit<Props, 'onRemove'>) {
  const t = usePolicyFormT();
  const { edit, namespace } = useForm();
  const { podSelector, namespaceSelector } = peer;
  const addSelector = (field: string): void => {
    edit({ path: `${path}.${field}`, value: {} });
  };
  return (
    <div className={css['selectors']}>
      {podSelector ? (
        <div className={css['line']}>
          <span className={css['kind']}>{t.pods}</span>
          <SelectorChips of="pods" selector={podSelector} path={`${path}.podSelector`} />
        </div>
      ) : null}
      {podSelector && namespaceSelector ? <p className={css['and']}>{t.and}</p> : null}
      {namespaceSelector ? (
        <div className={css['line']}>
          <span className={css['kind']}>{t.namespaces}</span>
          <SelectorChips of="namespaces" selector={namespaceSelector} path={`${path}.namespaceSelector`} />
        </div>
      ) : podSelector ? (
        <p className={css['soft']}>{t.ownNamespace(namespace)}</p>
      ) : null}
      <div className={css['buttons']}>
        {onSplit ? <Button onClick={onSplit}>{t.split}</Button> : null}
        {podSelector && !namespaceSelector ? (
          <Button
            onClick={() => {
              addSelector('namespaceSelector');
            }}
          >
            + {t.withNamespaces}
          </Button>
        ) : null}
        {namespaceSelector && !podSelector ? (
          <Button
            onClick={() => {
              addSelector('podSelector');
            }}
          >
            + {t.withPods}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function IpBlock({
  block,
  path,
}: {
  readonly block: NonNullable<PeerText['ipBlock']>;
  readonly path: string;
}) {
  const t = usePolicyFormT();
  const { edit } = useForm();
  const except = block.except ?? [];
  return (
    <div className={css['selectors']}>
      <div className={css['line']}>
        <span className={css['kind']}>{t.block}</span>
        <TextField
          label={t.cidr}
          size={16}
          value={block.cidr ?? ''}
          onDone={(typed) => {
            edit({ path: `${path}.cidr`, value: typed.trim() });
          }}
        />
      </div>
      {itemsAt(except, `${path}.except`).map(({ item: cidr, index: i, field }) => (
        <div key={field} className={css['line']}>
          <span className={css['kind']}>{i === 0 ? t.except : t.or}</span>
          <TextField
            label={`${t.except} ${t.cidr}`}
            size={16}
            value={cidr}
            onDone={(typed) => {
              edit({ path: field, value: typed.trim() });
            }}
          />
          <RemoveButton
            what={cidr}
            onClick={() => {
              edit(removed(`${path}.except`, except.length, i));
            }}
          />
        </div>
      ))}
      <div className={css['buttons']}>
        <Button
          onClick={() => {
            // a part of the block, for the API server refuses what is none
            edit(appended(`${path}.except`, except.length, json(partOf(block.cidr ?? ''))));
          }}
        >
          + {t.addExcept}
        </Button>
      </div>
    </div>
  );
}

/** The first address of a block, as a block: something to begin with. */
function partOf(cidr: string): string {
  const [address = '', bits = '32'] = cidr.split('/');
  return `${address}/${address.includes(':') ? 128 : Math.max(32, Number(bits) || 0)}`;
}
