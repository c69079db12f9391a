/**
 * Looking into what is at a place of the board: a long press with a finger, the context menu's button of a mouse, or the
 * context menu's key on what has the focus.
 */
import { useEffect, type RefObject } from 'react';

const HOLD_MS = 500;
/** A finger never lies quite still. */
const SLACK = 10;

export function useInspect(
  element: RefObject<HTMLElement | null>,
  inspect: (clientX: number, clientY: number) => void,
): void {
  useEffect(() => {
    const frame = element.current;
    if (!frame) return undefined;
    let timer: number | undefined;
    let from = { x: 0, y: 0 };
    /** the press was long: neither a menu nor a click shall follow it */
    let done = false;
    const release = (): void => {
      window.clearTimeout(timer);
      timer = undefined;
    };
    const on = {
      pointerdown: (event: PointerEvent): void => {
        release();
        done = false;
        if (event.pointerType === 'mouse' || !event.isPrimary) return;
        from = { x: event.clientX, y: event.clientY };
        timer = window.setTimeout(() => {
          done = true;
          inspect(from.x, from.y);
        }, HOLD_MS);
      },
      pointermove: ({ clientX, clientY }: PointerEvent): void => {
        if (Math.hypot(clientX - from.x, clientY - from.y) > SLACK) release();
      },
      pointerup: release,
      pointercancel: release,
      contextmenu: (event: MouseEvent): void => {
        event.preventDefault();
        release();
        if (done) return;
        const target = event.target instanceof Element ? event.target : frame;
        // the key has no place of its own: that of what has the focus
        const box = target.getBoundingClientRect();
        const isKey = event.button !== 2;
        if (isKey) inspect(box.x + box.width / 2, box.y + box.height / 2);
        else inspect(event.clientX, event.clientY);
      },
      click: (event: MouseEvent): void => {
        if (!done) return;
        done = false;
        event.preventDefault();
        event.stopPropagation();
      },
    };
    frame.addEventListener('pointerdown', on.pointerdown);
    frame.addEventListener('pointermove', on.pointermove);
    frame.addEventListener('pointerup', on.pointerup);
    frame.addEventListener('pointercancel', on.pointercancel);
    frame.addEventListener('contextmenu', on.contextmenu);
    frame.addEventListener('click', on.click, { capture: true });
    return () => {
      release();
      frame.removeEventListener('pointerdown', on.pointerdown);
      frame.removeEventListener('pointermove', on.pointermove);
      frame.removeEventListener('pointerup', on.pointerup);
      frame.removeEventListener('pointercancel', on.pointercancel);
      frame.removeEventListener('contextmenu', on.contextmenu);
      frame.removeEventListener('click', on.click, { capture: true });
    };
  }, [element, inspect]);
}
