/** Objects as values: for JSON and flow-style YAML, whose text cannot be cut by its lines. */
import { dump } from 'js-yaml';
import { isListKind } from './list.ts';
import { STYLE } from './printJson.ts';

/** YAML in the style of kubectl. Shared parts (aliases) are printed once, so the text cannot explode. */
export function printValue(value: unknown): string {
  return dump(value, STYLE).trimEnd();
}

/** The objects of JSON as kubectl writes it; undefined for anything else that begins with a brace. */
export function objectsOfJson(text: string): readonly unknown[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // flow-style YAML, or broken: both are the YAML parser's
  }
  return itemsOf(value) ?? (typeof field(value, 'kind') === 'string' ? [value] : undefined);
}

/** The objects of a List with something in it; undefined for every other value. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  const items: unknown = field(value, 'items');
  return isListKind(field(value, 'kind')) && Array.isArray(items) && items.length > 0 ? items : undefined;
}

export function hasManagedFields(value: unknown): boolean {
  return field(field(value, 'metadata'), 'managedFields') !== undefined;
}

export function withoutManagedFields(value: unknown): unknown {
  const metadata = field(value, 'metadata');
  if (!hasManagedFields(value) || typeof metadata !== 'object') return value;
  const { managedFields: _, ...rest } = metadata as Record<string, unknown>;
  return { ...(value as object), metadata: rest };
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

/** JSON.parse has no limit of depth, and what walks its values recursively would have no end. */
export function depthExceeds(value: unknown, limit: number): boolean {
  let level: readonly unknown[] = [value];
  const seen = new Set<unknown>(); // parts shared by aliases are counted where they are met first
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((part) => {
      if (typeof part !== 'object' || part === null || seen.has(part)) return [];
      seen.add(part);
      return Object.values(part);
    });
  }
  return false;
}
