/** The real kernel as this program sees it: whether it can be had on this machine, and the runner that drives it. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import process from 'node:process';
import type { KernelTrace } from './drops.ts';
import type { Job } from './scenario.ts';

export type Answer =
  /** `at`: seconds from the first step until the probe was sent; `seconds`: what building took, and sending all probes */
  | {
      readonly answers: readonly (KernelTrace & { readonly at: number })[];
      readonly seconds: { readonly build: number; readonly probe: number };
    }
  /** a command of the simulator that Linux answers in another way */
  | { readonly refused: string }
  /** the runner failed */
  | { readonly error: string };

/** The reasons of drops that the kernel has, or why the runner cannot tell drops: who is not root, or a kernel without BTF. */
export type Ready = { readonly reasons: readonly string[] } | { readonly noDrops: string };

const TOOLS: Readonly<Record<string, string>> = {
  python3: 'python3',
  ip: 'iproute2',
  bridge: 'iproute2',
  unshare: 'util-linux',
  'iptables-legacy-restore': 'iptables',
};

const isRoot = (): boolean => process.getuid?.() === 0;

/** Everything in namespaces of its own; who is not root becomes root of a user namespace. */
const UNSHARE = (): readonly string[] => (isRoot() ? ['-m'] : ['-Urnm']);

function succeeds(command: string, args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').at(-1) ?? 'failed');
}

/** Why this machine cannot be the judge, as one sentence; undefined when it can. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return `this is ${process.platform}, and the judge is Linux`;
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/sbin');
  const missing = Object.entries(TOOLS).filter(([tool]) => !folders.some((f) => existsSync(`${f}/${tool}`)));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, pack]) => pack))].join(' ');
    return `missing: ${missing.map(([tool]) => tool).join(', ')} (on Debian: apt install ${packages})`;
  }
  const namespaces = succeeds('unshare', [...UNSHARE(), '-n', 'true']);
  if (namespaces !== undefined)
    return `no namespaces can be made here (${namespaces}): run as root, or allow user namespaces`;
  const script = [
    'mount -t tmpfs none /run',
    'ip link add veth1 type veth peer name veth2',
    'ip link add vxlan1 type vxlan id 1 dstport 8472',
    'ip link add br0 type bridge',
    '[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]',
    'XTABLES_LOCKFILE=/run/l iptables-legacy -A FORWARD -m conntrack --ctstate INVALID',
    'exec 9<>/dev/net/tun',
  ];
  for (const [i] of script.entries()) {
    const said = succeeds('unshare', [...UNSHARE(), '-n', 'bash', '-ec', script.slice(0, i + 1).join('\n')]);
    if (said !== undefined) return `this kernel or user cannot: ${script[i] ?? ''} (${said})`;
  }
  return undefined;
}

/** A runner process; it carries out one job after the other. */
export class Runner {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  constructor(script: string) {
    this.#child = spawn('unshare', [...UNSHARE(), 'python3', script]);
    this.#child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    this.#child.stdin.on('error', () => undefined); // the runner died: the missing answer says so
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until it can begin. */
  async ready(): Promise<Ready> {
    const { value, done } = await this.#lines.next();
    return done === true ? { noDrops: 'the runner ended' } : (JSON.parse(value) as Ready);
  }

  async run(job: Job): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(job)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) return { error: `the runner ended: ${this.#stderr.trim()}` };
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.#child.stdin.end();
  }
}
