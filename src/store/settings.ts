/** Settings that survive a reload. Apart from the rest of the store, because the language is needed before the page is. */

export type Language = 'en' | 'zh-CN';
export type Theme = 'auto' | 'light' | 'dark';
/** Which layer of the network the board shows; the rest is dimmed. */
export type Lens = 'service' | 'l3' | 'l2' | 'all';

export interface Settings {
  /** only when the reader chose it; else the browser's languages decide */
  readonly language?: Language;
  readonly theme?: Theme;
  readonly panelWidth?: number;
  readonly lens?: Lens;
}

/** The key of localStorage under which they are kept. */
export const SETTINGS = 'flannelboard.settings';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What is a setting in a value that was stored by any version; the rest is left out. */
export function readSettings(value: unknown): Settings {
  if (!isRecord(value)) return {};
  const { language, theme, panelWidth, lens } = value;
  return {
    ...(language === 'en' || language === 'zh-CN' ? { language } : {}),
    ...(theme === 'light' || theme === 'dark' || theme === 'auto' ? { theme } : {}),
    ...(typeof panelWidth === 'number' && Number.isFinite(panelWidth) ? { panelWidth } : {}),
    // 'service' is not remembered: a board may have no Services to look at
    ...(lens === 'l3' || lens === 'l2' ? { lens } : {}),
  };
}

/** The first of the reader's languages that we speak; English when there is none. */
export function chooseLanguage(languages: readonly string[]): Language {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** The language to begin with. What cannot be read was not chosen; the store says so when it reads it again. */
export function firstLanguage(local: () => Pick<Storage, 'getItem'>, languages: readonly string[]): Language {
  let saved: Settings = {};
  try {
    saved = readSettings(JSON.parse(local().getItem(SETTINGS) ?? 'null'));
  } catch {
    // forbidden or broken
  }
  return saved.language ?? chooseLanguage(languages);
}
