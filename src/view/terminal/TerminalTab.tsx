import { useMemo } from 'react';
import { NO_TERMINAL } from '../../store/terminalActions.ts';
import type { Board } from '../../engine/protocol.ts';
import { IconButton } from '../controls/Button.tsx';
import { useTerminalT } from '../i18n/useTerminalT.ts';
import { useBoard } from '../page.ts';
import { CommandLine } from './CommandLine.tsx';
import { Log } from './Log.tsx';
import css from './Terminal.module.css';

/** A terminal in the namespace of the packet's source, or in one that the reader holds on to. */
export function TerminalTab() {
  const words = useTerminalT();
  const ns = useNamespace();
  const terminal = useBoard((state) => state.terminals[ns] ?? NO_TERMINAL);
  const isNow = useBoard((state) => state.branch === 'now');
  return (
    <div className={css['tab']}>
      <NamespaceChoice ns={ns} />
      {isNow ? null : <p className={css['note']}>{words.onlyNow}</p>}
      <Log ns={ns} terminal={terminal} />
      <CommandLine key={ns} ns={ns} terminal={terminal} />
    </div>
  );
}

/** `pod/shop/web` lives in `shop/web`, `node/node1` in `node1`. */
function nsOf(endpoint: string | undefined): string | undefined {
  return endpoint?.replace(/^[^/]+\//, '').replace(/:\d+$/, '');
}

function useNamespace(): string {
  return useBoard((state) => {
    const held = state.terminalNs;
    if (held !== undefined) return held;
    const source = nsOf(state.source);
    const hosts = state.board?.nodes.find((node) =>
      node.hostPods.some((pod) => `${pod.namespace}/${pod.name}` === source),
    );
    return hosts?.ns ?? source ?? state.board?.nodes[0]?.ns ?? '';
  });
}

/** More are too many for a list: then those of the machines, and the one on show. */
const MOST_LISTED = 1_000;

function namespacesOf(board: Board | undefined, shown: string): readonly string[] {
  if (board === undefined) return [];
  const machines = [...board.nodes, ...(board.router ? [board.router] : []), ...board.clients];
  const all = [...machines, ...board.nodes.flatMap((node) => node.pods)];
  const listed = (all.length <= MOST_LISTED ? all : machines).map(({ ns }) => ns);
  return [...new Set([...listed, shown])];
}

function NamespaceChoice({ ns }: { readonly ns: string }) {
  const words = useTerminalT();
  const board = useBoard((state) => state.board);
  const held = useBoard((state) => state.terminalNs);
  const hold = useBoard((state) => state.holdTerminal);
  const clear = useBoard((state) => state.clearTerminal);
  const listed = useMemo(() => namespacesOf(board, ns), [board, ns]);
  return (
    <div className={css['choice']}>
      <label>
        {words.of}
        <select
          value={held ?? ''}
          onChange={(event) => {
            hold(event.target.value === '' ? undefined : event.target.value);
          }}
        >
          <option value="">
            {held === undefined ? `${ns} · ` : ''}
            {words.follow}
          </option>
          {listed.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <IconButton
        icon="close"
        label={words.clear}
        onClick={() => {
          clear(ns);
        }}
      />
    </div>
  );
}
