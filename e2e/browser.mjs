/**
 * Finds the browser of the page tests, and installs one when there is none. Playwright's own build is preferred when it
 * is there, but many machines cannot download it, so a Chromium or Chrome of the system does as well. The order:
 *
 *   CHROMIUM_PATH  ->  Playwright's own  ->  the system's  ->  install  ->  one clear error
 */
import { chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** Where the systems put Chromium, Chrome and Edge. */
const systemPaths = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined
      ? []
      : [`${folder}/Google/Chrome/Application/chrome.exe`, `${folder}/Microsoft/Edge/Application/msedge.exe`];
  }),
};

/** Chromium talks to nobody but our own server: on a closed network its own connections only cost time. */
const args = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not ours to run
  }
}

/** Ubuntu's /usr/bin/chromium-browser is a shell script that asks for a snap. @param {string} path */
function isSnapStub(path) {
  const head = readFileSync(path).subarray(0, 4096).toString('latin1');
  return head.startsWith('#!') && head.includes('snap install');
}

/**
 * Playwright's launch options for the browser of this machine, or undefined when there is none.
 * A CHROMIUM_PATH that cannot be run is an error, not a reason to guess.
 */
export function findBrowser() {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') {
    if (!isExecutable(asked)) throw new Error(`CHROMIUM_PATH is ${asked}, which is not an executable file`);
    return { executablePath: asked, args };
  }
  if (existsSync(chromium.executablePath())) return { args };
  const candidates =
    process.platform in systemPaths ? systemPaths[/** @type {'linux'} */ (process.platform)] : [];
  const executablePath = candidates.find((path) => isExecutable(path) && !isSnapStub(path));
  return executablePath === undefined ? undefined : { executablePath, args };
}

/** Playwright's own download, for machines whose packages we do not know. True when a browser is there afterwards. */
export function downloadBrowser() {
  console.log('set-up: no Chromium or Chrome here; trying "playwright install chromium"');
  const withDeps = process.platform === 'linux' && process.getuid?.() === 0 ? ['--with-deps'] : [];
  spawnSync('npx', ['--no-install', 'playwright', 'install', ...withDeps, 'chromium'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return findBrowser() !== undefined;
}
