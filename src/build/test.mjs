/**
 * `npm test`: sets the machine up, checks, builds, and drives the built page in a browser. This is all that continuous
 * integration runs.
 */
import { checkStages } from './checkStages.mjs';
import { runStages } from './stages.mjs';

await runStages([
  { name: 'set-up', command: ['e2e/setup.mjs'] },
  checkStages({ truthTables: true }),
  {
    name: 'kernel',
    command: ['e2e/kernel/main.mjs', '--slice'],
    report: { file: '.results/kernel.json', kind: 'plain' },
    needs: ['set-up'],
  },
  { name: 'build', command: ['node_modules/vite/bin/vite.js', 'build', '--logLevel=warn'] },
  { name: 'size', command: ['src/build/size.mjs'], needs: ['build'] },
  {
    name: 'page',
    command: ['node_modules/@playwright/test/cli.js', 'test', '-c', 'e2e'],
    report: { file: '.results/e2e.json', kind: 'playwright' },
    needs: ['set-up', 'build'],
  },
]);
