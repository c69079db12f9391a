import { Suspense } from 'react';
import type { RunningFlow } from '../store/slices/traffic.ts';
import { Button } from './controls/Button.tsx';
import { say, useT } from './i18n/useT.ts';
import { SourcesSeen } from './later.ts';
import { useBoard } from './page.ts';
import { flowMark } from './topology/flowMark.ts';
import css from './Traffic.module.css';

/** Switches the running traffic of the Board document on and off, and says how each flow fares. Nothing without one. */
export function Traffic() {
  const { ui } = useT();
  const count = useBoard((state) => state.board?.traffic.length ?? 0);
  const on = useBoard((state) => state.trafficOn);
  const flows = useBoard((state) => state.flows);
  const toggle = useBoard((state) => state.toggleTraffic);
  if (count === 0) return null;
  return (
    <section className={css['traffic']} aria-label={ui.traffic.label}>
      <Button kind="quiet" aria-pressed={on} onClick={toggle}>
        {on ? ui.traffic.stop : ui.traffic.start(count)}
      </Button>
      {flows.length === 0 ? null : (
        <ul className={css['flows']} aria-live="polite">
          {flows.map((running, index) => (
            <Flow
              index={index}
              key={`${running.flow.from} ${running.flow.to} ${running.flow.protocol}`}
              running={running}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface FlowProps {
  readonly running: RunningFlow;
  readonly index: number;
}

function Flow({ running: { flow, result, refusal, recording, exchange }, index }: FlowProps) {
  const t = useT();
  const short = (endpoint: string): string => endpoint.replace(/^(pod|node|client)\//, '');
  const word = refusal ? say(t, refusal) : result === undefined ? '' : t.disposition[result];
  return (
    <li>
      {/* the same mark as on its packets */}
      <span className={css['mark']} style={{ background: `var(--flow-${6 - (index % 6)})` }}>
        {flowMark({ flow: index, bare: true })}
      </span>{' '}
      <span className={css['name']}>
        {short(flow.from)} → {short(flow.to)}
      </span>{' '}
      {flow.protocol}: <b>{word}</b>
      {recording === undefined || exchange === undefined ? null : (
        <Suspense fallback={null}>
          <SourcesSeen recording={recording} exchange={exchange} />
        </Suspense>
      )}
    </li>
  );
}
