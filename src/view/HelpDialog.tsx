import { Dialog } from './Dialog.tsx';
import { useT } from './i18n/useT.ts';
import { useBoard } from './page.ts';
import css from './HelpDialog.module.css';

const shapes = {
  request: 'M2 8a6 6 0 1 0 12 0 6 6 0 1 0-12 0z',
  reply: 'M5 4h6a4 4 0 0 1 0 8H5a4 4 0 0 1 0-8z',
  arp: 'M4.5 4.5h7v7h-7z',
  dropped: 'M8 1.5L14.5 8 8 14.5 1.5 8z',
} as const;

type ShapeName = keyof typeof shapes;
const shapeNames: readonly ShapeName[] = ['request', 'reply', 'arp', 'dropped'];

/** Keys, shapes and words. */
export function HelpDialog() {
  const { ui } = useT();
  const showDialog = useBoard((state) => state.showDialog);
  const { keyNames, rows, shapeRows, glossary } = ui.help;
  const keys: readonly (readonly [readonly string[], string])[] = [
    [[keyNames.space], rows.space],
    [['←', '→'], rows.arrows],
    [[keyNames.home, keyNames.end], rows.ends],
    [['s'], rows.send],
    [['f'], rows.fit],
    [['m'], rows.legend],
    [['/'], rows.search],
    [['l'], rows.list],
    [['g'], rows.grain],
    [['w', 'n', 'd'], rows.stops],
    [['t'], rows.terminal],
    [['x'], rows.drop],
    [['b'], rows.branch],
    [['r'], rows.race],
    [['a'], rows.addresses],
    [['k'], rows.lab],
    [['p'], rows.birth],
    [[keyNames.menu], rows.inspect],
    [['?'], rows.help],
    [[keyNames.escape], rows.escape],
  ];
  return (
    <Dialog
      title={ui.help.title}
      onClose={() => {
        showDialog('none');
      }}
    >
      <p>{ui.help.intro}</p>
      <div className={css['columns']}>
        <section>
          <h3 className={css['heading']}>{ui.help.keys}</h3>
          <dl className={css['list']}>
            {keys.map(([names, does]) => (
              <div key={does}>
                <dt>
                  {names.map((name) => (
                    <kbd key={name} className={css['key']}>
                      {name}
                    </kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3 className={css['heading']}>{ui.help.shapes}</h3>
          <ul className={css['shapes']}>
            {shapeNames.map((name) => (
              <li key={name}>
                <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" data-kind={name}>
                  <path d={shapes[name]} />
                </svg>
                {shapeRows[name]}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <section>
        <h3 className={css['heading']}>{ui.help.words}</h3>
        <dl className={css['words']}>
          {Object.entries(glossary).map(([word, meaning]) => (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Dialog>
  );
}
