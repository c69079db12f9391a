import { useSyncExternalStore } from 'react';

/** The width below which the page is one column, as in App.module.css. */
const NARROW = '(max-width: 899px)';

function subscribe(changed: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', changed);
  return () => {
    query.removeEventListener('change', changed);
  };
}

/** Whether the page is a phone's: what stands side by side on a wide page is one after the other. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}
