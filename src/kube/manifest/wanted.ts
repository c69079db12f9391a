/**
 * What of an object somebody will look at: the fields of its schema, and what says what it is. The rest of a dump (the images of a
 * node, the containers of a pod with their volumes) is most of its text, and no value is made of it.
 */
import type * as v from 'valibot';
import { namespaceSchema, nodeSchema, podSchema } from './kubernetes.ts';
import { endpointSliceSchema, serviceSchema } from './services.ts';

/** All of it; or these fields of a mapping, and the same of each item of a list. Of another shape than expected: all of it. */
export type Wanted = typeof ALL | { readonly fields?: ReadonlyMap<string, Wanted>; readonly items?: Wanted };

/** Everything that is there. */
export const ALL = 'all';

/** What is wanted of an object, by its apiVersion and kind as they stand in the text. */
export type WantedOf = (apiVersion: unknown, kind: unknown) => Wanted;

/** undefined: nobody looks at this field. */
export function partOf(wanted: Wanted, key: string): Wanted | undefined {
  return wanted === ALL || wanted.fields === undefined ? ALL : wanted.fields.get(key);
}

/** The fields that a schema reads. */
export function wantedBy(schema: v.GenericSchema): Wanted {
  const { type, entries, item, wrapped } = schema as Shape;
  if (type === 'object' && entries)
    return {
      fields: new Map(Object.entries(entries).map(([key, entry]) => [key, wantedBy(entry)] as const)),
    };
  if (type === 'array' && item) return { items: wantedBy(item) };
  if (type === 'nullish' && wrapped) return wantedBy(wrapped);
  return ALL;
}

/** What the schemas in use here are made of. */
interface Shape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly wrapped?: v.GenericSchema;
}

/** The same with what every object says of itself. */
function object(schema: v.GenericSchema): Wanted {
  const wanted = wantedBy(schema);
  if (wanted === ALL || !wanted.fields) return wanted;
  const metadata = wanted.fields.get('metadata');
  const named = ['name', 'namespace', 'managedFields'].map((key) => [key, ALL] as const);
  return {
    fields: new Map<string, Wanted>([
      ...wanted.fields,
      ['apiVersion', ALL],
      ['kind', ALL],
      [
        'metadata',
        metadata === undefined || metadata === ALL
          ? ALL
          : { fields: new Map<string, Wanted>([...(metadata.fields ?? []), ...named]) },
      ],
    ]),
  };
}

const BY_KIND: ReadonlyMap<string, Wanted> = new Map([
  ['v1 Node', object(nodeSchema)],
  ['v1 Pod', object(podSchema)],
  ['v1 Namespace', object(namespaceSchema)],
  ['v1 Service', object(serviceSchema)],
  ['discovery.k8s.io/v1 EndpointSlice', object(endpointSliceSchema)],
]);

/** What is read of an object. All of it where its kind is another one, or stands in front of its apiVersion. */
export const wantedOf: WantedOf = (apiVersion, kind) =>
  typeof apiVersion === 'string' && typeof kind === 'string'
    ? (BY_KIND.get(`${apiVersion} ${kind}`) ?? ALL)
    : ALL;
