/** The words around a terminal; what it prints is Linux's own. */
export const terminal = {
  of: 'Terminal in',
  follow: 'where the packet starts',
  line: (ns: string) => `Command line of ${ns}`,
  output: (ns: string) => `Output of ${ns}`,
  begin:
    'Type help to see what there is. Tab completes, ↑ and ↓ go through what you typed, Esc and then Tab leaves the line.',
  run: 'Run',
  stop: 'Stop (Ctrl+C)',
  clear: 'Clear (Ctrl+L)',
  tab: 'Complete (Tab)',
  error: 'error',
  running: 'running',
  forked: 'before the fork',
  nearest: (word: string, nearest: string) => `“${word}” is not known here. Nearest: “${nearest}”.`,
  unknown: (word: string) => `“${word}” is not known here. Type help to see what there is.`,
  candidates: 'Words that fit',
  onlyNow: 'This is how the story went before the fork; a command goes back to now.',
};
