import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import css from './Button.module.css';
import { Icon, type IconName } from './Icon.tsx';

type Props = Omit<ComponentProps<'button'>, 'type'> & {
  /** 'primary' is the one highlighted button of the page: Send */
  readonly kind?: 'plain' | 'quiet' | 'primary';
  readonly children: ReactNode;
};

/**
 * After a click with the pointer the focus does not stay, as in Safari: else Space, which plays and pauses, would press
 * the same button again. A press by keyboard (`detail` 0) keeps the focus where it is.
 */
export function leaveAfterPointer({ detail, currentTarget }: MouseEvent<HTMLElement>): void {
  if (detail > 0) currentTarget.blur();
}

export function Button({ kind = 'plain', className, ...rest }: Props) {
  return <button type="button" className={`${css[kind]} ${className ?? ''}`} {...rest} />;
}

type IconProps = Omit<ComponentProps<'button'>, 'type' | 'children' | 'aria-label'> & {
  readonly icon: IconName;
  readonly label: string;
};

/** A button that shows only a picture; its name is spoken and shown on hover. */
export function IconButton({ icon, label, className, onClick, ...rest }: IconProps) {
  return (
    <button
      type="button"
      className={`${css['quiet']} ${css['icon']} ${className ?? ''}`}
      aria-label={label}
      title={label}
      onClick={(event) => {
        leaveAfterPointer(event);
        onClick?.(event);
      }}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
