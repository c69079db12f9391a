/**
 * `npm run -s cli -- COMMAND FILE...`: bundles src/cli.ts when a source has changed, then becomes it. Nothing is printed
 * but the CLI's own output; standard input, arguments and exit code are the CLI's.
 */
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { bundle } from './ssr.mjs';

const script = join(await bundle('cli', { cli: 'src/cli.ts' }), 'cli.js');
process.argv[1] = script;
await import(pathToFileURL(script).href);
