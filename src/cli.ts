/**
 * The engine without a page: for people who check things in CI, for comparing with the real kernel, for bug reports.
 * Exit code 0 = done, 1 = the input has errors, the packet could not be sent or an expectation failed, 2 = wrong usage.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PolicyMessageId, PolicyMessageParams } from './lib/policyMessages.ts';
import { policySentences } from './view/i18n/en/policySentences.ts';
import type { Cluster } from './kube/cluster.ts';
import type { Diagnostic } from './kube/manifest/diagnostic.ts';
import { createReader, type ReadResult } from './kube/manifest/reader.ts';
import { checkExpectations } from './engine/expect.ts';
import type { ExpectationResult } from './engine/protocol.ts';
import { Run } from './engine/run.ts';
import { againstLines, matrixJson, matrixLines, policyLines } from './cli/matrix.ts';
import { SEND_OPTIONS, sendOn } from './cli/send.ts';
import { tableLines } from './cli/tables.ts';
import { testLines } from './cli/test.ts';
import { traceLines } from './cli/trace.ts';
import { whoOwns } from './cli/who.ts';
import { InputError, numberIn, printMessage, Usage } from './cli/words.ts';
import { planLab } from './scenario/lab/plan.ts';
import { labScript } from './scenario/lab/script.ts';
import { parseIpv4 } from './wire/address.ts';
import { traceJson } from './trace/json.ts';
import { toPcapng } from './trace/toPcap.ts';

const USAGE = `usage:
  validate FILE
  trace FILE --from END --to END [--proto tcp|udp|icmp] [--sport N] [--ttl N] [--size N] [--df|--no-df]
             [--pick SVC=ENDPOINT]... [--json]
  test FILE                  checks the expect: list of the Board document
  tables FILE --ns NAME
  who FILE IP
  matrix FILE [--proto tcp|udp|sctp] [--port N] [--json] [--against FILE]   who may talk to whom, by the NetworkPolicies
  lab FILE                   prints a bash script; see docs/lab.md
  pcap FILE --from END --to END [the options of trace] --out X.pcapng
FILE is Kubernetes YAML; - reads standard input.
END is pod/NAMESPACE/NAME[:PORT], node/NAME[:NODEPORT], client/NAME, svc/NAMESPACE/NAME[:PORT] or IP[:PORT].
SVC=ENDPOINT: of the endpoints of a Service (NAMESPACE/NAME), take pod/NAMESPACE/NAME or IP[:PORT].`;

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

function validate(file: string): number {
  const { diagnostics } = read(file);
  for (const diagnostic of diagnostics) console.log(printDiagnostic(file, diagnostic));
  return diagnostics.some((d) => d.severity === 'error') ? 1 : 0;
}

function trace(file: string, args: readonly string[]): number {
  const options = { ...SEND_OPTIONS, json: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { recording } = sendOn(clusterOf(file), values);
  console.log(values.json ? JSON.stringify(traceJson(recording)) : traceLines(recording).join('\n'));
  return 0;
}

function pcap(file: string, args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { ...SEND_OPTIONS, out: { type: 'string' } } });
  if (values.out === undefined) throw new Usage('pcap needs --out FILE.pcapng');
  const { recording } = sendOn(clusterOf(file), values);
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

function tables(file: string, args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { ns: { type: 'string' } } });
  if (values.ns === undefined) throw new Usage('tables needs --ns');
  for (const line of tableLines(new Run(clusterOf(file)).world, values.ns)) console.log(line);
  return 0;
}

const POLICY_PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

function printPolicy<K extends PolicyMessageId>({
  id,
  params,
}: {
  readonly id: K;
  readonly params: PolicyMessageParams[K];
}): string {
  return policySentences[id](params);
}

function matrix(file: string, args: readonly string[]): number {
  const options = {
    proto: { type: 'string', default: 'tcp' },
    port: { type: 'string' },
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const protocol = POLICY_PROTOCOLS.find((name) => name.toLowerCase() === values.proto.toLowerCase());
  if (!protocol) throw new Usage(`--proto is one of tcp, udp, sctp, not "${values.proto}"`);
  const { port } = numberIn({ ...values }, 'port');
  if (port !== undefined && (port < 1 || port > 65535)) throw new Usage('--port wants 1 to 65535');
  const asked = port === undefined ? undefined : { protocol, port };
  const cluster = clusterOf(file);
  if (values.against !== undefined)
    for (const line of againstLines(clusterOf(values.against), cluster)) console.log(line);
  else if (values.json) console.log(JSON.stringify(matrixJson(cluster, asked)));
  else for (const line of matrixLines(cluster, asked, printPolicy)) console.log(line);
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
  const { cluster } = run.world;
  const why = (result: ExpectationResult): readonly string[] => policyLines(cluster, result, printPolicy);
  for (const line of testLines(results, printMessage, why)) console.log(line);
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
  if (command === 'matrix') return matrix(file, args);
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
