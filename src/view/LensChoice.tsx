import { useId } from 'react';
import { leaveAfterPointer } from './controls/Button.tsx';
import { useT } from './i18n/useT.ts';
import css from './LensChoice.module.css';
import { useBoard } from './page.ts';
import { LENSES } from './topology/lens.ts';

/** Which layer of the network the board shows; the rest is dimmed. */
export function LensChoice() {
  const { ui } = useT();
  const lens = useBoard((state) => state.lens);
  const hasServices = useBoard((state) => (state.board?.services.length ?? 0) > 0);
  const setLens = useBoard((state) => state.setLens);
  const name = useId();
  const why = useId();
  return (
    <fieldset className={css['lens']}>
      <legend className="visually-hidden">{ui.lens.label}</legend>
      {LENSES.map((choice) => {
        const isIdle = choice === 'service' && !hasServices;
        return (
          <label
            key={choice}
            className={css['option']}
            title={isIdle ? ui.lens.noServices : ui.lens.help[choice]}
          >
            <input
              type="radio"
              name={name}
              className={css['radio']}
              checked={lens === choice}
              disabled={isIdle}
              aria-describedby={isIdle ? why : undefined}
              onClick={leaveAfterPointer}
              onChange={() => {
                setLens(choice);
              }}
            />
            <span className={css['text']}>{ui.lens.names[choice]}</span>
          </label>
        );
      })}
      <span id={why} hidden>
        {ui.lens.noServices}
      </span>
    </fieldset>
  );
}
