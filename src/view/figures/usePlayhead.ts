import { useCallback, useSyncExternalStore } from 'react';
import type { Playback, Playhead } from '../../store/playback.ts';

/** The playhead of a figure that has one of its own. */
export function usePlayhead(playback: Playback): Playhead {
  const subscribe = useCallback((heard: () => void) => playback.onPlayhead(heard), [playback]);
  return useSyncExternalStore(subscribe, () => playback.playhead());
}
