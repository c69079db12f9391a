import { parseSync } from 'vite';

/**
 * What a source file reaches for: its imports, and the global names it mentions. Read from the syntax tree, so strings
 * and comments cannot mislead.
 */
export interface SourceFile {
  readonly path: string;
  readonly edges: readonly Edge[];
  /** Names used as values that the file declares nowhere, and `Math.random`. */
  readonly globals: ReadonlySet<string>;
}

/** `static` also covers `export … from`; `url` is `new URL('./x', import.meta.url)`, how workers are named. */
export interface Edge {
  readonly to: string;
  readonly kind: 'static' | 'type' | 'dynamic' | 'url';
  /** Imported names; `*` for all of them. */
  readonly names: readonly string[];
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Hands over every child with the field that it stands in. Half a million nodes come by, so no lists are made of them. */
function forChildren(node: Node, take: (child: Node, field: string) => void): void {
  for (const field in node) {
    const value = node[field];
    if (!Array.isArray(value)) {
      if (isNode(value)) take(value, field);
    } else for (const each of value) if (isNode(each)) take(each, field);
  }
}

function fieldOf(node: Node, name: string): Node | undefined {
  const value = node[name];
  return isNode(value) ? value : undefined;
}

function nodesOf(node: Node, name: string): Node[] {
  const value = node[name];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function nameOf(node: Node | undefined): string | undefined {
  return node?.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined;
}

function literalOf(node: Node | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
}

/** Reads one file. Throws when it does not parse: an unread file would be an unchecked one. */
export function readSourceFile(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const edges: Edge[] = [];
  const used = new Set<string>();
  const declared = new Set<string>();
  const root: unknown = program;
  if (isNode(root)) walk(root, { edges, used, declared });
  return { path, edges, globals: new Set([...used].filter((name) => !declared.has(name))) };
}

interface Findings {
  readonly edges: Edge[];
  readonly used: Set<string>;
  readonly declared: Set<string>;
}

function walk(node: Node, findings: Findings): void {
  const edge = edgeOf(node);
  if (edge !== undefined) findings.edges.push(edge);
  for (const name of declaredBy(node)) findings.declared.add(name);
  if (isRandom(node)) findings.used.add('Math.random');
  const key = keyOf(node);
  forChildren(node, (child, field) => {
    const name = nameOf(child);
    if (name !== undefined && field !== key) findings.used.add(name);
    // Types leave nothing behind, except that they may import.
    walk(child, isTypeOnly(child) ? { ...findings, used: new Set() } : findings);
  });
}

function isTypeOnly(node: Node): boolean {
  return /^TS(?:TypeAnnotation|TypeAliasDeclaration|InterfaceDeclaration|TypeParameter)/.test(node.type);
}

function edgeOf(node: Node): Edge | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const to = literalOf(fieldOf(node, 'source'));
      if (to === undefined) return undefined;
      const isType = node['importKind'] === 'type' || node['exportKind'] === 'type';
      return { to, kind: isType ? 'type' : 'static', names: namesOf(node) };
    }
    case 'TSImportType': {
      const to = literalOf(fieldOf(node, 'source') ?? fieldOf(node, 'argument'));
      return to === undefined ? undefined : { to, kind: 'type', names: [] };
    }
    case 'ImportExpression':
      // A computed path cannot be checked; '' is refused by every rule.
      return { to: literalOf(fieldOf(node, 'source')) ?? '', kind: 'dynamic', names: [] };
    case 'NewExpression': {
      const [to, base] = nodesOf(node, 'arguments');
      const isUrl = nameOf(fieldOf(node, 'callee')) === 'URL' && base?.type === 'MemberExpression';
      return isUrl && fieldOf(base, 'object')?.type === 'MetaProperty'
        ? { to: literalOf(to) ?? '', kind: 'url', names: [] }
        : undefined;
    }
    default:
      return undefined;
  }
}

function namesOf(declaration: Node): string[] {
  if (declaration.type === 'ExportAllDeclaration') return ['*'];
  return nodesOf(declaration, 'specifiers').map((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return '*';
    const imported = fieldOf(specifier, specifier.type === 'ExportSpecifier' ? 'local' : 'imported');
    return nameOf(imported) ?? literalOf(imported) ?? 'default';
  });
}

/**
 * Names that a node binds, in whatever scope. Scopes are not told apart: a file that has a parameter `document` may
 * mention the global too, unseen here. The linter, which knows scopes, bans the same names (.oxlintrc.json).
 */
function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return boundBy(fieldOf(node, 'id'));
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [nameOf(fieldOf(node, 'id')) ?? '', ...nodesOf(node, 'params').flatMap(boundBy)];
    case 'ClassDeclaration':
      return [nameOf(fieldOf(node, 'id')) ?? ''];
    case 'CatchClause':
      return boundBy(fieldOf(node, 'param'));
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [nameOf(fieldOf(node, 'local')) ?? ''];
    default:
      return [];
  }
}

/** The names in a binding pattern: `{ a, b: [c = 1], ...d }` binds a, c, d. */
function boundBy(pattern: Node | undefined): string[] {
  if (pattern === undefined) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [nameOf(pattern) ?? ''];
    case 'ObjectPattern':
      return nodesOf(pattern, 'properties').flatMap((part) => boundBy(fieldOf(part, 'value') ?? part));
    case 'ArrayPattern':
      return nodesOf(pattern, 'elements').flatMap(boundBy);
    case 'AssignmentPattern':
      return boundBy(fieldOf(pattern, 'left'));
    case 'RestElement':
      return boundBy(fieldOf(pattern, 'argument'));
    default:
      return [];
  }
}

/** Fields that hold a name which is not a reference, unless the key is computed. */
const keyFieldByType: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
  LabeledStatement: 'label',
  BreakStatement: 'label',
  ContinueStatement: 'label',
  ImportSpecifier: 'imported',
  ExportSpecifier: 'exported',
};

/** The field of a node whose identifier is no reference: a key or a label. */
function keyOf(node: Node): string | undefined {
  return node['computed'] === true ? undefined : keyFieldByType[node.type];
}

function isRandom(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    nameOf(fieldOf(node, 'object')) === 'Math' &&
    (nameOf(fieldOf(node, 'property')) ?? literalOf(fieldOf(node, 'property'))) === 'random'
  );
}
