/** Verdicts of others, where the machine has them: what a cluster is, which policies are in force, and who may talk to whom. */
import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ipv4 } from '../../wire/address.ts';
import { readNetworkPolicy } from '../manifest/networkPolicy.ts';
import { cellOf, matrixOf, portClassOf, type Matrix } from './matrix.ts';
import { judge, type Connection, type Verdicts } from './match.ts';
import { NAMESPACE_NAME_LABEL, type NetworkPolicy, type Protocol } from './networkPolicy.ts';
import type { NamespaceLabels, Subject } from './subject.ts';

const FOLDER = '../../../../shared/data/netpol/';

export function truthText(name: string): string | undefined {
  const file = new URL(FOLDER + name, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The parsed JSON of a file of ../shared/data/netpol; undefined where it is absent. */
export function truthData<S extends v.GenericSchema>(name: string, schema: S): v.InferOutput<S> | undefined {
  const text = truthText(name);
  return text === undefined ? undefined : v.parse(schema, JSON.parse(text));
}

export const policySchema = v.looseObject({
  kind: v.string(),
  metadata: v.looseObject({ name: v.string(), namespace: v.optional(v.string()) }),
});
export const labelsSchema = v.record(v.string(), v.string());
export const protocolSchema = v.picklist(['TCP', 'UDP', 'SCTP']);

/** A policy as upstream's tools take it, read as the board reads it. */
export function policyOf(value: v.InferOutput<typeof policySchema>): NetworkPolicy {
  const { name: given, namespace = 'default' } = value.metadata;
  // some were never sent to an API server
  const name = given.replaceAll('_', '-');
  const named = { ...value, metadata: { ...value.metadata, name } };
  const { policy, problems } = readNetworkPolicy(named, {
    namespace,
    name,
    id: `NetworkPolicy/${namespace}/${name}`,
  });
  if (!policy)
    throw new Error(`${namespace}/${name}: ${problems.map(({ upstream }) => upstream).join('; ')}`);
  return policy;
}

export function namespacesOf(
  labels: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
): NamespaceLabels {
  return new Map(
    Object.entries(labels).map(([name, own]) => [name, { ...own, [NAMESPACE_NAME_LABEL]: name }]),
  );
}

export interface PodTruth {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly ip?: string | undefined;
  readonly ports: readonly {
    readonly name?: string | undefined;
    readonly port: number;
    readonly protocol: Protocol;
  }[];
}

/** `id` is `namespace/name`. */
export function podSubject(id: string, { labels = {}, ip, ports }: PodTruth): Subject {
  const [namespace = '', name = ''] = id.split('/');
  return {
    id,
    pod: {
      namespace,
      name,
      labels,
      ports: ports.map(({ name: portName, ...port }) => ({
        ...port,
        ...(portName === undefined ? {} : { name: portName }),
      })),
    },
    ...(ip === undefined ? {} : { ip: ipv4(ip) }),
    isNode: false,
  };
}

/** One set of policies: what the text says of a connection, and what the matrix does. */
export class Judged {
  readonly matrix: Matrix;
  readonly #indexById: ReadonlyMap<string, number>;

  constructor(subjects: readonly Subject[], namespaces: NamespaceLabels, policies: readonly NetworkPolicy[]) {
    this.matrix = matrixOf({ subjects, namespaces, policies });
    this.#indexById = new Map(subjects.map(({ id }, i) => [id, i]));
  }

  #subject(id: string): Subject {
    const subject = this.matrix.subjects[this.#indexById.get(id) ?? -1];
    if (!subject) throw new Error(`no subject ${id}`);
    return subject;
  }

  byText(from: string, to: string, protocol: Protocol, port: number): Verdicts {
    const connection: Connection = { from: this.#subject(from), to: this.#subject(to), protocol, port };
    return judge(this.matrix, connection);
  }

  byMatrix(from: string, to: string, protocol: Protocol, port: number): Verdicts {
    const c = portClassOf(this.matrix, protocol, port);
    if (c === undefined) throw new Error(`no class of ${protocol} ${port}`);
    return cellOf(this.matrix, this.#indexById.get(from) ?? -1, this.#indexById.get(to) ?? -1, c);
  }
}
