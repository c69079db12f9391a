/** `-j MARK`: changes the packet's mark. Every spelling is one operation: clear `mask`, then xor `value`. @see net/netfilter/xt_mark.c */
import { message } from '../../../lib/message.ts';
import { OptionError, type OptionReader, type OptionTable } from '../options.ts';
import { hex, MAX_UINT32, parseMasked, uintOption, type MaskedValue } from '../values.ts';
import { defineTarget } from './define.ts';

export interface MarkTarget extends MaskedValue {
  readonly target: 'MARK';
}

export const MARK_OPTIONS: OptionTable = {
  'set-xmark': { arguments: 1 },
  'set-mark': { arguments: 1 },
  'and-mark': { arguments: 1 },
  'or-mark': { arguments: 1 },
  'xor-mark': { arguments: 1 },
};

/** The operation that was asked for as value and mask, undefined when none was. */
export function parseMarkOptions(options: OptionReader, name: string): MaskedValue | undefined {
  const number = (option: string): number | undefined => {
    const text = options.text(option);
    return text === undefined ? undefined : uintOption(text, name, option);
  };
  const [xmark, set] = [options.text('set-xmark'), options.text('set-mark')];
  if (xmark !== undefined) return parseMasked(xmark, name, 'set-xmark');
  if (set !== undefined) {
    const { value, mask } = parseMasked(set, name, 'set-mark');
    return { value, mask: (value | mask) >>> 0 };
  }
  const and = number('and-mark');
  if (and !== undefined) return { value: 0, mask: ~and >>> 0 };
  const or = number('or-mark');
  if (or !== undefined) return { value: or, mask: or };
  const xor = number('xor-mark');
  return xor === undefined ? undefined : { value: xor, mask: 0 };
}

export function printXmark({ value, mask }: MaskedValue): string {
  return `--set-xmark ${hex(value)}/${hex(mask)}`;
}

/** `old` with the bits of the mask cleared, xor the value. */
export function withMark(old: number, { value, mask }: MaskedValue): number {
  return ((old & ~mask) ^ value) >>> 0;
}

export const mark = defineTarget<MarkTarget>({
  name: 'MARK',
  options: MARK_OPTIONS,
  exclusive: [Object.keys(MARK_OPTIONS)],
  parse(options) {
    const operation = parseMarkOptions(options, 'MARK');
    if (operation === undefined) {
      throw new OptionError('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
    }
    return { target: 'MARK', ...operation };
  },
  print: printXmark,
  act: (target, probe) => ({ act: 'mark', mark: withMark(probe.mark, target) }),
  explain(target) {
    const { value, mask } = target;
    if (value === mask && mask !== MAX_UINT32) return message('rule.mark.set-bits', { bits: hex(value) });
    if (mask === 0) return message('rule.mark.flip-bits', { bits: hex(value) });
    if (value === 0) return message('rule.mark.clear-bits', { bits: hex(mask) });
    if (mask === MAX_UINT32) return message('rule.mark.set', { mark: hex(value) });
    return message('rule.mark.set-masked', { mark: hex(value), mask: hex(mask) });
  },
});
