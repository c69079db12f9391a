/** `-j CONNMARK`: changes the connection's mark, or copies between it and the packet's. @see net/netfilter/xt_connmark.c */
import { message } from '../../../lib/message.ts';
import { OptionError, type OptionReader } from '../options.ts';
import { hex, MAX_UINT32, uintOption, type MaskedValue } from '../values.ts';
import { defineTarget } from './define.ts';
import { MARK_OPTIONS, parseMarkOptions, printXmark, withMark } from './mark.ts';

export type ConnmarkTarget = { readonly target: 'CONNMARK' } & (
  | ({ readonly mode: 'set' } & MaskedValue)
  | { readonly mode: 'save' | 'restore'; readonly nfmask: number; readonly ctmask: number }
);

const OPERATIONS = [...Object.keys(MARK_OPTIONS), 'save-mark', 'restore-mark'];

function maskOption(options: OptionReader, option: string): number {
  const text = options.text(option) ?? options.text('mask');
  return text === undefined ? MAX_UINT32 : uintOption(text, 'CONNMARK', option);
}

export const connmark = defineTarget<ConnmarkTarget>({
  name: 'CONNMARK',
  options: {
    ...MARK_OPTIONS,
    'save-mark': { arguments: 0 },
    'restore-mark': { arguments: 0 },
    ctmask: { arguments: 1 },
    nfmask: { arguments: 1 },
    mask: { arguments: 1 },
  },
  exclusive: [OPERATIONS, ['mask', 'ctmask'], ['mask', 'nfmask']],
  parse(options) {
    const operation = parseMarkOptions(options, 'CONNMARK');
    if (operation !== undefined) return { target: 'CONNMARK', mode: 'set', ...operation };
    const mode = options.has('save-mark') ? 'save' : options.has('restore-mark') ? 'restore' : undefined;
    if (mode === undefined) throw new OptionError('CONNMARK target: No operation specified');
    return {
      target: 'CONNMARK',
      mode,
      nfmask: maskOption(options, 'nfmask'),
      ctmask: maskOption(options, 'ctmask'),
    };
  },
  print: (target) =>
    target.mode === 'set'
      ? printXmark(target)
      : `--${target.mode}-mark --nfmask ${hex(target.nfmask)} --ctmask ${hex(target.ctmask)}`,
  act(target, probe) {
    const connection = probe.ct?.entry;
    if (connection === undefined) return { act: 'continue' };
    if (target.mode === 'set') return { act: 'connmark', mark: withMark(connection.mark, target) };
    const { nfmask, ctmask } = target;
    if (target.mode === 'restore') {
      return { act: 'mark', mark: ((probe.mark & ~nfmask) ^ (connection.mark & ctmask)) >>> 0 };
    }
    return { act: 'connmark', mark: ((connection.mark & ~ctmask) ^ (probe.mark & nfmask)) >>> 0 };
  },
  explain(target) {
    if (target.mode === 'set') {
      return message('rule.connmark.set', { mark: hex(target.value), mask: hex(target.mask) });
    }
    const params = { nfmask: hex(target.nfmask), ctmask: hex(target.ctmask) };
    return target.mode === 'save'
      ? message('rule.connmark.save', params)
      : message('rule.connmark.restore', params);
  },
});
