/** A route lookup as the recording tells it. */
import { onceFor } from '../lib/memo.ts';
import type { Ipv4 } from '../wire/address.ts';
import type { Route } from './netns.ts';
import { printRoute } from './print.ts';
import type { RouteResult, Row, StepKind } from './recorder.ts';

export const routeRow = onceFor((route: Route): Row => ({
  table: 'route',
  line: printRoute(route),
  origin: route.origin,
}));

export function routeStep(
  direction: 'input' | 'output',
  dst: Ipv4,
  result: RouteResult,
  route?: Route,
): StepKind {
  return {
    kind: 'route',
    direction,
    dst,
    result,
    ...(route?.dev === undefined ? {} : { dev: route.dev }),
    ...(route?.via === undefined ? {} : { via: route.via }),
    ...(route === undefined ? {} : { row: routeRow(route) }),
  };
}
