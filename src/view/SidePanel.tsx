import { Suspense, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { PanelTab } from '../store/slices/ui.ts';
import { PANEL_NARROWEST, PANEL_WIDEST } from '../store/slices/ui.ts';
import { IconButton } from './controls/Button.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useT } from './i18n/useT.ts';
import { MatrixTab, StepList, TablesTab, TerminalTab, YamlTab } from './later.ts';
import { useBoard } from './page.ts';
import { PacketTab } from './trace/PacketTab.tsx';
import { WhyTab } from './trace/WhyTab.tsx';
import { useNarrow } from './useNarrow.ts';
import css from './SidePanel.module.css';

const beside: readonly PanelTab[] = ['packet', 'matrix', 'tables', 'terminal', 'yaml'];
const below: readonly PanelTab[] = ['story', 'packet', 'why', 'matrix', 'tables', 'terminal', 'yaml'];

/** Beside the board; on a phone a sheet below it. */
export function SidePanel() {
  const { ui } = useT();
  const isNarrow = useNarrow();
  const chosen = useBoard((state) => state.tab);
  const tabs = isNarrow ? below : beside;
  const tab = tabs.includes(chosen) ? chosen : 'packet';
  const width = useBoard((state) => state.panelWidth);
  const isTall = useBoard((state) => state.panelTall);
  const growPanel = useBoard((state) => state.growPanel);
  const [hasOpenedYaml, setOpenedYaml] = useState(false);
  const id = useId();
  // Kept once it was there, so that its undo history and its place in the text survive a look at the packet.
  if (tab === 'yaml' && !hasOpenedYaml) setOpenedYaml(true);
  return (
    <section className={css['panel']} aria-label={ui.panel.label} style={{ width }} data-tall={isTall}>
      <Splitter />
      <div className={css['head']}>
        <Tabs id={id} tabs={tabs} tab={tab} />
        <IconButton
          icon={isTall ? 'down' : 'up'}
          label={isTall ? ui.panel.shrink : ui.panel.grow}
          className={css['grow']}
          onClick={() => {
            growPanel(!isTall);
          }}
        />
      </div>
      {isNarrow ? (
        <>
          <Sheet id={id} name="story" tab={tab}>
            <Suspense fallback={null}>
              <StepList />
            </Suspense>
          </Sheet>
          <Sheet id={id} name="why" tab={tab}>
            <WhyTab />
          </Sheet>
        </>
      ) : null}
      <div
        role="tabpanel"
        id={`${id}packet`}
        aria-labelledby={`${id}packet-tab`}
        hidden={tab !== 'packet'}
        className={css['body']}
        tabIndex={0}
      >
        <ErrorBoundary>
          <PacketTab />
        </ErrorBoundary>
      </div>
      <div
        role="tabpanel"
        id={`${id}matrix`}
        aria-labelledby={`${id}matrix-tab`}
        hidden={tab !== 'matrix'}
        className={css['body']}
        tabIndex={0}
      >
        {tab === 'matrix' ? (
          <ErrorBoundary>
            <Suspense fallback={<p className={css['loading']}>{ui.panel.openingMatrix}</p>}>
              <MatrixTab />
            </Suspense>
          </ErrorBoundary>
        ) : null}
      </div>
      <div
        role="tabpanel"
        id={`${id}tables`}
        aria-labelledby={`${id}tables-tab`}
        hidden={tab !== 'tables'}
        className={css['body']}
        tabIndex={0}
      >
        {tab === 'tables' ? (
          <ErrorBoundary>
            <Suspense fallback={null}>
              <TablesTab />
            </Suspense>
          </ErrorBoundary>
        ) : null}
      </div>
      <div
        role="tabpanel"
        id={`${id}terminal`}
        aria-labelledby={`${id}terminal-tab`}
        hidden={tab !== 'terminal'}
        className={css['body']}
        tabIndex={0}
      >
        {tab === 'terminal' ? (
          <ErrorBoundary>
            <Suspense fallback={<p className={css['loading']}>{ui.panel.openingTerminal}</p>}>
              <TerminalTab />
            </Suspense>
          </ErrorBoundary>
        ) : null}
      </div>
      <div
        role="tabpanel"
        id={`${id}yaml`}
        aria-labelledby={`${id}yaml-tab`}
        hidden={tab !== 'yaml'}
        className={css['body']}
      >
        {hasOpenedYaml ? (
          <ErrorBoundary>
            <Suspense fallback={<p className={css['loading']}>{ui.yaml.loading}</p>}>
              <YamlTab />
            </Suspense>
          </ErrorBoundary>
        ) : null}
      </div>
    </section>
  );
}

interface SheetProps {
  readonly id: string;
  readonly name: PanelTab;
  readonly tab: PanelTab;
  readonly children: ReactNode;
}

/** A tab of a phone's sheet; what is in it is there only while it is looked at. */
function Sheet({ id, name, tab, children }: SheetProps) {
  return (
    <div
      role="tabpanel"
      id={`${id}${name}`}
      aria-labelledby={`${id}${name}-tab`}
      hidden={tab !== name}
      className={css['body']}
      tabIndex={0}
    >
      <ErrorBoundary>{tab === name ? children : null}</ErrorBoundary>
    </div>
  );
}

interface TabsProps {
  readonly id: string;
  readonly tabs: readonly PanelTab[];
  readonly tab: PanelTab;
}

function Tabs({ id, tabs, tab }: TabsProps) {
  const { ui } = useT();
  const showTab = useBoard((state) => state.showTab);
  const problems = useBoard(
    (state) => state.diagnostics.filter(({ severity }) => severity === 'error').length,
  );
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.key === 'ArrowRight' ? 1 : tabs.length - 1;
    const next = tabs[(tabs.indexOf(tab) + by) % tabs.length] ?? tab;
    showTab(next);
    list.current?.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={ui.panel.label} className={css['tabs']}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`${id}${name}-tab`}
          data-tab={name}
          aria-controls={`${id}${name}`}
          aria-selected={tab === name}
          tabIndex={tab === name ? 0 : -1}
          className={css['tab']}
          onKeyDown={onKeyDown}
          onClick={() => {
            showTab(name);
          }}
        >
          {ui.panel[name]}
          {name === 'yaml' && problems > 0 ? (
            <span className={css['problems']}>
              ◆ {problems}
              <span className="visually-hidden"> {ui.yaml.problems}</span>
            </span>
          ) : null}
        </button>
      ))}
    </div>
  );
}

const STEP = 16;

/** The border between board and panel: dragged, or moved with the arrows. */
function Splitter() {
  const { ui } = useT();
  const width = useBoard((state) => state.panelWidth);
  const resizePanel = useBoard((state) => state.resizePanel);
  return (
    // A separator that can be focused is a widget. https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={ui.panel.resize}
      aria-valuenow={width}
      aria-valuemin={PANEL_NARROWEST}
      aria-valuemax={PANEL_WIDEST}
      tabIndex={0}
      className={css['splitter']}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        event.stopPropagation();
        resizePanel(width + (event.key === 'ArrowLeft' ? STEP : -STEP));
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          resizePanel(window.innerWidth - event.clientX);
      }}
    />
  );
}
