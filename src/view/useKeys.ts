import { useEffect } from 'react';
import { useBoard } from './page.ts';

/** Elements in which letters and arrows belong to the text or the choice. */
const TYPED =
  'input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable=true]';
/** Elements that Space presses. */
const PRESSED = 'button, summary, a, input, [role=button], [role=tab]';
/** Elements that use the arrows themselves; the timeline's slider moves by whole steps, as everywhere. */
const ARROWED = 'input:not([data-timeline]), [role=separator], [role=tablist] *';

/** The keys of the page, while nobody types and no dialog is open. `fit` is asked of the picture. */
export function useKeys(fit: () => void): void {
  const keys = useActions(fit);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      // Through the editor's shadow root as well.
      const target = event.composedPath()[0];
      const is = (selector: string): boolean =>
        target instanceof Element && target.closest(selector) !== null;
      if (is(TYPED) || document.querySelector('dialog[open]') !== null) return;
      const action = keys.get(event.key);
      if (action === undefined) return;
      if (event.key === ' ' && is(PRESSED) && !is('[data-timeline]')) return;
      if (/^(Arrow|Home|End)/.test(event.key) && is(ARROWED)) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [keys]);
}

function useActions(fit: () => void): ReadonlyMap<string, () => void> {
  const togglePlay = useBoard((state) => state.togglePlay);
  const stepBack = useBoard((state) => state.stepBack);
  const stepForward = useBoard((state) => state.stepForward);
  const goToStart = useBoard((state) => state.goToStart);
  const goToEnd = useBoard((state) => state.goToEnd);
  const send = useBoard((state) => state.send);
  const showDialog = useBoard((state) => state.showDialog);
  const escape = useBoard((state) => state.escape);
  const toggleDrawer = useBoard((state) => state.toggleDrawer);
  const toggleLegend = useBoard((state) => state.toggleLegend);
  const nextGrain = useBoard((state) => state.nextGrain);
  const toggleBreakpoint = useBoard((state) => state.toggleBreakpoint);
  const showTab = useBoard((state) => state.showTab);
  const goToDrop = useBoard((state) => state.goToDrop);
  const switchBranch = useBoard((state) => state.switchBranch);
  const openRace = useBoard((state) => state.openRace);
  const openAddresses = useBoard((state) => state.openAddresses);
  const openLab = useBoard((state) => state.openLab);
  const openBirth = useBoard((state) => state.openBirth);
  return new Map([
    [' ', togglePlay],
    ['ArrowLeft', stepBack],
    ['ArrowRight', stepForward],
    ['Home', goToStart],
    ['End', goToEnd],
    ['s', () => void send()],
    ['f', fit],
    ['m', toggleLegend],
    ['l', toggleDrawer],
    ['g', nextGrain],
    [
      'w',
      () => {
        toggleBreakpoint('encap');
      },
    ],
    [
      'n',
      () => {
        toggleBreakpoint('nat');
      },
    ],
    [
      'd',
      () => {
        toggleBreakpoint('drop');
      },
    ],
    [
      't',
      () => {
        showTab('terminal');
        // when it is open already; else it takes the focus as it opens
        document.querySelector<HTMLElement>('[data-command-line]')?.focus();
      },
    ],
    ['x', goToDrop],
    ['b', switchBranch],
    ['r', () => void openRace()],
    ['p', () => void openBirth()],
    ['a', () => void openAddresses()],
    ['k', () => void openLab()],
    [
      '?',
      () => {
        showDialog('help');
      },
    ],
    ['Escape', escape],
  ]);
}
