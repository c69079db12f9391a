/** How the page looks: language, theme, what is open. Nothing of the cluster. */
import type { Language, Lens, Theme } from '../settings.ts';
import type { Deps, Slice } from '../state.ts';

/** 'story' and 'why' are tabs of the sheet on a phone; a wide page has both elsewhere. */
export type PanelTab = 'story' | 'packet' | 'why' | 'matrix' | 'tables' | 'terminal' | 'yaml';
export type DialogName = 'none' | 'open' | 'help' | 'race' | 'addresses' | 'birth' | 'lab' | 'daemon';

/** A line at the top of the board that goes away when it is dismissed. */
export type Notice =
  | { readonly kind: 'opened'; readonly nodes: number; readonly pods: number; readonly warnings: number }
  | { readonly kind: 'not-saved'; readonly why: string }
  /** the words of the other language did not arrive */
  | { readonly kind: 'no-words'; readonly why: string };

export interface UiSlice {
  readonly language: Language;
  readonly theme: Theme;
  readonly lens: Lens;
  readonly tab: PanelTab;
  readonly drawer: boolean;
  readonly dialog: DialogName;
  /** what the marks of the board mean, open beside them */
  readonly legend: boolean;
  /** on a phone: the sheet takes half of the page */
  readonly panelTall: boolean;
  /** CSS pixels */
  readonly panelWidth: number;
  readonly notice: Notice | undefined;
  /** The page changes when the words have arrived; until then, and when they do not, it stays as it is and says why. */
  readonly setLanguage: (language: Language) => Promise<void>;
  readonly setTheme: (theme: Theme) => void;
  readonly setLens: (lens: Lens) => void;
  readonly showTab: (tab: PanelTab) => void;
  readonly growPanel: (tall: boolean) => void;
  readonly toggleDrawer: () => void;
  readonly toggleLegend: () => void;
  readonly showDialog: (dialog: DialogName) => void;
  readonly resizePanel: (width: number) => void;
  readonly notify: (notice: Notice) => void;
  readonly dismissNotice: () => void;
  /** Esc: closes what lies on top, one thing at a time */
  readonly escape: () => void;
}

/** Leaves the board 65 % of a page of 1440 x 900. */
export const PANEL_WIDTH = 352;
export const PANEL_NARROWEST = 288;
export const PANEL_WIDEST = 720;

export function createUiSlice({ persist, language, loadWords }: Deps): Slice<UiSlice> {
  const saved = persist.loadSettings();
  /** by the reader, which is not always what is shown */
  let chosen = saved.language;
  let wanted = language;
  return (set, get) => {
    const save = (): void => {
      const { theme, panelWidth, lens } = get();
      persist.saveSettings({ ...(chosen && { language: chosen }), theme, panelWidth, lens });
    };
    return {
      language,
      theme: saved.theme ?? 'auto',
      lens: saved.lens ?? 'all',
      tab: 'packet',
      drawer: false,
      dialog: 'none',
      legend: false,
      panelTall: false,
      panelWidth: saved.panelWidth ?? PANEL_WIDTH,
      notice: undefined,
      setLanguage: async (next) => {
        wanted = next;
        const trouble = await loadWords(next);
        if (wanted !== next) return; // asked for another one meanwhile
        if (trouble !== undefined) {
          get().notify({ kind: 'no-words', why: trouble });
          return;
        }
        chosen = next;
        set({ language: next });
        save();
      },
      setTheme: (theme) => {
        set({ theme });
        save();
      },
      setLens: (lens) => {
        set({ lens });
        save();
      },
      showTab: (tab) => {
        // a terminal needs room above the keyboard of a phone, and a matrix is square
        set(tab === 'terminal' || tab === 'matrix' ? { tab, panelTall: true } : { tab });
        get().refreshTables();
        get().refreshPolicy();
      },
      growPanel: (panelTall) => {
        set({ panelTall });
      },
      toggleDrawer: () => {
        set((state) => {
          state.drawer = !state.drawer;
        });
      },
      toggleLegend: () => {
        set((state) => {
          state.legend = !state.legend;
        });
      },
      showDialog: (dialog) => {
        set({ dialog });
      },
      resizePanel: (width) => {
        set({ panelWidth: Math.round(Math.min(Math.max(width, PANEL_NARROWEST), PANEL_WIDEST)) });
        save();
      },
      notify: (notice) => {
        set({ notice });
      },
      dismissNotice: () => {
        set({ notice: undefined });
      },
      escape: () => {
        if (get().refusal !== undefined) get().dismissRefusal();
        else if (get().notice !== undefined) set({ notice: undefined });
        else if (get().legend) set({ legend: false });
        else set({ drawer: false });
      },
    };
  };
}
