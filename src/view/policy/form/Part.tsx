import type { ReactNode } from 'react';
import css from './PolicyForm.module.css';

/** A named part of the form, its items beside the name. */
export function Part({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={css['part']} role="group" aria-label={name}>
      <span className={css['kind']}>{name}</span>
      <div className={css['items']}>{children}</div>
    </div>
  );
}
