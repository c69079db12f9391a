import { defineConfig, devices } from '@playwright/test';
import process from 'node:process';
import { findBrowser } from './browser.mjs';

/** Not Vite's own port: a preview that someone left running must neither be tested nor be in the way. */
const port = Number(process.env['E2E_PORT'] ?? 4273);
const browser = findBrowser();
if (browser === undefined) throw new Error('No browser: run "node e2e/setup.mjs", it says what to do.');

/** The built page, as people get it, under the strict policy; one worker, because two are slower on two cores. */
export default defineConfig({
  testMatch: '*.spec.ts',
  workers: 1,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  outputDir: '../.results/playwright',
  reporter: [['list'], ['json', { outputFile: '../.results/e2e.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions: browser,
    locale: 'en-US',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // `npx playwright test -c e2e --trace on` for a closer look; recording one of every test costs a third more time.
    trace: 'off',
    video: 'off',
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort`,
    cwd: '..',
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
