/**
 * Sets a machine up for the whole test suite: a browser, a font with Chinese glyphs (the page is bilingual, and missing
 * glyphs change every width), tshark, the independent judge of our frames, and what the real kernel as judge needs. Root on Debian gets them installed, with
 * a line that says so; everyone else gets one sentence per missing thing.
 *
 * Only a missing browser fails: without the others the tests that need them are counted, named skips.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { downloadBrowser, findBrowser } from './browser.mjs';

/** @param {string} command @param {string[]} args */
function outputOf(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : '';
}

/** What the suite needs: how to see it, which Debian package has it, what to tell people elsewhere. */
const needs = [
  {
    name: 'a browser',
    isThere: () => findBrowser() !== undefined,
    debian: 'chromium',
    advice: 'install Chromium, Chrome or Edge, or set CHROMIUM_PATH to one',
  },
  {
    name: 'a Chinese font',
    // macOS and Windows bring theirs.
    isThere: () =>
      process.platform !== 'linux' || outputOf('fc-list', [':lang=zh-cn', 'family']).trim() !== '',
    debian: 'fonts-noto-cjk',
    advice: 'install a font with Simplified Chinese, for example Noto Sans CJK',
  },
  {
    name: 'tshark',
    isThere: () => outputOf('tshark', ['--version']) !== '',
    debian: 'tshark',
    advice: "install tshark, Wireshark's command line",
  },
  // the judge: the real kernel of a Linux machine
  ...[
    { name: 'ip', debian: 'iproute2', ask: ['-V'] },
    { name: 'iptables-legacy', debian: 'iptables', ask: ['--version'] },
    { name: 'ipset', debian: 'ipset', ask: ['--version'] },
    { name: 'conntrack', debian: 'conntrack', ask: ['--version'] },
    { name: 'python3', debian: 'python3', ask: ['--version'] },
  ].map(({ name, debian, ask }) => ({
    name,
    isThere: () => process.platform !== 'linux' || outputOf(name, ask) !== '',
    debian,
    advice: `install ${debian}`,
  })),
];

function isRootOnDebian() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false; // a Linux that does not say its name
  }
}

/** Whether apt-get did it. Never asks: tshark's package has a question about who may capture. @param {string[]} packages */
function aptInstall(packages) {
  console.log(`set-up: missing on this Debian, installing with apt-get: ${packages.join(' ')}`);
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const apt = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=300'];
  return (
    spawnSync('apt-get', [...apt, 'update'], options).status === 0 &&
    spawnSync('apt-get', [...apt, 'install', '--no-install-recommends', ...packages], options).status === 0
  );
}

const missing = () => needs.filter((need) => !need.isThere());

try {
  findBrowser();
} catch (error) {
  console.error(`set-up: ${error instanceof Error ? error.message : String(error)}.`);
  process.exit(1);
}

const before = missing();
if (before.length > 0 && isRootOnDebian()) {
  if (!aptInstall(before.map((need) => need.debian))) console.error('set-up: apt-get failed, see above');
} else if (before.some((need) => need.debian === 'chromium')) {
  downloadBrowser();
}

const after = missing();
for (const need of after) console.error(`set-up: ${need.name} is missing: ${need.advice}.`);
if (after.length === 0) console.log(`set-up: ${needs.map((need) => need.name).join(', ')}: all there`);
if (findBrowser() === undefined) process.exit(1);
