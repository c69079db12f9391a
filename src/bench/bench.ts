/** One measured number. `goal` is what we want of it, in words ("under 16 ms"); it is printed, not enforced. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
}

/** The default export of every `src/bench/*.bench.ts`; run by `npm run bench`. */
export interface Bench {
  readonly name: string;
  run(): Promise<readonly Row[]> | readonly Row[];
}
