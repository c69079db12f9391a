import type { Breakpoint } from '../../store/slices/trace.ts';
import type { Grain } from '../../trace/timeline.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './StepList.module.css';

const grains: readonly Grain[] = ['hop', 'hook', 'header'];
const breakpoints: readonly Breakpoint[] = ['encap', 'nat', 'drop'];

/** How fine the steps are, and where playing pauses by itself. */
export function Telling() {
  const { ui } = useT();
  const grain = useBoard((state) => state.grain);
  const setGrain = useBoard((state) => state.setGrain);
  const stops = useBoard((state) => state.breakpoints);
  const toggle = useBoard((state) => state.toggleBreakpoint);
  return (
    <div className={css['group']}>
      <label className={css['control']}>
        {ui.timeline.grain}
        <select
          value={grain}
          onChange={(event) => {
            const chosen = grains.find((g) => g === event.target.value);
            if (chosen) setGrain(chosen);
          }}
        >
          {grains.map((g) => (
            <option key={g} value={g}>
              {ui.timeline.grains[g]}
            </option>
          ))}
        </select>
      </label>
      {breakpoints.map((breakpoint) => (
        <label key={breakpoint} className={css['control']}>
          <input
            type="checkbox"
            checked={stops.includes(breakpoint)}
            onChange={() => {
              toggle(breakpoint);
            }}
          />
          {ui.timeline.pauseOn[breakpoint]}
        </label>
      ))}
    </div>
  );
}
