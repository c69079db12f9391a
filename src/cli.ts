/**
 * The engine without a page: for people who check things in CI, for comparing with the real kernel, for bug reports.
 * Exit code 0 = done, 1 = the input has errors, the packet could not be sent or an expectation failed, 2 = wrong usage.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { MessageId, MessageParams } from './lib/message.ts';
import { en } from './view/i18n/en.ts';
import type { NetNsId } from './kernel/recorder.ts';
import type { Cluster } from './kube/cluster.ts';
import { touch } from './kube/board.ts';
import type { Diagnostic } from './kube/manifest/diagnostic.ts';
import { createReader, type ReadResult } from './kube/manifest/reader.ts';
import { resolveEndpoint } from './engine/endpoint.ts';
import { checkExpectations } from './engine/expect.ts';
import { Run } from './engine/run.ts';
import { tablesOf } from './engine/tables.ts';
import { testLines } from './cli/test.ts';
import { whoOwns } from './cli/who.ts';
import { planLab } from './scenario/lab/plan.ts';
import { labScript } from './scenario/lab/script.ts';
import { parseIpv4 } from './wire/address.ts';
import { summary } from './wire/summary.ts';
import { namespacesOf, traceJson } from './trace/json.ts';
import { toPcapng } from './trace/toPcap.ts';
import { printObject } from './trace/printObject.ts';
import { isStep } from './trace/types.ts';

const USAGE = `usage:
  validate FILE
  trace FILE --from END --to END [--proto tcp|udp|icmp] [--sport N] [--ttl N] [--size N] [--df|--no-df] [--json]
  test FILE                  checks the expect: list of the Board document
  tables FILE --ns NAME
  who FILE IP
  lab FILE                   prints a bash script; see docs/lab.md
  pcap FILE --from END --to END [the options of trace] --out X.pcapng
FILE is Kubernetes YAML; - reads standard input.
END is pod/NAMESPACE/NAME[:PORT], node/NAME, client/NAME or IP[:PORT].`;

class Usage extends Error {}
class InputError extends Error {}

function printMessage<K extends MessageId>({
  id,
  params,
}: {
  readonly id: K;
  readonly params: MessageParams[K];
}): string {
  return en.sentences[id](params);
}

function printDiagnostic(file: string, { severity, message, upstream, range }: Diagnostic): string {
  const said = upstream === undefined ? '' : ` (${upstream})`;
  return `${file}:${range.line}:${range.column}: ${severity}: ${printMessage(message)}${said}`;
}

function read(file: string): ReadResult {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return createReader().read(text);
}

function clusterOf(file: string): Cluster {
  const { cluster, diagnostics } = read(file);
  if (cluster) return cluster;
  throw new InputError(diagnostics.map((d) => printDiagnostic(file, d)).join('\n'));
}

function number(values: Readonly<Record<string, unknown>>, name: string): Record<string, number> {
  const text = values[name];
  if (text === undefined) return {};
  const value = Number(text);
  if (typeof text !== 'string' || !/^\d+$/.test(text))
    throw new Usage(`--${name} wants a number, not ${JSON.stringify(text)}`);
  return { [name]: value };
}

function validate(file: string): number {
  const { diagnostics } = read(file);
  for (const diagnostic of diagnostics) console.log(printDiagnostic(file, diagnostic));
  return diagnostics.some((d) => d.severity === 'error') ? 1 : 0;
}

const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;

const SEND_OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  proto: { type: 'string', default: 'icmp' },
  sport: { type: 'string' },
  ttl: { type: 'string' },
  size: { type: 'string' },
  df: { type: 'boolean', default: false },
  'no-df': { type: 'boolean', default: false },
} as const;

interface SendValues {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly proto: string;
  readonly df: boolean;
  readonly 'no-df': boolean;
}

/** Sends what the options say on a fresh board. */
function send(file: string, values: SendValues): Run {
  const protocol = PROTOCOLS.find((p) => p === values.proto);
  if (!protocol) throw new Usage(`--proto is one of ${PROTOCOLS.join(', ')}, not "${values.proto}"`);
  if (values.from === undefined || values.to === undefined) throw new Usage('--from and --to are wanted');
  const cluster = clusterOf(file);
  const from = resolveEndpoint(cluster, values.from);
  const to = resolveEndpoint(cluster, values.to);
  if (!from.ok) throw new InputError(printMessage(from.error));
  if (!to.ok) throw new InputError(printMessage(to.error));
  const { ns } = from.value;
  const { ip: dst, port: dport } = to.value;
  if (ns === undefined)
    throw new Usage(`--from ${values.from} is an address; name a pod, a node or a client`);
  if (dst === undefined) throw new InputError(`${values.to} has no address`);
  if (protocol !== 'icmp' && dport === undefined)
    throw new Usage(`--to needs a port for ${protocol}: ${values.to}:PORT`);
  const run = new Run(cluster);
  const given = { ...values };
  const options = { ...number(given, 'sport'), ...number(given, 'ttl'), ...number(given, 'size') };
  const df = values['no-df'] ? { df: false } : values.df ? { df: true } : {};
  const port = dport === undefined ? {} : { dport };
  const injection = { protocol, from: ns, dst, ...port, ...options, ...df };
  if (run.give({ input: 'send', injection }) === 'budget')
    throw new InputError('the packet does not come to rest: a loop?');
  return run;
}

function trace(file: string, args: readonly string[]): number {
  const options = { ...SEND_OPTIONS, json: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const run = send(file, values);
  if (values.json) console.log(JSON.stringify(traceJson(run.recording)));
  else printTrace(run);
  return 0;
}

function pcap(file: string, args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { ...SEND_OPTIONS, out: { type: 'string' } } });
  if (values.out === undefined) throw new Usage('pcap needs --out FILE.pcapng');
  const { recording } = send(file, values);
  try {
    writeFileSync(values.out, toPcapng(recording));
  } catch (error) {
    throw new InputError(`${values.out}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return 0;
}

function who(file: string, [text = '']: readonly string[]): number {
  const ip = parseIpv4(text);
  if (!ip.ok) throw new Usage(`who wants an IPv4 address, not "${text}"`);
  for (const line of whoOwns(clusterOf(file), ip.value)) console.log(line);
  return 0;
}

function printTrace({ recording }: Run): void {
  const [exchange] = recording.exchanges;
  console.log(`result: ${exchange?.result ?? 'none'}`);
  for (const line of exchange?.output ?? []) console.log(`  ${line}`);
  for (const ns of namespacesOf(recording)) {
    console.log(`${ns}:`);
    for (const entry of recording.entries) {
      if (entry.ns !== ns || !isStep(entry)) continue;
      const frame = recording.frames[entry.frame];
      if (!frame) continue;
      if (entry.kind === 'rx' || entry.kind === 'tx') {
        console.log(`  ${entry.dev.padEnd(12)} ${entry.kind === 'rx' ? 'in ' : 'out'} ${summary(frame)}`);
      } else if (entry.kind === 'drop') {
        console.log(`  dropped: ${entry.reason} in ${entry.where}`);
      }
    }
  }
}

function tables(file: string, args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { ns: { type: 'string' } } });
  if (values.ns === undefined) throw new Usage('tables needs --ns');
  const run = new Run(clusterOf(file));
  touch(run.world, values.ns as NetNsId);
  const ns = run.world.namespaces.get(values.ns as NetNsId);
  if (!ns) {
    const known = run.world.namespaces.ids().join(', ');
    throw new InputError(`no namespace ${values.ns}; there are: ${known}`);
  }
  const { link, addr, route, neigh, fdb } = tablesOf(ns);
  for (const [title, lines] of Object.entries({
    'ip link': link,
    'ip addr': addr,
    'ip route': route,
    'ip neigh': neigh,
    'bridge fdb': fdb,
  })) {
    console.log(`# ${title}`);
    for (const line of lines)
      console.log(
        `${line.text.padEnd(72)} # ${line.by}${line.object === undefined ? '' : `: ${printObject(line.object)}`}`,
      );
  }
  return 0;
}

function lab(file: string): number {
  process.stdout.write(labScript(planLab(clusterOf(file)).plan));
  return 0;
}

function test(file: string): number {
  const run = new Run(clusterOf(file));
  const results = checkExpectations(run, { atSeq: run.recording.entries.length });
  // a test that tests nothing must not look like one that passed
  if (results.length === 0)
    throw new InputError(`${file}: nothing is expected; write spec.expect into its Board document`);
  for (const line of testLines(results, printMessage)) console.log(line);
  return results.every(({ holds }) => holds) ? 0 : 1;
}

function main([command, file, ...args]: readonly string[]): number {
  if (command === '--help' || command === 'help') {
    console.log(USAGE);
    return 0;
  }
  if (command === undefined || file === undefined) throw new Usage('a command and a file are wanted');
  if (command === 'validate') return validate(file);
  if (command === 'trace') return trace(file, args);
  if (command === 'test') return test(file);
  if (command === 'tables') return tables(file, args);
  if (command === 'lab') return lab(file);
  if (command === 'who') return who(file, args);
  if (command === 'pcap') return pcap(file, args);
  throw new Usage(`unknown command "${command}"`);
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  const isOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (error instanceof InputError) {
    console.error(error.message);
    process.exitCode = 1;
  } else if (error instanceof Usage || isOption) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exitCode = 2;
  } else throw error;
}
