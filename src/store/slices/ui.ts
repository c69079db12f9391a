/** How the page looks: language, theme, what is open. Nothing of the cluster. */
import type { Language, Lens, Theme } from '../persist.ts';
import type { Deps, Slice } from '../state.ts';

/** 'story' and 'why' are tabs of the sheet on a phone; a wide page has both elsewhere. */
export type PanelTab = 'story' | 'packet' | 'why' | 'tables' | 'terminal' | 'yaml';
export type DialogName = 'none' | 'open' | 'help';

/** A line at the top of the board that goes away when it is dismissed. */
export type Notice =
  | { readonly kind: 'opened'; readonly nodes: number; readonly pods: number; readonly warnings: number }
  | { readonly kind: 'not-saved'; readonly why: string };

export interface UiSlice {
  readonly language: Language;
  readonly theme: Theme;
  readonly lens: Lens;
  readonly tab: PanelTab;
  readonly drawer: boolean;
  readonly dialog: DialogName;
  /** on a phone: the sheet takes half of the page */
  readonly panelTall: boolean;
  /** CSS pixels */
  readonly panelWidth: number;
  readonly notice: Notice | undefined;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setLens: (lens: Lens) => void;
  readonly showTab: (tab: PanelTab) => void;
  readonly growPanel: (tall: boolean) => void;
  readonly toggleDrawer: () => void;
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

/** The first of the reader's languages that we speak; English when there is none. */
export function chooseLanguage(languages: readonly string[]): Language {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

export function createUiSlice({ persist, languages }: Deps): Slice<UiSlice> {
  const saved = persist.loadSettings();
  return (set, get) => {
    const save = (): void => {
      const { language, theme, panelWidth, lens } = get();
      persist.saveSettings({ language, theme, panelWidth, lens });
    };
    return {
      language: saved.language ?? chooseLanguage(languages),
      theme: saved.theme ?? 'auto',
      lens: saved.lens ?? 'all',
      tab: 'packet',
      drawer: false,
      dialog: 'none',
      panelTall: false,
      panelWidth: saved.panelWidth ?? PANEL_WIDTH,
      notice: undefined,
      setLanguage: (language) => {
        set({ language });
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
        // a terminal needs room above the keyboard of a phone
        set(tab === 'terminal' ? { tab, panelTall: true } : { tab });
        get().refreshTables();
      },
      growPanel: (panelTall) => {
        set({ panelTall });
      },
      toggleDrawer: () => {
        set((state) => {
          state.drawer = !state.drawer;
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
        if (get().notice === undefined) set({ drawer: false });
        else set({ notice: undefined });
      },
    };
  };
}
