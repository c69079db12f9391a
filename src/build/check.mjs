/**
 * `npm run check`: everything that needs neither a build nor a browser, under a minute on two cores. The truth tables
 * (`*.truth.test.ts`: large comparisons with recorded reality) are left to `npm test`.
 */
import { checkStages } from './checkStages.mjs';
import { runStages } from './stages.mjs';

await runStages([checkStages({ truthTables: false })]);
