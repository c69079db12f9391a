import { Suspense, useId, useMemo } from 'react';
import type { Board, Endpoint } from '../../engine/protocol.ts';
import { endpointsOf, servicesOf, type EndpointChoice } from '../../store/endpoints.ts';
import type { Protocol } from '../../store/slices/trace.ts';
import { useT } from '../i18n/useT.ts';
import { EndpointPick } from '../later.ts';
import { useBoard } from '../page.ts';
import { Button, leaveAfterPointer } from './Button.tsx';
import { Icon } from './Icon.tsx';
import css from './SendBar.module.css';

const protocols: readonly Protocol[] = ['icmp', 'tcp'];

/** From where, to where, what, and the one highlighted button. */
export function SendBar() {
  const { ui } = useT();
  const board = useBoard((state) => state.board);
  const source = useBoard((state) => state.source);
  const target = useBoard((state) => state.target);
  const sending = useBoard((state) => state.sending);
  const chooseSource = useBoard((state) => state.chooseSource);
  const chooseTarget = useBoard((state) => state.chooseTarget);
  const send = useBoard((state) => state.send);
  const isIncomplete = source === undefined || target === undefined;
  const why = useId();
  return (
    <div role="group" aria-label={ui.send.group} className={css['bar']}>
      <EndpointPicker label={ui.send.from} board={board} value={source} onChoose={chooseSource} />
      <span className={css['arrow']}>
        <Icon name="arrow" />
      </span>
      <EndpointPicker label={ui.send.to} board={board} value={target} onChoose={chooseTarget} isTarget />
      <Suspense fallback={null}>{target?.includes(':') === true ? <EndpointPick /> : null}</Suspense>
      <ProtocolChoice />
      <Button
        kind="primary"
        aria-disabled={isIncomplete || sending}
        aria-describedby={isIncomplete ? why : undefined}
        title={isIncomplete ? ui.send.needsBoth : undefined}
        onClick={(event) => {
          leaveAfterPointer(event);
          void send();
        }}
      >
        {ui.send.send}
      </Button>
      <span id={why} hidden>
        {ui.send.needsBoth}
      </span>
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly board: Board | undefined;
  readonly value: Endpoint | undefined;
  readonly onChoose: (endpoint: Endpoint) => void;
  /** what cannot send can be sent to: Services */
  readonly isTarget?: boolean;
}

/** More than these are too many for a list (20,000 options freeze the page): then pods are chosen on the board or by its search. */
const MOST_LISTED = 1_000;

function EndpointPicker({ label, board, value, onChoose, isTarget = false }: PickerProps) {
  const { ui } = useT();
  const groups = useMemo(() => groupsOf(board, value, isTarget), [board, value, isTarget]);
  return (
    <label className={css['picker']}>
      <span className={css['label']}>{label}</span>
      <select
        className={css['select']}
        value={value ?? ''}
        onChange={(event) => {
          onChoose(event.target.value);
        }}
      >
        {value === undefined ? <option value="">{ui.send.choose}</option> : null}
        {groups.pods.map(([node, pods]) => (
          <Choices key={node} label={ui.send.podsOn(node)} choices={pods} />
        ))}
        <Choices label={ui.send.nodes} choices={groups.nodes} />
        <Choices label={ui.send.clients} choices={groups.clients} />
        <Choices label={ui.send.services} choices={groups.services} />
        <Choices label={ui.send.nodePorts} choices={groups.nodePorts} />
      </select>
    </label>
  );
}

/** The choices by kind, pods by node: in one pass, since a board may have ten thousand. */
function groupsOf(board: Board | undefined, value: Endpoint | undefined, isTarget: boolean) {
  const choices = board === undefined ? [] : endpointsOf(board);
  const services = board === undefined || !isTarget ? [] : servicesOf(board);
  const offered = services.slice(0, MOST_LISTED);
  const listed = choices.length <= MOST_LISTED;
  const pods = new Map<string, EndpointChoice[]>();
  for (const choice of choices) {
    if (choice.kind !== 'pod' || !(listed || choice.endpoint === value)) continue;
    const group = pods.get(choice.node);
    if (group) group.push(choice);
    else pods.set(choice.node, [choice]);
  }
  return {
    pods: [...pods],
    nodes: choices.filter(({ kind }) => kind === 'node'),
    clients: choices.filter(({ kind }) => kind === 'client'),
    services: offered.filter(({ kind }) => kind === 'service'),
    nodePorts: offered.filter(({ kind }) => kind === 'nodePort'),
  };
}

function Choices({
  label,
  choices,
}: {
  readonly label: string;
  readonly choices: readonly EndpointChoice[];
}) {
  if (choices.length === 0) return null;
  return (
    <optgroup label={label}>
      {choices.map((choice) => (
        <option key={choice.endpoint} value={choice.endpoint}>
          {`${choice.label} · ${choice.ip}`}
        </option>
      ))}
    </optgroup>
  );
}

function ProtocolChoice() {
  const { ui } = useT();
  const protocol = useBoard((state) => state.protocol);
  const chooseProtocol = useBoard((state) => state.chooseProtocol);
  const name = useId();
  return (
    <fieldset className={css['protocol']}>
      <legend className="visually-hidden">{ui.send.protocol}</legend>
      {protocols.map((choice) => (
        <label key={choice} className={css['option']}>
          <input
            type="radio"
            name={name}
            className={css['radio']}
            checked={protocol === choice}
            onChange={() => {
              chooseProtocol(choice);
            }}
          />
          <span className={css['optionText']}>{ui.send[choice]}</span>
        </label>
      ))}
    </fieldset>
  );
}
