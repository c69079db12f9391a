/**
 * `npm run bench:page`: how fast the page is, in the browser of the page tests. Builds the product and the benchmark page
 * (src/bench/page), measures, and prints the machine and a table; with a word (`-- policies`) only the tables of that name. Ratios are of one run; nothing here passes or fails.
 */
import { chromium } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { cpus, tmpdir, totalmem } from 'node:os';
import { extname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { findBrowser } from '../../e2e/browser.mjs';
import { printTable } from './table.mjs';

/** @typedef {import('../bench/bench.ts').Row} Row @typedef {import('@playwright/test').Browser} Browser */

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'flannelboard-bench-'));
/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** Serves a folder on a free port. @param {string} folder */
async function serve(folder) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html');
    readFile(join(folder, path)).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  return (
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN
  );
}

/** Packets on the board, frame after frame without waiting for the screen. @param {Browser} browser @param {string} url @returns {Promise<Row[]>} */
async function measureFrames(browser, url) {
  // what the board has of a page of 1440 x 900
  const page = await browser.newPage({ viewport: { width: 1088, height: 780 } });
  await page.goto(url);
  await page.waitForFunction('window.bench');
  /** @param {string} call of the page's `bench` @returns {Promise<number>} */
  const bench = (call) => page.evaluate(`window.bench.${call}`);
  const elements = await bench('open(50, 300)');
  const ways = /** @type {const} */ ({
    still: 'canvas(0, 800)',
    one: 'canvas(1, 800)',
    blank: 'blank(800)',
    thousand: 'canvas(1000, 800)',
    five: 'canvas(5000, 800)',
    script: 'script(5000, 60)',
    d3: 'transitions(5000, 3000)',
  });
  // the first crowd measures which way of copying is the quicker; what is measured below is not the first
  await bench('canvas(5000, 800)');
  // by turns, so that whatever else the machine does meets all of them
  /** @type {Record<string, number[]>} */
  const rounds = {};
  for (let round = 0; round < 5; round++)
    for (const [name, call] of Object.entries(ways)) (rounds[name] ??= []).push(await bench(call));
  await page.close();
  /** @param {keyof typeof ways} name */
  const median = (name) => quantile(rounds[name] ?? [], 0.5);
  /** the median of the rounds' own ratios @param {keyof typeof ways} a @param {keyof typeof ways} b */
  const times = (a, b) =>
    quantile(
      (rounds[a] ?? []).map((ms, i) => ms / (rounds[b]?.[i] ?? NaN)),
      0.5,
    );
  return [
    { what: 'board of 50 nodes / 300 pods: SVG elements', value: elements, unit: '' },
    { what: 'its frame at rest (one pixel moves)', value: median('still'), unit: 'ms' },
    { what: 'its frame with 1 packet', value: median('one'), unit: 'ms' },
    {
      what: 'its frame with the canvas of packets put, and no packet on it',
      value: median('blank'),
      unit: 'ms',
    },
    { what: '... as a multiple of the frame at rest', value: times('blank', 'still'), unit: 'x' },
    { what: 'its frame with 1,000 packets', value: median('thousand'), unit: 'ms' },
    { what: '... as a multiple of the frame at rest', value: times('thousand', 'still'), unit: 'x' },
    {
      what: '... as a multiple of the same canvas without a packet',
      value: times('thousand', 'blank'),
      unit: 'x',
      goal: 'at most 1.5',
    },
    { what: 'its frame with 5,000 packets', value: median('five'), unit: 'ms' },
    { what: '... of which our JavaScript', value: median('script'), unit: 'ms' },
    { what: 'the same by D3 transitions', value: median('d3'), unit: 'ms' },
    { what: '... as a multiple of ours', value: times('d3', 'five'), unit: 'x', goal: 'at least 25' },
  ];
}

/** Main-thread tasks while the default ping plays. @param {Browser} browser @param {string} url @returns {Promise<Row[]>} */
async function measurePlaying(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  await page.goto(url);
  await page.locator('[data-pick]').first().waitFor();
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
  });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.waitForTimeout(8000);
  /** @type {{ traceEvents: { name: string, ph: string, pid: number, tid: number, dur?: number, args?: { name?: string } }[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  await page.close();
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents
    .filter(({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && main.has(`${pid} ${tid}`))
    .map(({ dur = 0 }) => dur / 1000)
    // turns of the event loop that did nothing would make any 95th percentile small
    .filter((ms) => ms >= 1);
  return [
    { what: 'default ping for 8 s: main-thread tasks of 1 ms or more', value: tasks.length, unit: '' },
    { what: '... their 95th percentile', value: quantile(tasks, 0.95), unit: 'ms', goal: 'under 50' },
    { what: '... the longest', value: quantile(tasks, 1), unit: 'ms' },
  ];
}

const READY = 'ready at ';
/** In the page: when Send could first be pressed. As text, because these files know no DOM. */
const NOTE_READY = `
  const look = () => {
    const send = [...document.querySelectorAll('button')].find((button) => button.textContent === 'Send');
    if (send?.getAttribute('aria-disabled') === 'false')
      console.info('${READY}' + performance.now());
    else requestAnimationFrame(look);
  };
  look();
`;

/** From navigation until Send can be pressed. @param {Browser} browser @param {string} url @returns {Promise<Row[]>} */
async function measureStart(browser, url) {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.addInitScript({ content: NOTE_READY });
    // not by a locator: what Playwright puts into the page for one costs as much as drawing the board
    const said = page.waitForEvent('console', (message) => message.text().startsWith(READY));
    await page.goto(url, { waitUntil: 'commit' });
    times.push(Number((await said).text().slice(READY.length)));
    await page.close();
  }
  return [
    {
      what: 'default board interactive, CPU slowed down 4 times (median of 5)',
      value: quantile(times, 0.5),
      unit: 'ms',
      goal: 'at most 1,500',
    },
  ];
}

/** In the page: a press of a button of the card about a cell, until the cells are painted, and until they are on the screen. As text, because these files know no DOM. */
const NOTE_EDIT = `
  window.editBy = (name) => new Promise((resolve, reject) => {
    const grid = document.querySelector('[data-testid=matrix]');
    const button = [...document.querySelectorAll('[data-testid=policy-why] button')].find((one) => one.textContent.includes(name));
    if (!grid || !button) return reject(new Error('no ' + name));
    const begin = performance.now();
    new MutationObserver((_, observer) => {
      observer.disconnect();
      const painted = performance.now() - begin;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve([painted, performance.now() - begin]);
        port2.postMessage(0);
      });
    }).observe(grid, { attributes: true, attributeFilter: ['data-edition'] });
    button.click();
  });
`;

/** An edit of one policy on a large board, until its cells are painted: taken back, and written again. @param {Browser} browser @param {string} url @param {string} text @returns {Promise<Row[]>} */
async function measureMatrix(browser, url, text) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  await page.addInitScript({ content: NOTE_EDIT });
  await page.goto(url);
  await page.getByRole('button', { name: 'Open your cluster' }).click();
  await page.getByRole('textbox', { name: 'Output of kubectl' }).fill(text);
  await page.getByRole('button', { name: 'Open as a board' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden', timeout: 120_000 });
  await page.getByRole('tab', { name: 'Matrix' }).click();
  const grid = page.getByTestId('matrix');
  await page.getByRole('combobox', { name: 'By' }).selectOption('pods');
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  const write = page
    .getByTestId('policy-why')
    .getByRole('button', { name: 'Write it into the YAML' })
    .first();
  // from the first pod to the right, until somebody may not be talked to
  for (let i = 0; i < 50 && !(await write.isVisible()); i++) {
    await page.keyboard.press('ArrowRight');
    if (!/denied/.test((await page.getByTestId('matrix-told').textContent()) ?? '')) continue;
    await page.keyboard.press('Enter');
    await write.waitFor({ timeout: 60_000 });
  }
  /** @param {string} name @returns {Promise<readonly [number, number]>} */
  const edit = (name) => page.evaluate(`window.editBy(${JSON.stringify(name)})`);
  const undo = page.getByTestId('policy-why').getByRole('button', { name: 'Undo' });
  const times = [];
  for (let i = 0; i < 9; i++) {
    await edit('Write it into the YAML');
    await undo.waitFor();
    // until the board has followed, and the packet was sent again
    await page.waitForTimeout(2500);
    times.push(await edit('Undo'));
    await write.waitFor();
    await page.waitForTimeout(2500);
  }
  await page.close();
  const what = 'an edit of one policy among 300, 1,000 pods, in a matrix of every pod:';
  const median = (/** @type {readonly number[]} */ values) => quantile(values, 0.5);
  return [
    {
      what: `${what} cells painted`,
      value: median(times.map(([painted]) => painted)),
      unit: 'ms',
      goal: 'under 50',
    },
    { what: '... on the screen', value: median(times.map(([, shown]) => shown)), unit: 'ms' },
    {
      what: '... the slowest of 9',
      value: quantile(
        times.map(([painted]) => painted),
        1,
      ),
      unit: 'ms',
    },
  ];
}

/** A thousand pods and three hundred policies. @param {Browser} browser @param {string} url @returns {Promise<string>} */
async function policiesText(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction('window.bench');
  const text = await page.evaluate('window.bench.policies(1000, 300)');
  await page.close();
  return String(text);
}

const found = findBrowser();
if (found === undefined) {
  console.error('No browser: run "node e2e/setup.mjs", it says what to do.');
  process.exit(1);
}
const quiet = /** @type {const} */ ({ logLevel: 'error' });
await build({ ...quiet, root, build: { outDir: join(work, 'product'), emptyOutDir: true } });
await build({
  ...quiet,
  root: join(root, 'src/bench/page'),
  configFile: false,
  publicDir: false,
  base: './',
  build: { outDir: join(work, 'bench'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 5000 },
});

const uncapped = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];
const product = await serve(join(work, 'product'));
const bench = await serve(join(work, 'bench'));
const free = await chromium.launch({ ...found, args: [...found.args, ...uncapped] });
const usual = await chromium.launch(found);
try {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  console.log(
    `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory} GiB, Chromium ${usual.version()}`,
  );
  /** @type {Record<string, () => Promise<Row[]>>} */
  const tables = {
    'packets (frames not held back by the screen)': () => measureFrames(free, bench.url),
    playing: () => measurePlaying(usual, product.url),
    policies: async () => measureMatrix(usual, product.url, await policiesText(free, bench.url)),
    starting: () => measureStart(usual, product.url),
  };
  const word = process.argv[2] ?? '';
  for (const [name, measure] of Object.entries(tables)) {
    if (!name.includes(word)) continue;
    console.log(`\n${name}`);
    printTable(await measure());
  }
} finally {
  await free.close();
  await usual.close();
  product.close();
  bench.close();
  rmSync(work, { recursive: true, force: true });
}
