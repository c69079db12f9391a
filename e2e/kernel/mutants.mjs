/**
 * `npm run test:mutants [-- NAME...]`: breaks the simulator in one place at a time, and shows that the real kernel catches it.
 * Each mutant is one replacement in one source file, made in a copy of src/; the project's own files are not touched. It is
 * caught when a random scenario differs; 200 of one seed are tried at most.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** @typedef {{ name: string, file: string, from: string, to: string }} Mutant */

/** @type {readonly Mutant[]} */
const MUTANTS = [
  {
    name: 'TTL: forwarding takes none',
    file: 'kernel/path.ts',
    from: 'const ttl = packet.ttl - 1;',
    to: 'const ttl = packet.ttl;',
  },
  {
    name: 'hook order: nat before mangle in PREROUTING',
    file: 'kernel/netfilter/place.ts',
    from: "'conntrack', 'mangle', 'nat'],",
    to: "'conntrack', 'nat', 'mangle'],",
  },
  {
    name: 'SNAT address: another one',
    file: 'kernel/nat/nat.ts',
    from: 'from: address, to: address,',
    to: 'from: (address ^ 1) >>> 0 as typeof address, to: (address ^ 1) >>> 0 as typeof address,',
  },
  {
    name: 'hairpin: a port never gives back what came in by it',
    file: 'kernel/device/bridge.ts',
    from: '(name !== ingress || port.hairpin)',
    to: '(name !== ingress)',
  },
  {
    name: 'ARP: who asks is not remembered',
    file: 'kernel/neigh.ts',
    from: "state: 'stale', create: true });",
    to: "state: 'stale', create: false });",
  },
  {
    name: 'MTU: a VXLAN device carries 20 bytes more',
    file: 'kernel/ops/link.ts',
    from: 'VXLAN_OVERHEAD = 50',
    to: 'VXLAN_OVERHEAD = 30',
  },
  {
    name: 'conntrack: a dropped packet leaves an entry',
    file: 'kernel/netfilter/place.ts',
    from: "INPUT: ['mangle', 'filter', 'nat', 'confirm']",
    to: "INPUT: ['mangle', 'confirm', 'filter', 'nat']",
  },
  {
    name: 'statistic: the n-th packet is one too late',
    file: 'kernel/netfilter/match/statistic.ts',
    from: '(seen === match.packet)',
    to: '(seen === (match.packet + 1) % match.every)',
  },
  {
    name: 'fdb: a bridge does not learn whom it does not know',
    file: 'kernel/bridging.ts',
    from: "  if (old?.state === 'permanent') return;",
    to: '  if (old === undefined) return;',
  },
  {
    name: 'br_netfilter: bridged frames do not see iptables',
    file: 'kernel/bridging.ts',
    from: "sysctl(k.ns, 'net.bridge.bridge-nf-call-iptables') !== 0",
    to: "sysctl(k.ns, 'net.bridge.bridge-nf-call-iptables') === 7",
  },
  {
    name: "Docker's bridge: a rule for every device but one is one for that device",
    file: 'kernel/netfilter/fit.ts',
    from: 'isNamed(exit.name, oif) !== exit.invert',
    to: 'isNamed(exit.name, oif)',
  },
  {
    name: 'reason of a drop: another one for a neighbour that does not answer',
    file: 'kernel/neigh.ts',
    from: "reason: 'NEIGH_FAILED'",
    to: "reason: 'NEIGH_DEAD'",
  },
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const COUNT = '200';
const SEED = '1';

/** A copy of the project with one thing broken. @param {string} folder @param {Mutant} mutant */
function plant(folder, { name, file, from, to }) {
  for (const part of ['src', 'e2e', 'package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, 'src', file);
  const text = readFileSync(path, 'utf8');
  const places = text.split(from).length - 1;
  if (places !== 1) throw new Error(`${name}: "${from}" stands ${places} times in ${file}, not once`);
  writeFileSync(path, text.replace(from, to));
}

/** @param {Mutant} mutant @returns {boolean} whether it was caught */
function isCaught(mutant) {
  const folder = mkdtempSync(join(tmpdir(), 'flannelboard-mutant-'));
  try {
    plant(folder, mutant);
    const args = ['e2e/kernel/main.mjs', '--seed', SEED, '--count', COUNT, '--first', '--bundle', 'mutant'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if ((status !== 0 && status !== 1) || !stdout.includes('scenarios,'))
      throw new Error(`${mutant.name}: ${stderr}`);
    const what = stdout.trim().split('\n').slice(0, 2).join(' ').slice(0, 160);
    console.log(
      `${status === 1 ? 'caught   ' : 'NOT caught'} ${mutant.name}${status === 1 ? `\n            ${what}` : ''}`,
    );
    return status === 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = MUTANTS.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
const caught = chosen.filter(isCaught).length;
console.log(`${caught} of ${chosen.length} mutants caught within ${COUNT} scenarios of seed ${SEED}`);
process.exitCode = caught === chosen.length ? 0 : 1;
