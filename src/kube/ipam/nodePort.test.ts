import { expect, test } from 'vitest';
import { createRandom } from '../../lib/random.ts';
import {
  allocateNodePort,
  healthCheckPortRefused,
  NODE_PORTS,
  portAllocationFailed,
  portOffset,
  portRefused,
  requestNodePort,
} from './nodePort.ts';

const ports = (from: number, to: number): Set<number> =>
  new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i));

test('the static band is the 86 ports 30000-30085', () => {
  expect(portOffset(NODE_PORTS)).toBe(86);
  for (let seed = 0; seed < 200; seed++) {
    const port = allocateNodePort(new Set(), createRandom(seed));
    expect(port.ok ? port.value : 0).toBeGreaterThanOrEqual(30086);
  }
});

test('a port comes from the lower band when the upper one is full, then the range is full', () => {
  const low = allocateNodePort(ports(30086, 32767), createRandom(3));
  expect(low.ok ? low.value : 0).toBeLessThanOrEqual(30085);
  const full = allocateNodePort(ports(30000, 32767), createRandom(3));
  expect(portAllocationFailed(full.ok ? '' : full.error)).toBe(
    'Internal error occurred: failed to allocate a nodePort: range is full',
  );
});

test('refusals are the words of the API server', () => {
  const refusal = (taken: ReadonlySet<number>, port: number): string => {
    const result = requestNodePort(taken, port);
    return result.ok ? '' : result.error;
  };
  expect(portRefused(0, 8080, refusal(new Set(), 8080))).toBe(
    'spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
  );
  expect(portRefused(1, 30080, refusal(new Set([30080]), 30080))).toBe(
    'spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  expect(healthCheckPortRefused(30080, refusal(new Set([30080]), 30080))).toBe(
    'Internal error occurred: failed to allocate requested HealthCheck NodePort 30080: provided port is already allocated',
  );
  expect(requestNodePort(new Set(), 32767)).toEqual({ ok: true, value: 32767 });
});
