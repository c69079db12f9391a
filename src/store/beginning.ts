/** What the page asks for while its own scripts are still loading, so that the answers are there when it is. */
import type { Client } from '../engine/client.ts';
import type { GalleryEntry } from '../engine/protocol.ts';
import type { Persist, Work } from './persist.ts';

export interface Beginning {
  readonly gallery: Promise<readonly GalleryEntry[]>;
  /** the text of the default scenario */
  readonly first: Promise<string>;
  /** what the user typed before; never rejects */
  readonly work: Promise<Work | undefined>;
}

/** Asks for all of it at once. `gallery` and `first` reject when the engine stops; whoever awaits them is told. */
export function begin(client: Client, persist: Persist): Beginning {
  const gallery = client.call('gallery', {});
  const first = client.call('scenario', {}).then((text) => text ?? '');
  // they may stop before anybody awaits them
  for (const one of [gallery, first]) one.catch(() => undefined);
  return { gallery, first, work: persist.loadWork() };
}
