/** What a board expects, and whether it holds; loaded with the panel that says so. */
export const expect = {
  title: 'What this board expects',
  trying: 'Trying what this board expects…',
  sum: (held: number, all: number) =>
    held === all ? `As expected: all ${all}` : `As expected: ${held} of ${all}`,
  shall: (ends: string, route: string) => `${route}: ${ends} is expected`,
  but: (ended: string) => `but: ${ended}`,
  missed: (devices: string) => `did not cross ${devices}`,
  nothing: 'nothing came of it',
  look: 'Send this packet and follow it',
  left: (count: number) => `${count} more are not tried here; “cli test” tries all.`,
};
