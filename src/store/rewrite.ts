/** One click that is an edit: the engine writes it into the text, and what was sent last is sent again, to be compared. */
import type { BoardState } from './state.ts';

type Get = () => BoardState;

/** Puts a text in place of the present one. The edit happens now, not amid a packet: that one met the board as it was. */
export async function replaceAndSendAgain(get: Get, text: string): Promise<void> {
  get().goToEnd();
  await get().replaceText(text);
  if (get().text === text && get().textStatus === 'committed') await get().sendAgain();
}

/**
 * Has the engine write something into the text. `note` hears of it before it happens, for undo. 'unreadable': it cannot be
 * written in; a text that somebody typed meanwhile is newer and stays.
 */
export async function rewrite(
  get: Get,
  ask: (text: string) => Promise<{ readonly text?: string }>,
  note: (texts: { readonly before: string; readonly after: string }) => void,
): Promise<'done' | 'unreadable'> {
  const { text: before } = get();
  let after: string | undefined;
  await get().whenAlive(async () => {
    ({ text: after } = await ask(before));
  });
  if (after === undefined) return 'unreadable';
  if (get().text !== before) return 'done';
  note({ before, after });
  await replaceAndSendAgain(get, after);
  return 'done';
}
