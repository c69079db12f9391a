import { useState } from 'react';
import { Button } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import css from './Bytes.module.css';

/** Everything that every device saw, as a file for Wireshark, and what to tell Wireshark. */
export function SaveCapture() {
  const { ui } = useT();
  const capture = useBoard((state) => state.capture);
  const isNow = useBoard((state) => state.branch === 'now');
  const [isSaved, setSaved] = useState(false);
  const save = async (): Promise<void> => {
    const bytes = await capture();
    if (bytes === undefined) return;
    saveAs('flannelboard.pcapng', bytes);
    setSaved(true);
  };
  if (!isNow) return null;
  return (
    <div className={css['save']}>
      <Button
        title={ui.packet.saveHelp}
        onClick={() => {
          void save();
        }}
      >
        {ui.packet.save}
      </Button>
      <p role="status" className={css['hint']}>
        {isSaved ? ui.packet.saveHelp : ''}
      </p>
    </div>
  );
}

function saveAs(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'application/x-pcapng' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // not at once: the browser reads it after the click
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
