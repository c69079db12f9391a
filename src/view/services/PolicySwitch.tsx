import { useId, useState } from 'react';
import type { BoardService } from '../../engine/protocol.ts';
import type { TrafficPolicy } from '../../store/slices/services.ts';
import { Button, leaveAfterPointer } from '../controls/Button.tsx';
import { useServicesT } from '../i18n/useServicesT.ts';
import { useBoard } from '../page.ts';
import css from './Services.module.css';

const policies: readonly TrafficPolicy[] = ['Cluster', 'Local'];

/** One click switches externalTrafficPolicy in the text, and what was sent last is sent again. */
export function PolicySwitch({ service }: { readonly service: BoardService }) {
  const words = useServicesT();
  const id = `${service.namespace}/${service.name}`;
  const isBroken = useBoard((state) => state.textStatus === 'rejected');
  const switchPolicy = useBoard((state) => state.switchPolicy);
  const undo = useBoard((state) => state.undoSwitch);
  const showTab = useBoard((state) => state.showTab);
  const switched = useBoard((state) =>
    state.switched?.service === id && state.switched.after === state.text ? state.switched : undefined,
  );
  const [isUnreadable, setUnreadable] = useState(false);
  const [pending, setPending] = useState<TrafficPolicy>();
  const name = useId();
  const now = service.externalTrafficPolicy;
  if (now === undefined) return null;
  return (
    <div className={css['policy']}>
      <fieldset>
        <legend className="visually-hidden">{words.policy(id)}</legend>
        <code aria-hidden="true">externalTrafficPolicy</code>
        {policies.map((policy) => (
          <label key={policy} title={isBroken ? words.broken : words.policyHelp[policy]}>
            <input
              type="radio"
              name={name}
              checked={(pending ?? now) === policy}
              disabled={isBroken}
              onClick={leaveAfterPointer}
              onChange={() => {
                setPending(policy);
                void switchPolicy(id, policy).then((outcome) => {
                  setPending(undefined);
                  setUnreadable(outcome === 'unreadable');
                });
              }}
            />
            <span>{policy}</span>
          </label>
        ))}
      </fieldset>
      <span role="status">
        {switched ? <span className="visually-hidden">{words.switched(id, now)}</span> : null}
        {isUnreadable ? `▲ ${words.unreadable}` : null}
      </span>
      {isUnreadable ? (
        <Button
          onClick={() => {
            showTab('yaml');
          }}
        >
          {words.toYaml}
        </Button>
      ) : null}
      {switched ? (
        <Button
          onClick={(event) => {
            leaveAfterPointer(event);
            void undo();
          }}
        >
          ↶ {words.undo(switched.was)}
        </Button>
      ) : null}
    </div>
  );
}
