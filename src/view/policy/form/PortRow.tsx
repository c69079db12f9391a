/** One item of ports: a protocol, and a number, a name, or a range. */
import type { Json, PortText } from '../../../engine/protocol.ts';
import { usePolicyFormT } from '../../i18n/usePolicyFormT.ts';
import { useBoard } from '../../page.ts';
import { json, portIn } from './edits.ts';
import { useForm } from './formContext.ts';
import { RemoveButton } from './RemoveButton.tsx';
import { TextField } from './TextField.tsx';
import css from './PolicyForm.module.css';

interface Props {
  readonly port: PortText;
  readonly path: string;
  readonly onRemove: () => void;
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

export function PortRow({ port: written, path, onRemove }: Props) {
  const t = usePolicyFormT();
  const { edit } = useForm();
  const offers = useBoard((state) => state.clusterWords?.ports ?? NO_PORTS);
  const { protocol, port, endPort } = written;
  const set = (field: string, value: Json | undefined): void => {
    edit({ path: `${path}.${field}`, value });
  };
  const isNumber = typeof port === 'number';
  return (
    <div className={css['box']}>
      <div className={css['line']}>
        <select
          aria-label={t.protocol}
          className={css['field']}
          value={protocol ?? 'TCP'}
          onChange={(event) => {
            set('protocol', event.target.value);
          }}
        >
          {PROTOCOLS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <TextField
          label={t.port}
          placeholder={t.anyPort}
          size={8}
          value={port === undefined || port === null ? '' : String(port)}
          offers={offers}
          onDone={(typed) => {
            const next = portIn(typed);
            if (typeof next === 'number' || endPort === undefined || endPort === null) set('port', next);
            // a range begins with a number
            else edit({ path, value: json({ protocol: protocol ?? undefined, port: next }) });
          }}
        />
        {isNumber ? (
          <>
            <span className={css['soft']}>{t.to}</span>
            <TextField
              label={t.endPort}
              size={6}
              value={endPort === undefined || endPort === null ? '' : String(endPort)}
              onDone={(typed) => {
                set('endPort', portIn(typed));
              }}
            />
          </>
        ) : null}
      </div>
      <RemoveButton what={`${protocol ?? 'TCP'} ${port ?? t.anyPort}`} onClick={onRemove} />
    </div>
  );
}

const NO_PORTS: readonly string[] = [];
