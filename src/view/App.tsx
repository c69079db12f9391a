import { Suspense, useEffect, useRef } from 'react';
import { BoardPane, type Picture } from './BoardPane.tsx';
import { TopBar } from './controls/TopBar.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useT } from './i18n/useT.ts';
import {
  AddressesDialog,
  BirthDialog,
  DaemonDialog,
  HelpDialog,
  LabDialog,
  OpenDialog,
  RaceDialog,
  StepList,
} from './later.ts';
import { Notices } from './Notices.tsx';
import { useBoard } from './page.ts';
import { SidePanel } from './SidePanel.tsx';
import { Timeline } from './trace/Timeline.tsx';
import { useFiles } from './useFiles.ts';
import { useNarrow } from './useNarrow.ts';
import { useKeys } from './useKeys.ts';
import css from './App.module.css';

/** The page: the board, one panel beside it, the timeline below, and a drawer that opens on request. */
export function App() {
  const { ui } = useT();
  const drawer = useBoard((state) => state.drawer);
  const dialog = useBoard((state) => state.dialog);
  const isNarrow = useNarrow();
  const picture = useRef<Picture>(null);
  useRootAttributes();
  useKeys(() => picture.current?.fit());
  const isFileOver = useFiles();
  return (
    <div className={css['page']}>
      <TopBar />
      <BoardPane ref={picture} />
      <Notices />
      <SidePanel />
      <ErrorBoundary>
        <Timeline />
        <Suspense fallback={null}>{drawer && !isNarrow ? <StepList /> : null}</Suspense>
      </ErrorBoundary>
      <Suspense fallback={null}>
        {dialog === 'open' ? <OpenDialog /> : null}
        {dialog === 'help' ? <HelpDialog /> : null}
        {dialog === 'lab' ? <LabDialog /> : null}
        {dialog === 'race' ? <RaceDialog /> : null}
        {dialog === 'addresses' ? <AddressesDialog /> : null}
        {dialog === 'birth' ? <BirthDialog /> : null}
        {dialog === 'daemon' ? <DaemonDialog /> : null}
      </Suspense>
      {isFileOver ? <p className={css['drop']}>{ui.board.drop}</p> : null}
    </div>
  );
}

/** Language and theme are attributes of the document, for assistive technology and style sheets. */
function useRootAttributes(): void {
  const language = useBoard((state) => state.language);
  const theme = useBoard((state) => state.theme);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}
