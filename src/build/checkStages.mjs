/**
 * The stages that `check` and `test` share; they are independent of one another, so they may run side by side.
 * @param {{ truthTables: boolean }} options @returns {import('./stages.mjs').Stage[]}
 */
export function checkStages({ truthTables }) {
  const tsc = 'node_modules/typescript/bin/tsc';
  return [
    // first, because it is the longest
    {
      name: 'unit tests',
      command: [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=json',
        '--outputFile.json=.results/unit.json',
        ...(truthTables ? [] : ['--exclude=**/*.truth.test.ts']),
      ],
      report: { file: '.results/unit.json', kind: 'vitest' },
    },
    { name: 'lock file', command: ['src/build/lockcheck.mjs'] },
    { name: 'types', command: [tsc, '-p', '.'] },
    { name: 'types of the engine', command: [tsc, '-p', 'src/tsconfig.engine.json'] },
    { name: 'types of the tools', command: [tsc, '-p', 'src/tsconfig.node.json'] },
    { name: 'lint', command: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
    {
      name: 'format',
      command: [
        'node_modules/prettier/bin/prettier.cjs',
        '--check',
        '.',
        '--log-level=warn',
        '--cache',
        // contents, not times: a fresh checkout has new times
        '--cache-strategy=content',
        '--cache-location=node_modules/.cache/flannelboard/prettier.json',
      ],
    },
  ];
}
