import type { KeyboardEvent } from 'react';
import type { LayerKind } from '../../wire/layers.ts';
import { useT } from '../i18n/useT.ts';
import type { FieldRow, LayerRow } from './inspect.ts';
import { layerNames } from './layerNames.ts';
import { moveFocus } from './moveFocus.ts';
import { signs } from './signs.ts';
import css from './HeaderDiff.module.css';
import tiles from './tiles.module.css';

/** The two or three fields by which a header is recognised while it is closed. */
const telling: Readonly<Record<LayerKind, readonly string[]>> = {
  ethernet: ['src', 'dst'],
  arp: ['op', 'spa', 'tpa'],
  ipv4: ['src', 'dst', 'ttl'],
  icmp: ['type', 'seq'],
  udp: ['sport', 'dport'],
  tcp: ['sport', 'dport', 'flags'],
  vxlan: ['vni'],
  dns: ['question', 'records'],
  data: ['data', 'quote'],
};

interface Props {
  readonly diffs: readonly LayerRow[];
  /** the field that is pointed at, here or in the bytes */
  readonly active: string | undefined;
  readonly onActive: (key: string | undefined) => void;
}

/**
 * The headers from the outside in. What this step changed is open and marked with a sign and a word; the rest is closed. What
 * came off is one line, so that the first header below it is the outermost one there is.
 */
export function HeaderDiff({ diffs, active, onActive }: Props) {
  const { ui } = useT();
  const gone = diffs.filter(({ change }) => change === 'removed');
  return (
    <section aria-label={ui.packet.headers} className={css['headers']}>
      <h2 className={css['heading']}>{ui.packet.headers}</h2>
      {gone.length === 0 ? null : (
        <details className={css['gone']}>
          <summary className={css['goneSummary']}>
            <span className={css['badge']} data-change="removed">
              {signs.removed} {ui.packet.layerChange.removed}
            </span>
            <s>{gone.map(({ layer }) => layerNames[layer.kind]).join(' · ')}</s>
          </summary>
          {gone.map((row) => (
            <LayerBlock key={row.key} row={row} active={active} onActive={onActive} />
          ))}
        </details>
      )}
      {diffs
        .filter(({ change }) => change !== 'removed')
        .map((row) => (
          <LayerBlock key={row.key} row={row} active={active} onActive={onActive} />
        ))}
    </section>
  );
}

interface BlockProps extends Omit<Props, 'diffs'> {
  readonly row: LayerRow;
}

function LayerBlock({ row, active, onActive }: BlockProps) {
  const { ui } = useT();
  const { layer, change, fields } = row;
  const brief = telling[layer.kind]
    .flatMap((told) => fields.filter(({ name }) => name === told))
    .map(({ name, value }) => (layer.kind === 'data' ? value : `${name} ${value}`));
  const holdsActive = active !== undefined && fields.some(({ key }) => key === active);
  return (
    <details
      className={`${css['layer']} ${layer.depth > 0 ? css['inner'] : ''}`}
      data-layer={layer.kind}
      data-change={change}
      open={change === 'changed' || change === 'added'}
    >
      <summary className={`${css['summary']} ${holdsActive ? css['holds'] : ''}`}>
        <span className={`${tiles['kind']} ${css['tile']}`} data-kind={layer.kind}>
          {layerNames[layer.kind]}
        </span>
        {layer.depth > 0 ? <span className="visually-hidden">{ui.packet.inside}</span> : null}
        <span className={css['words']}>
          {change === 'same' ? null : (
            <span className={css['badge']} data-change={change}>
              {signs[change]} {ui.packet.layerChange[change]}
            </span>
          )}
          {brief.map((told) => (
            <span key={told} className={css['brief']}>
              {told}
            </span>
          ))}
        </span>
      </summary>
      <Fields row={row} active={active} onActive={onActive} />
    </details>
  );
}

function Fields({ row, active, onActive }: BlockProps) {
  const { ui } = useT();
  const compares = row.change === 'changed';
  const first = row.fields.findIndex(({ key }) => key !== undefined);
  const leave = (): void => {
    onActive(undefined);
  };
  return (
    <div onMouseLeave={leave} onBlur={leave}>
      <table className={css['fields']}>
        <thead className={compares ? '' : 'visually-hidden'}>
          <tr>
            <th scope="col">{ui.packet.field}</th>
            <th scope="col">{compares ? `${ui.packet.in} → ${ui.packet.out}` : ui.packet.value}</th>
          </tr>
        </thead>
        <tbody>
          {row.fields.map((field, i) => (
            <FieldLine
              key={field.key ?? field.name}
              field={field}
              isActive={field.key !== undefined && field.key === active}
              isStop={i === first}
              onActive={onActive}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly field: FieldRow;
  readonly isActive: boolean;
  /** the one field of the layer that Tab stops at; the arrows go on from there */
  readonly isStop: boolean;
  readonly onActive: (key: string | undefined) => void;
}

function FieldLine({ field, isActive, isStop, onActive }: LineProps) {
  const { ui } = useT();
  const { key, name, value, was } = field;
  const hasChanged = was !== undefined;
  const show = (): void => {
    onActive(key);
  };
  return (
    <tr
      className={isActive ? css['active'] : ''}
      data-changed={hasChanged}
      data-field={key}
      tabIndex={key === undefined ? undefined : isStop ? 0 : -1}
      onMouseEnter={show}
      onFocus={show}
      onKeyDown={(event: KeyboardEvent<HTMLElement>) => {
        moveFocus(event, '[data-field]');
      }}
    >
      <th scope="row">
        {name}
        {hasChanged ? (
          <span className={css['changed']}>
            {' '}
            ~<span className="visually-hidden"> {ui.packet.layerChange.changed}</span>
          </span>
        ) : null}
      </th>
      <td>
        {hasChanged ? (
          <span className={css['became']}>
            <s className={css['was']}>{was}</s>
            <strong>
              <span aria-hidden="true">→ </span>
              {value}
            </strong>
          </span>
        ) : (
          value
        )}
      </td>
    </tr>
  );
}
