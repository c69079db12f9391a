import type { Theme } from '../../store/settings.ts';
import { useT } from '../i18n/useT.ts';
import { useBoard } from '../page.ts';
import { Button, IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { SendBar } from './SendBar.tsx';
import css from './TopBar.module.css';

const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

export function TopBar() {
  return (
    <header className={css['bar']}>
      <Brand />
      <SendBar />
      <Tools />
    </header>
  );
}

function Brand() {
  const { ui } = useT();
  const backend = useBoard((state) =>
    state.board?.withoutFlannel === true ? undefined : state.board?.backend,
  );
  return (
    <div className={css['brand']}>
      <h1 className={css['name']}>Flannelboard</h1>
      {backend === undefined ? null : (
        <span className={css['badge']} title={ui.top.backend(backend)}>
          <span className="visually-hidden">{ui.top.backend(backend)}</span>
          <span aria-hidden="true">{backend}</span>
        </span>
      )}
    </div>
  );
}

function Tools() {
  const { ui } = useT();
  const theme = useBoard((state) => state.theme);
  const language = useBoard((state) => state.language);
  const setTheme = useBoard((state) => state.setTheme);
  const setLanguage = useBoard((state) => state.setLanguage);
  const showDialog = useBoard((state) => state.showDialog);
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <div className={css['tools']}>
      <Button
        className={css['open']}
        onClick={() => {
          showDialog('open');
        }}
      >
        <Icon name="open" />
        <span>{ui.top.open}</span>
      </Button>
      <Button
        kind="quiet"
        lang={other}
        onClick={() => {
          void setLanguage(other);
        }}
      >
        {ui.top.otherLanguage}
      </Button>
      <IconButton
        icon={theme}
        label={ui.top.theme(ui.top.themes[theme])}
        onClick={() => {
          setTheme(nextTheme[theme]);
        }}
      />
      <IconButton
        icon="help"
        label={ui.top.help}
        onClick={() => {
          showDialog('help');
        }}
      />
    </div>
  );
}
