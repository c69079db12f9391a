import { useEffect } from 'react';
import { serviceBehind } from '../../store/endpoints.ts';
import { useServicesT } from '../i18n/useServicesT.ts';
import { useBoard } from '../page.ts';
import css from './Services.module.css';

/** Which endpoint of the Service that is dialled: by lot, or one that is picked. Nothing where there is no choice. */
export default function EndpointPick() {
  const words = useServicesT();
  const board = useBoard((state) => state.board);
  const target = useBoard((state) => state.target);
  const behind = board && serviceBehind(board, target);
  const service = behind?.service;
  const lookedAt = useBoard((state) => state.lookedAt);
  const look = useBoard((state) => state.lookAtService);
  const picked = useBoard((state) => state.picked);
  const pick = useBoard((state) => state.pickEndpoint);
  useEffect(() => {
    if (service !== undefined) look(service);
  }, [service, look, board]);
  if (service === undefined || lookedAt?.service !== service) return null;
  const endpoints = (lookedAt.detail?.endpoints ?? []).filter(({ ready }) => ready);
  const offered = new Map(endpoints.map((endpoint) => [endpoint.ip, endpoint]));
  if (offered.size < 2) return null;
  const isPicked = picked?.startsWith(`${service}=`) === true;
  return (
    <label className={css['pick']}>
      <span>{words.pick}</span>
      <select
        value={isPicked ? picked : ''}
        onChange={(event) => {
          pick(event.target.value === '' ? undefined : event.target.value);
        }}
      >
        <option value="">{words.byLot}</option>
        {[...offered.values()].map(({ ip, pod }) => (
          <option key={ip} value={`${service}=${ip}`}>
            {pod === undefined ? ip : `${pod} · ${ip}`}
          </option>
        ))}
      </select>
    </label>
  );
}
