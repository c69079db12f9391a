/** What is opened later than the board, and loaded when it is. */
import { lazy } from 'react';

export const AddressesDialog = lazy(() => import('./addresses/AddressesDialog.tsx'));
export const BackendChoice = lazy(() => import('./backend/BackendChoice.tsx'));
export const DaemonDialog = lazy(() => import('./daemon/DaemonDialog.tsx'));
/** Asked for when the page is at rest: the first step that is told needs it. */
export const entryDetail = () => import('./trace/EntryDetail.tsx');
export const EntryDetail = lazy(entryDetail);
export const Expectations = lazy(() => import('./expect/Expectations.tsx'));
export const BirthDialog = lazy(() => import('./birth/BirthDialog.tsx'));
export const Legend = lazy(() => import('./legend/Legend.tsx'));
export const HelpDialog = lazy(async () => ({ default: (await import('./HelpDialog.tsx')).HelpDialog }));
export const LabDialog = lazy(() => import('./lab/LabDialog.tsx'));
export const OpenDialog = lazy(async () => ({ default: (await import('./open/OpenDialog.tsx')).OpenDialog }));
export const RaceDialog = lazy(() => import('./race/RaceDialog.tsx'));
export const EndpointPick = lazy(() => import('./services/EndpointPick.tsx'));
export const ServiceCard = lazy(() => import('./services/ServiceCard.tsx'));
export const SourcesSeen = lazy(() => import('./services/SourcesSeen.tsx'));
export const StepList = lazy(async () => ({ default: (await import('./trace/StepList.tsx')).StepList }));
export const TablesTab = lazy(async () => ({ default: (await import('./tables/TablesTab.tsx')).TablesTab }));
export const TerminalTab = lazy(async () => ({
  default: (await import('./terminal/TerminalTab.tsx')).TerminalTab,
}));
/** Large: it brings CodeMirror along. */
export const YamlTab = lazy(async () => ({ default: (await import('./editor/YamlTab.tsx')).YamlTab }));
export const MatrixTab = lazy(async () => ({ default: (await import('./policy/MatrixTab.tsx')).MatrixTab }));
export const Traffic = lazy(async () => ({ default: (await import('./Traffic.tsx')).Traffic }));
export const PolicyForm = lazy(async () => ({
  default: (await import('./policy/form/PolicyForm.tsx')).PolicyForm,
}));
export const PolicyBadge = lazy(async () => ({
  default: (await import('./policy/PolicyBadge.tsx')).PolicyBadge,
}));
export const PolicyDrop = lazy(async () => ({
  default: (await import('./policy/PolicyDrop.tsx')).PolicyDrop,
}));
export const PolicySays = lazy(async () => ({
  default: (await import('./policy/PolicySays.tsx')).PolicySays,
}));
