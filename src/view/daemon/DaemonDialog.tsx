import type { BoardNode } from '../../engine/protocol.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../Dialog.tsx';
import { useDaemonT } from '../i18n/useDaemonT.ts';
import { useBoard } from '../page.ts';
import css from './DaemonDialog.module.css';

const STOP = ['stop', 'pkill flanneld'] as const;
const KILL = ['kill', 'pkill -9 flanneld'] as const;
const START = ['start', 'systemctl start flanneld'] as const;
const RESTART = ['restart', 'systemctl restart flanneld'] as const;
const REBOOT = ['reboot', 'reboot'] as const;

/** flanneld of one node: whether it runs, what that means, and the commands that change it. */
export default function DaemonDialog() {
  const words = useDaemonT();
  const name = useBoard((state) => state.daemon);
  const node = useBoard((state) => state.board?.nodes.find((each) => each.name === name));
  const showDialog = useBoard((state) => state.showDialog);
  if (node === undefined) return null;
  return (
    <Dialog
      title={words.title(node.name)}
      onClose={() => {
        showDialog('none');
      }}
    >
      <Body node={node} />
    </Dialog>
  );
}

function Body({ node: { ns, flanneld } }: { readonly node: BoardNode }) {
  const words = useDaemonT();
  const backend = useBoard((state) => state.board?.backend ?? 'vxlan');
  const act = useBoard((state) => state.act);
  const showDialog = useBoard((state) => state.showDialog);
  const choices = flanneld === 'stopped' ? [START, REBOOT] : [STOP, KILL, RESTART, REBOOT];
  return (
    <div className={css['body']}>
      <p>
        <strong>{flanneld === undefined ? words.runs : words[flanneld]}</strong>{' '}
        {flanneld === undefined ? words.running[backend] : words.gone[backend]}
      </p>
      <ul className={css['choices']} aria-label={words.choices}>
        {choices.map(([choice, line]) => (
          <li key={choice} className={css['choice']}>
            <Button
              aria-describedby={`daemon-${choice}`}
              onClick={() => {
                showDialog('none');
                void act(ns, line);
              }}
            >
              {words[choice]}
            </Button>
            <code className={css['code']}>{line}</code>
            <span id={`daemon-${choice}`} className={css['help']}>
              {words[`${choice}Help`]}
            </span>
          </li>
        ))}
      </ul>
      <p className={css['help']}>{words.asTyped}</p>
    </div>
  );
}
