/** What Wireshark makes of a capture file of ours: the judge of the bytes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../lib/assert.ts';

export const noTshark = spawnSync('tshark', ['--version']).error !== undefined;

/** The columns of every packet, checksums verified and flannel's port decoded as VXLAN; '' where a packet has no such field. */
export function readWithTshark(file: Uint8Array, columns: readonly string[]): readonly (readonly string[])[] {
  // not by stdin: node's is a socket, and tshark wants a file or a pipe
  const folder = mkdtempSync(join(tmpdir(), 'flannelboard-pcapng-'));
  const path = join(folder, 'capture.pcapng');
  writeFileSync(path, file);
  const checked = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);
  const wanted = columns.flatMap((column) => ['-e', column]);
  const args = ['-r', path, '-d', 'udp.port==8472,vxlan', ...checked, '-T', 'fields', ...wanted];
  const run = spawnSync('tshark', args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert(run.status === 0, `tshark: ${run.stderr}`);
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split('\t'));
}
