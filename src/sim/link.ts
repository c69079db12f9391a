/** How long things take. Not measured truth (a board shows order, not speed), but constant, so runs are the same everywhere. */
const MICROSECOND = 1_000;

/** From one end of a pair, cable or loopback to the other. */
export const DELAY = {
  veth: 2 * MICROSECOND,
  cable: 20 * MICROSECOND,
  loopback: 1 * MICROSECOND,
  /** until a softirq that was raised runs */
  softirq: 1 * MICROSECOND,
  /** until a process that was woken runs */
  wake: 10 * MICROSECOND,
} as const;
