/**
 * Runs a plugin: checks its environment and the version of its configuration, then hands over, and prints what comes back.
 * @see containernetworking/cni pkg/skel/skel.go, pkg/version/reconcile.go
 */
import { bridge } from './bridge.ts';
import { flannel } from './flannel.ts';
import { hostLocal } from './hostLocal.ts';
import {
  CniError,
  field,
  printConf,
  printResult,
  SUPPORTED,
  textIn,
  type CniEnv,
  type Ended,
  type Host,
  type JsonObject,
  type PluginName,
} from './plugin.ts';

type Plugin = (host: Host, env: CniEnv, conf: JsonObject) => JsonObject | undefined;

const PLUGINS: Readonly<Record<PluginName, Plugin>> = { flannel, bridge, 'host-local': hostLocal };

/** What must be in the environment, in the order in which skel looks. */
const REQUIRED: readonly (readonly [string, keyof CniEnv])[] = [
  ['CNI_CONTAINERID', 'containerId'],
  ['CNI_NETNS', 'netns'],
  ['CNI_IFNAME', 'ifname'],
];

/** The versions of the specification that a plugin takes; flannel's is always the newer one. */
function supportedBy(plugin: PluginName, version: Host['version']): readonly string[] {
  return version === '1.1.1' && plugin !== 'flannel' ? SUPPORTED.slice(0, -1) : SUPPORTED;
}

function check(env: CniEnv, conf: JsonObject, supported: readonly string[]): void {
  const { command } = env;
  if (command !== 'ADD' && command !== 'DEL' && command !== 'VERSION')
    throw new CniError(`unknown CNI_COMMAND: ${command}`, { code: 4 });
  if (command === 'VERSION') return;
  const needed = command === 'ADD' ? REQUIRED : REQUIRED.filter(([, key]) => key !== 'netns');
  const missing = needed.filter(([, key]) => env[key] === '').map(([name]) => name);
  if (missing.length > 0)
    throw new CniError(`required env variables [${missing.join(',')}] missing`, { code: 4 });
  const version = textIn(field(conf, 'cniVersion'));
  if (supported.includes(version)) return;
  const all = supported.map((known) => `"${known}"`).join(' ');
  const details = `config is "${version}", plugin supports [${all}]`;
  throw new CniError('incompatible CNI versions', { code: 1, details });
}

function versions(supported: readonly string[]): string {
  return JSON.stringify({ cniVersion: supported.at(-1), supportedVersions: supported });
}

function run(host: Host, plugin: PluginName, env: CniEnv, conf: JsonObject): Ended {
  try {
    const supported = supportedBy(plugin, host.version);
    check(env, conf, supported);
    if (env.command === 'VERSION') return { rc: 0, stdout: () => versions(supported) };
    const result = PLUGINS[plugin](host, env, conf);
    if (result === undefined) return { rc: 0, stdout: () => '' };
    return { rc: 0, stdout: () => printResult(result), result };
  } catch (error) {
    if (!(error instanceof CniError)) throw error;
    const { code, message, details } = error;
    const printed = { code, msg: message, ...(details === undefined ? {} : { details }) };
    return { rc: 1, stdout: () => printResult(printed), error: message };
  }
}

/** The environment in front of the program, as one would type it. */
function commandLine(plugin: PluginName, { command, containerId, netns, ifname, args }: CniEnv): string {
  const rest = args === '' ? '' : ` CNI_ARGS="${args}"`;
  return `CNI_COMMAND=${command} CNI_CONTAINERID=${containerId} CNI_NETNS=${netns} CNI_IFNAME=${ifname}${rest} ${plugin}`;
}

/** A machine on which plugins can be run, each run told as it begins and as it ends. */
export function hostWith(base: Omit<Host, 'exec'>): Host {
  const host: Host = {
    ...base,
    exec(plugin, env, conf) {
      const { pod } = host.origins;
      if (!host.isHeard) return run(host, plugin, env, conf);
      host.say(commandLine(plugin, env), pod, { detail: printConf(conf) });
      const ended = run(host, plugin, env, conf);
      const { rc, error } = ended;
      const stdout = ended.stdout();
      const failed = error === undefined ? {} : { result: 'failed' as const, error };
      host.say(`${plugin} returned rc=${rc}`, pod, {
        ...(stdout === '' ? {} : { detail: stdout }),
        ...failed,
      });
      return ended;
    },
  };
  return host;
}
