/** `-j CT --notrack`, `-j NOTRACK`: conntrack leaves the packet alone; `-j TRACE`: every rule it meets is reported. @see net/netfilter/xt_CT.c, xt_TRACE.c */
import { message } from '../../../lib/message.ts';
import { defineTarget } from './define.ts';

export interface CtTarget {
  readonly target: 'CT';
  readonly notrack: boolean;
}
export interface NotrackTarget {
  readonly target: 'NOTRACK';
}
export interface TraceTarget {
  readonly target: 'TRACE';
}

export const ct = defineTarget<CtTarget>({
  name: 'CT',
  tables: ['raw'],
  options: { notrack: { arguments: 0 } },
  parse: (options) => ({ target: 'CT', notrack: options.has('notrack') }),
  print: ({ notrack: untracked }) => (untracked ? '--notrack' : ''),
  act: ({ notrack: untracked }) => ({ act: untracked ? 'notrack' : 'continue' }),
  explain: ({ notrack: untracked }) => message(untracked ? 'rule.notrack' : 'rule.ct', {}),
});

export const notrack = defineTarget<NotrackTarget>({
  name: 'NOTRACK',
  tables: ['raw'],
  options: {},
  parse: () => ({ target: 'NOTRACK' }),
  print: () => '',
  act: () => ({ act: 'notrack' }),
  explain: () => message('rule.notrack', {}),
});

export const trace = defineTarget<TraceTarget>({
  name: 'TRACE',
  options: {},
  parse: () => ({ target: 'TRACE' }),
  print: () => '',
  act: () => ({ act: 'trace' }),
  explain: () => message('rule.trace', {}),
});
