/** Our own bugs end here: the engine answers `crashed` with the message and the page keeps the text. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws AssertionError with `message` when `condition` is false. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The end of a switch over a union: a case that the compiler proves cannot be. */
export function assertUnreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}

/** The value, or AssertionError when it is missing: for lookups that our own invariants promise to succeed. */
export function must<T>(value: T | undefined, message: string): T {
  assert(value !== undefined, message);
  return value;
}
