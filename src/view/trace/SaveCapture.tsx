import { useState } from 'react';
import { Button } from '../controls/Button.tsx';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { saveAs } from '../saveAs.ts';
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
    saveAs('flannelboard.pcapng', Uint8Array.from(bytes), 'application/x-pcapng');
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
