import { useState } from 'react';
import type { GalleryEntry } from '../../engine/protocol.ts';
import { Button } from '../controls/Button.tsx';
import { useOpenT } from '../i18n/useOpenT.ts';
import { useBoard } from '../page.ts';
import css from './OpenDialog.module.css';

const groups: readonly GalleryEntry['group'][] = ['backends', 'cnm', 'nat', 'services', 'policy', 'break'];

/** The boards that come with the page, by group; a word finds one. */
export function Gallery() {
  const words = useOpenT();
  const gallery = useBoard((state) => state.gallery);
  const [sought, setSought] = useState('');
  const titles = new Map(Object.entries(words.scenarios));
  const titled = gallery.map(({ id, group }) => ({ id, group, title: titles.get(id) ?? id }));
  const found = titled.filter(({ id, title }) => hasAll(`${title} ${id}`, sought));
  return (
    <section className={css['gallery']} aria-label={words.gallery}>
      <div className={css['finder']}>
        <span>{words.gallery}</span>
        <input
          type="search"
          className={css['find']}
          aria-label={words.find}
          placeholder={words.find}
          value={sought}
          onChange={(event) => {
            setSought(event.target.value);
          }}
        />
      </div>
      <p role="status" className={found.length === 0 ? css['none'] : 'visually-hidden'}>
        {found.length === 0 ? words.none : ''}
      </p>
      {groups.map((group) => (
        <Group
          key={group}
          title={words.groups[group]}
          boards={found.filter((board) => board.group === group)}
        />
      ))}
    </section>
  );
}

/** Every word of `sought` is somewhere in `text`. */
function hasAll(text: string, sought: string): boolean {
  const lower = text.toLowerCase();
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

interface GroupProps {
  readonly title: string;
  readonly boards: readonly { readonly id: string; readonly title: string }[];
}

function Group({ title, boards }: GroupProps) {
  const openScenario = useBoard((state) => state.openScenario);
  if (boards.length === 0) return null;
  return (
    <div role="group" aria-label={title}>
      <h3 className={css['group']}>{title}</h3>
      <div className={css['actions']}>
        {boards.map((board) => (
          <Button
            key={board.id}
            onClick={() => {
              void openScenario(board.id);
            }}
          >
            {board.title}
          </Button>
        ))}
      </div>
    </div>
  );
}
