import { useEffect, useState } from 'react';
import { useBoard } from './page.ts';

/** Texts that come from outside: a file dropped anywhere, a paste outside of any field. True while a file hovers. */
export function useFiles(): boolean {
  const importFile = useBoard((state) => state.importFile);
  const importText = useBoard((state) => state.importText);
  const showDialog = useBoard((state) => state.showDialog);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const onDragOver = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent): void => {
      // Without a related target the file has left the window.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      showDialog('open');
      void importFile(file);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const target = event.composedPath()[0];
      if (target instanceof Element && target.closest('input, textarea, [contenteditable=true]') !== null)
        return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.trim() === '') return;
      event.preventDefault();
      showDialog('open');
      void importText(text);
    };
    const listeners = { dragover: onDragOver, dragleave: onDragLeave, drop: onDrop, paste: onPaste };
    window.addEventListener('dragover', listeners.dragover);
    window.addEventListener('dragleave', listeners.dragleave);
    window.addEventListener('drop', listeners.drop);
    window.addEventListener('paste', listeners.paste);
    return () => {
      window.removeEventListener('dragover', listeners.dragover);
      window.removeEventListener('dragleave', listeners.dragleave);
      window.removeEventListener('drop', listeners.drop);
      window.removeEventListener('paste', listeners.paste);
    };
  }, [importFile, importText, showDialog]);
  return isOver;
}
