/** How measured numbers are printed. */

/** @typedef {import('../bench/bench.ts').Row} Row */

/** Three significant digits, thousands apart. @param {number} value */
function printNumber(value) {
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) < 1000 ? 3 : 21 });
}

/** One line per number, columns aligned. @param {readonly Row[]} rows */
export function printTable(rows) {
  const lines = [
    ['what', 'value', 'unit', 'goal'],
    ...rows.map((row) => [row.what, printNumber(row.value), row.unit, row.goal ?? '']),
  ];
  const width = (/** @type {number} */ column) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  for (const [what = '', value = '', unit = '', goal = ''] of lines) {
    const line = [what.padEnd(width(0)), value.padStart(width(1)), unit.padEnd(width(2)), goal];
    console.log(`  ${line.join('  ').trimEnd()}`);
  }
}
