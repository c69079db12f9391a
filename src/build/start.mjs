/**
 * `npm start`: builds the page, serves it on this machine and opens it. PORT names the port; without it the first free
 * one from 4173 is taken. `npm start -- --no-open` (or CI) leaves the browser alone.
 */
import process from 'node:process';
import { build, preview } from 'vite';

const port = process.env['PORT'];
if (port !== undefined && !/^\d{1,5}$/.test(port)) {
  console.error(`PORT is "${port}", which is not a port number.`);
  process.exit(2);
}
const open = !process.argv.includes('--no-open') && process.env['CI'] === undefined;

await build({ logLevel: 'warn' });
const server = await preview({
  preview: { open, ...(port === undefined ? {} : { port: Number(port), strictPort: true }) },
});
const addresses = [...(server.resolvedUrls?.local ?? []), ...(server.resolvedUrls?.network ?? [])];
console.log(`\n  Flannelboard is open at ${addresses.join(' and ')}\n  Ctrl+C ends it.\n`);
