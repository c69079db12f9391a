/** The exported script itself: it builds what the board shows, answers as the simulator says, and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { podNs } from '../../src/kube/ids.ts';
import type { NetNsId } from '../../src/kernel/recorder.ts';
import type { Cluster, ClusterPod } from '../../src/kube/cluster.ts';
import { gallery, type GalleryId } from '../../src/scenario/gallery.ts';
import { planLab, type LabPlan } from '../../src/scenario/lab/plan.ts';
import { labScript } from '../../src/scenario/lab/script.ts';
import { inject } from '../../src/sim/inject.ts';
import { runUntilSettled } from '../../src/sim/run.ts';
import type { World } from '../../src/sim/world.ts';
import { ipv4, printIpv4 } from '../../src/wire/address.ts';
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

/** What `python3 -c` pings with: ping(8) is not everywhere. Exit code 0 = an answer came. */
const PING = `
import os, socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(2)
head, data = struct.pack("!BBHHH", 8, 0, 0, os.getpid() & 65535, 1), bytes(56)
total = sum(struct.unpack("!32H", head + data))
while total >> 16:
    total = (total & 65535) + (total >> 16)
sent = head[:2] + struct.pack("!H", ~total & 65535) + head[4:] + data
try:
    s.sendto(sent, (sys.argv[1], 0))
    end = time.time() + 2
    while time.time() < end:
        got = s.recv(2048)
        if got[20] == 0 and got[24:28] == sent[4:8] and got[12:16] == socket.inet_aton(sys.argv[1]):
            sys.exit(0)
except OSError:
    pass
sys.exit(1)
`;

interface Question {
  readonly from: NetNsId;
  readonly to: string;
  readonly port: number;
  readonly name: string;
}

/** From the first pod to pods whose servers answer, those of other nodes first. */
function questions(cluster: Cluster, { servers }: LabPlan): readonly Question[] {
  const podOf = (ns: NetNsId): ClusterPod | undefined => cluster.pods.find((pod) => podNs(pod) === ns);
  const [first] = servers;
  if (!first) return [];
  const home = podOf(first.ns)?.node;
  const others = servers.flatMap(
    ({ ns, name, tcp }): readonly (Question & { readonly isHome: boolean })[] => {
      const pod = podOf(ns);
      const [port] = tcp;
      if (ns === first.ns || pod?.ip === undefined || port === undefined) return [];
      return [{ from: first.ns, to: printIpv4(pod.ip), port, name, isHome: pod.node === home }];
    },
  );
  return others.toSorted((x, y) => Number(x.isHome) - Number(y.isHome)).slice(0, 2);
}

/** What comes of a question in the simulator. */
function reaches(world: World<Cluster>, { from, to, port }: Question, protocol: 'icmp' | 'tcp'): boolean {
  const dst = ipv4(to);
  const exchange = inject(world, { protocol, from, dst, ...(protocol === 'tcp' ? { dport: port } : {}) });
  runUntilSettled(world, () => world.step());
  const { result } = world.recorder.exchange(exchange);
  return result === 'replied' || result === 'connected';
}

/** Builds the board of a text, pings, asks servers, takes it down; everything must end as in the simulator. */
function tryLab(yaml: string, folder: string): string | undefined {
  const file = join(folder, 'lab.sh');
  const state = join(folder, 'state');
  const cluster = readCluster(yaml);
  const { plan, world } = planLab(cluster);
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
    for (const question of questions(cluster, plan)) {
      const { from, to, port, name } = question;
      const said = `${from} to ${to}`;
      const ping = lab('in', from, 'python3', '-c', PING, to);
      if ((ping.code === 0) !== reaches(world, question, 'icmp')) return `ping from ${said}: ${ping.text}`;
      const ask = `exec 3<>/dev/tcp/${to}/${port}; echo hello >&3; cat <&3`;
      const answer = lab('in', from, 'timeout', '3', 'bash', '-c', ask);
      const isAnswered = new RegExp(`^${name} saw \\d+\\.\\d+\\.\\d+\\.\\d+:\\d+`).test(answer.text);
      if (isAnswered !== reaches(world, question, 'tcp'))
        return `from ${said}:${port} the server said ${answer.text}`;
    }
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

/** Boards of `npm test`: every kind of device, rule and runtime once. */
const SLICE: readonly GalleryId[] = [
  'two-nodes',
  'two-nodes-udp',
  'three-nodes-host-gw',
  'cnm',
  'drop-reject',
  'local',
  'policy-or',
  'host-gw-router',
];

/** The labs of the gallery, or of a part of it. */
export function tryLabs(all: boolean): readonly LabResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'flannelboard-labs-'));
  const boards = gallery.filter(({ id }) => all || SLICE.includes(id));
  try {
    const built = boards.map(({ id, text }) => ({
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
