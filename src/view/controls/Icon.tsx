/** Pictures of buttons, 16 units square, drawn in the colour of the text. */
const paths = {
  start: 'M3 3v10M13 3.5v9L5.5 8z',
  back: 'M11.5 3v10L4 8z',
  play: 'M4.5 2.5v11L13 8z',
  pause: 'M5 3v10M11 3v10',
  forward: 'M3 3v10l6.5-5zM12.5 3v10',
  end: 'M13 3v10M3 3.5v9L10.5 8z',
  list: 'M2.5 4h1M2.5 8h1M2.5 12h1M6 4h8M6 8h8M6 12h8',
  help: 'M5.5 6a2.5 2.5 0 1 1 3.7 2.2C8.3 8.7 8 9.2 8 10M8 12.6v.1',
  auto: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  close: 'M4 4l8 8M12 4l-8 8',
  stop: 'M4 4h8v8H4z',
  pin: 'M8 14v-4M4 10h8L10.5 7V2.5h-5V7z',
  up: 'M3 10.5L8 5.5l5 5',
  down: 'M3 5.5l5 5 5-5',
  arrow: 'M2.5 8h10.5M9 4l4 4-4 4',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  key: 'M2.5 3h3v3h-3zM2.5 10h3v3h-3zM8.5 4.5h5M8.5 11.5h5',
  open: 'M2 4.5v8.5h11l1.5-6.5h-11L2 13M2 4.5V3h4l1.5 1.5h5v2',
} as const;

const filled: readonly string[] = ['start', 'back', 'play', 'forward', 'end', 'stop'];

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={filled.includes(name) ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
