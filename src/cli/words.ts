/** What a command line says when it cannot do as told, and how messages are printed: in English, as all tools here speak. */
import type { MessageId, MessageParams } from '../lib/message.ts';
import { en } from '../view/i18n/en.ts';

/** Wrong usage: exit code 2, with the usage printed. */
export class Usage extends Error {}

/** Something is wrong with the input: exit code 1. */
export class InputError extends Error {}

export function printMessage<K extends MessageId>({
  id,
  params,
}: {
  readonly id: K;
  readonly params: MessageParams[K];
}): string {
  return en.sentences[id](params);
}

/** `--NAME N`, when it was given; throws Usage where it is no number. */
export function numberIn(
  values: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, number>> {
  const text = values[name];
  if (text === undefined) return {};
  if (typeof text !== 'string' || !/^\d+$/.test(text))
    throw new Usage(`--${name} wants a number, not ${JSON.stringify(text)}`);
  return { [name]: Number(text) };
}
