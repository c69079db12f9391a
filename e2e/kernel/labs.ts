/** The exported script itself: it builds what the board shows, answers as the simulator says, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { podNs } from '../../src/kube/ids.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { gallery } from '../../src/scenario/gallery.ts';
import { planLab } from '../../src/scenario/lab/plan.ts';
import { labScript } from '../../src/scenario/lab/script.ts';
import { inject } from '../../src/sim/inject.ts';
import { runUntilSettled } from '../../src/sim/run.ts';
import type { World } from '../../src/sim/world.ts';
import { ipv4 } from '../../src/wire/address.ts';
import { readCluster } from './scenario.ts';

export interface LabResult {
  readonly name: string;
  /** what went wrong; undefined = nothing */
  readonly fault: string | undefined;
}

interface Said {
  readonly code: number | null;
  readonly text: string;
}

function processesWith(word: string): string {
  return spawnSync('pgrep', ['-af', word], { encoding: 'utf8' }).stdout.trim();
}

/** Does shop/web reach the pod db in the simulator? */
function reaches(world: World<Cluster>, protocol: 'icmp' | 'tcp'): boolean {
  const from = podNs({ namespace: 'shop', name: 'web' });
  const dst = ipv4('10.244.2.3');
  const exchange = inject(world, { protocol, from, dst, ...(protocol === 'tcp' ? { dport: 8080 } : {}) });
  runUntilSettled(world, () => world.step());
  const { result } = world.recorder.exchange(exchange);
  return result === 'replied' || result === 'connected';
}

/** Builds the board of a text, pings, asks a server, takes it down; both must end as in the simulator. */
function tryLab(yaml: string, folder: string): string | undefined {
  const file = join(folder, 'lab.sh');
  const state = join(folder, 'state');
  const { plan, world } = planLab(readCluster(yaml));
  writeFileSync(file, labScript(plan));
  const lab = (...args: readonly string[]): Said => {
    const env = { ...process.env, FLANNELBOARD_LAB: state };
    const { status, stdout, stderr } = spawnSync('bash', [file, ...args], {
      encoding: 'utf8',
      env,
      timeout: 30_000,
    });
    return { code: status, text: `${stdout}${stderr}` };
  };
  try {
    const up = lab('up');
    if (up.code !== 0) return `up: ${up.text}`;
    if (lab('up').code === 0) return 'up twice is not refused';
    const ping = lab('in', 'shop/web', 'ping', '-c1', '-W2', '10.244.2.3');
    if ((ping.code === 0) !== reaches(world, 'icmp')) return `ping: ${ping.text}`;
    const ask = 'exec 3<>/dev/tcp/10.244.2.3/8080; echo hello >&3; cat <&3';
    const answer = lab('in', 'shop/web', 'timeout', '5', 'bash', '-c', ask);
    const isAnswered = /^db saw \d+\.\d+\.\d+\.\d+:\d+/.test(answer.text);
    if (isAnswered !== reaches(world, 'tcp')) return `the server said ${answer.text}`;
    if (lab('in', 'nowhere', 'true').code === 0) return 'a namespace that is not there is not refused';
  } finally {
    lab('down');
  }
  if (existsSync(state)) return `left behind: ${state}`;
  const left = processesWith(file);
  return left === '' ? undefined : `left running: ${left}`;
}

/** Interrupts `up` half way, as Ctrl-C does. */
function interruptLab(yaml: string, folder: string): string | undefined {
  const file = join(folder, 'stopped.sh');
  const state = join(folder, 'stopped');
  writeFileSync(file, labScript(planLab(readCluster(yaml)).plan));
  const env = { ...process.env, FLANNELBOARD_LAB: state };
  const script = 'bash "$1" up & child=$!; sleep 0.4; kill -TERM $child; wait $child';
  const { status } = spawnSync('bash', ['-c', script, 'stop', file], {
    encoding: 'utf8',
    env,
    timeout: 30_000,
  });
  if (status === 0) return 'it was not interrupted: it was up already';
  spawnSync('sleep', ['0.3']);
  if (existsSync(state)) return `left behind: ${state}`;
  const left = processesWith(file);
  return left === '' ? undefined : `left running: ${left}`;
}

/** The labs of the gallery. */
export function tryLabs(): readonly LabResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'flannelboard-labs-'));
  try {
    const built = gallery.map(({ id, text }) => ({
      name: `the lab of ${id} comes up, answers and goes without a trace`,
      fault: tryLab(text, folder),
    }));
    const stopped = {
      name: 'a lab that is interrupted while it comes up leaves nothing behind',
      fault: interruptLab(gallery[0]?.text ?? '', folder),
    };
    return [...built, stopped];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
