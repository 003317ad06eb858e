// Enforces the floors of the architecture: who may import whom, no cycles, one writing module per table.
// Type imports count like any other, except in cycles, where they are erased and harmless.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';

/**
 * The modules of the server from bottom to top. A module imports only modules of the lines above its own in this list.
 * Names in one line do not know each other.
 */
const moduleOrder = [
  ['identity'],
  ['files'],
  ['followups'],
  ['customers'],
  ['products'],
  ['equipment'],
  ['leads'],
  ['duplicates'],
  ['intake'],
  ['opportunities'],
  ['quotations'],
  ['contracts'],
  ['shipments', 'payments', 'invoices'],
  ['service-tickets'],
  ['transfers'],
  ['statistics'],
  ['workbench'],
];

/** Services to all: addressed by `{ entity, id }`, so they import no domain module. Every module may import them. */
const serviceModules = [
  'calendar',
  'tasks',
  'reminders',
  'notifications',
  'ownership',
  'timeline',
  'audit',
  'ai',
];

const subPackages = ['account', 'sales', 'service', 'deals', 'team', 'admin', 'work', 'transfer'];
const databaseDrivers = ['pg', '@electric-sql/pglite'];
const roots = ['shared', 'server', 'miniapp/src'];

interface Import {
  from: string;
  line: number;
  specifier: string;
  /** Path from the top of the repository, or null for a package. */
  target: string | null;
  typeOnly: boolean;
  names: string[];
}

interface SourceFile {
  path: string;
  imports: Import[];
  writes: { table: string; line: number }[];
}

interface Rule {
  name: string;
  refuses(edge: Import): boolean;
}

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const isWithin = (folder: string, file: string | null) => file?.startsWith(`${folder}/`) === true;
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
const moduleOf = (file: string | null) => /^server\/modules\/([^/]+)\//.exec(file ?? '')?.[1] ?? null;
const floorOf = (module: string) => moduleOrder.findIndex((names) => names.includes(module));
const miniappFolderOf = (file: string | null) => /^miniapp\/src\/([^/]+)\//.exec(file ?? '')?.[1] ?? null;
const screens = ['pages', ...subPackages];
const isScreenFolder = (folder: string | null) => folder !== null && screens.includes(folder);

function modulesAreInOrder(from: string, to: string): boolean {
  if (from === to || serviceModules.includes(to)) return true;
  return !serviceModules.includes(from) && floorOf(to) < floorOf(from);
}

const rules: Rule[] = [
  {
    name: 'shared imports only zod and itself',
    refuses: ({ from, target, specifier }) =>
      isWithin('shared', from) &&
      !isWithin('shared', target) &&
      !(target === null && packageOf(specifier) === 'zod') &&
      !(isTest(from) && specifier === 'vitest'),
  },
  {
    name: 'shared/values, shared/http and shared/access know no contract',
    refuses: ({ from, target }) =>
      /^shared\/(values|http|access)\//.test(from) && /^shared\/(api|.+\/contract)\.ts$/.test(target ?? ''),
  },
  {
    name: 'server and miniapp never import each other',
    refuses: ({ from, target }) =>
      (isWithin('server', from) && isWithin('miniapp', target)) ||
      (isWithin('miniapp', from) && isWithin('server', target)),
  },
  {
    name: 'product code imports no scripts and no tests',
    refuses: ({ from, target }) =>
      /^(server|miniapp\/src|shared)\//.test(from) && /^(scripts|tests|bench)\//.test(target ?? ''),
  },
  {
    name: 'server/kernel imports nothing of the server but itself',
    refuses: ({ from, target }) =>
      isWithin('server/kernel', from) &&
      isWithin('server', target) &&
      !isWithin('server/kernel', target) &&
      target !== 'server/config.ts' &&
      !(isTest(from) && isWithin('server/testing', target)),
  },
  {
    name: 'server/modules import other modules only downward',
    refuses: ({ from, target }) => {
      const [importer, imported] = [moduleOf(from), moduleOf(target)];
      if (importer === null || imported === null || isTest(from)) return false;
      return !modulesAreInOrder(importer, imported);
    },
  },
  {
    name: 'only server/kernel/database.ts knows the database drivers',
    refuses: ({ from, target, specifier, names }) =>
      isWithin('server', from) &&
      from !== 'server/kernel/database.ts' &&
      !isWithin('server/testing', from) &&
      target === null &&
      (databaseDrivers.includes(packageOf(specifier)) ||
        (packageOf(specifier) === 'kysely' && names.some((name) => name.endsWith('Dialect')))),
  },
  {
    name: 'migrations import nothing of the project',
    refuses: ({ from, target }) => isWithin('migrations', from) && target !== null,
  },
  {
    name: 'miniapp imports contracts per domain, never shared/api.ts',
    refuses: ({ from, target }) => isWithin('miniapp', from) && target === 'shared/api.ts',
  },
  {
    name: 'miniapp/src/ui knows no contract, no api and no domain',
    refuses: ({ from, target }) =>
      isWithin('miniapp/src/ui', from) &&
      (/^shared\/.+\/contract\.ts$/.test(target ?? '') || /^miniapp\/src\/(api|domain)\//.test(target ?? '')),
  },
  {
    name: 'miniapp/src/{api,ui,domain} import no screens',
    refuses: ({ from, target }) =>
      /^miniapp\/src\/(api|ui|domain)\//.test(from) && isScreenFolder(miniappFolderOf(target)),
  },
  {
    name: 'miniapp/src/api knows no domain component',
    refuses: ({ from, target }) =>
      isWithin('miniapp/src/api', from) && isWithin('miniapp/src/domain', target),
  },
  {
    name: 'pages and sub-packages of the miniapp never import each other',
    refuses: ({ from, target }) => {
      const [importer, imported] = [miniappFolderOf(from), miniappFolderOf(target)];
      return (
        importer !== imported && isScreenFolder(imported) && (isScreenFolder(importer) || importer === null)
      );
    },
  },
];

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of Object.values(node)) {
    if (isNode(child)) visit(child, see);
    else if (Array.isArray(child)) for (const item of child) if (isNode(item)) visit(item, see);
  }
}

const literal = (value: unknown) =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : null;

/** The module that an import, export, dynamic import, import type or require names; null for any other node. */
function importedBy(node: Node): Pick<Import, 'specifier' | 'typeOnly' | 'names'> | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const specifier = literal(node.source);
      if (specifier === null) return null;
      const names = ((node.specifiers as Node[] | undefined) ?? []).map((entry) =>
        isNode(entry.imported) ? String(entry.imported.name) : '*',
      );
      return { specifier, typeOnly: (node.importKind ?? node.exportKind) === 'type', names };
    }
    case 'ImportExpression':
    case 'TSImportType': {
      const specifier = literal(node.source);
      return specifier === null ? null : { specifier, typeOnly: node.type === 'TSImportType', names: [] };
    }
    case 'CallExpression': {
      if (!isNode(node.callee) || node.callee.name !== 'require') return null;
      const specifier = literal((node.arguments as unknown[])[0]);
      return specifier === null ? null : { specifier, typeOnly: false, names: [] };
    }
    default:
      return null;
  }
}

const writingMethods = ['insertInto', 'updateTable', 'deleteFrom', 'mergeInto', 'replaceInto'];
const writingSql = [
  /\b(?:insert into|delete from|merge into)\s+"?([a-z_]+)/gi,
  /\bupdate\s+"?([a-z_]+)"?\s+(?:as\s+\w+\s+)?set\b/gi,
];
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function tablesWrittenBy(node: Node): string[] {
  if (node.type === 'CallExpression' && isNode(node.callee) && isNode(node.callee.property)) {
    const table = literal((node.arguments as unknown[])[0]);
    const writes = writingMethods.includes(String(node.callee.property.name));
    return writes && table !== null ? [snakeCase(table.split(' ')[0]!)] : [];
  }
  if (node.type === 'TaggedTemplateExpression' && isNode(node.tag) && node.tag.name === 'sql') {
    const quasis = (node.quasi as { quasis: { value: { raw: string } }[] }).quasis;
    const text = quasis.map((quasi) => quasi.value.raw).join('?');
    return writingSql.flatMap((pattern) => [...text.matchAll(pattern)].map(([, table]) => table!));
  }
  return [];
}

function resolve(root: string, from: string, specifier: string): string | null | 'unresolved' {
  const isSubpath = specifier.startsWith('#');
  if (!isSubpath && !specifier.startsWith('.')) return null;
  const base = isSubpath ? specifier.slice(1) : path.posix.join(path.posix.dirname(from), specifier);
  const extensions = [
    '',
    '.ts',
    '.tsx',
    '.d.ts',
    '.weapp.ts',
    '.h5.ts',
    '.weapp.tsx',
    '.h5.tsx',
    '/index.ts',
    '/index.tsx',
  ];
  const found = extensions
    .map((extension) => base + extension)
    .find(
      (candidate) => existsSync(path.join(root, candidate)) && statSync(path.join(root, candidate)).isFile(),
    );
  return found ?? 'unresolved';
}

function read(root: string, file: string): SourceFile {
  const text = readFileSync(path.join(root, file), 'utf8');
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`);
  const source: SourceFile = { path: file, imports: [], writes: [] };
  visit(program as unknown as Node, (node) => {
    const line = () => text.slice(0, node.start).split('\n').length;
    const imported = importedBy(node);
    if (imported) {
      const target = resolve(root, file, imported.specifier);
      source.imports.push({ ...imported, from: file, line: line(), target });
    }
    for (const table of tablesWrittenBy(node)) source.writes.push({ table, line: line() });
  });
  return source;
}

function findCycles(files: SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const walk = (file: SourceFile) => {
    if (trail.includes(file.path)) {
      cycles.push(`import cycle: ${[...trail.slice(trail.indexOf(file.path)), file.path].join(' → ')}`);
      return;
    }
    if (done.has(file.path)) return;
    trail.push(file.path);
    for (const { target, typeOnly } of file.imports) {
      const next = target === null || typeOnly ? undefined : byPath.get(target);
      if (next) walk(next);
    }
    trail.pop();
    done.add(file.path);
  };
  files.forEach(walk);
  return cycles;
}

/** A table belongs to the one module, or to the kernel, whose code writes it. */
function findSharedTables(files: SourceFile[]): string[] {
  const writers = new Map<string, Map<string, string>>();
  for (const file of files) {
    if (!isWithin('server', file.path) || isWithin('server/testing', file.path) || isTest(file.path))
      continue;
    const owner = moduleOf(file.path) ?? file.path.split('/').slice(0, 2).join('/');
    for (const { table, line } of file.writes) {
      const places = writers.get(table) ?? new Map<string, string>();
      if (!places.has(owner)) places.set(owner, `${file.path}:${line}`);
      writers.set(table, places);
    }
  }
  return [...writers]
    .filter(([, places]) => places.size > 1)
    .map(
      ([table, places]) =>
        `table ${table} is written by more than one module: ${[...places.values()].join(', ')}`,
    );
}

function findUnplacedModules(files: SourceFile[]): string[] {
  const modules = new Set(files.map((file) => moduleOf(file.path)).filter((name) => name !== null));
  return [...modules]
    .filter((name) => floorOf(name) < 0 && !serviceModules.includes(name))
    .map((name) => `server/modules/${name} has no floor: add it to the order in scripts/floors.ts`);
}

/** Every violation in the repository at `root`, as one line of text each. */
export function checkFloors(root: string): string[] {
  const paths = globSync(
    ['shared', 'server', 'miniapp', 'migrations', 'scripts', 'tests', 'bench'].map(
      (folder) => `${folder}/**/*.{ts,tsx}`,
    ),
    { cwd: root },
  )
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(node_modules|dist|\.cache)\//.test(file))
    .sort();
  const empty = roots.filter((folder) => !paths.some((file) => isWithin(folder, file)));
  const files = paths.map((file) => read(root, file));
  const imports = files.flatMap((file) => file.imports);
  const unresolved = imports.filter(({ target }) => target === 'unresolved');
  const resolved = imports.filter(({ target }) => target !== 'unresolved');
  return [
    ...empty.map((folder) => `no source file found in ${folder}`),
    ...unresolved.map(
      ({ from, line, specifier }) => `${from}:${line} imports ${specifier}, which does not exist`,
    ),
    ...resolved.flatMap((edge) =>
      rules
        .filter((rule) => rule.refuses(edge))
        .map((rule) => `${edge.from}:${edge.line} imports ${edge.specifier}: ${rule.name}`),
    ),
    ...findCycles(files),
    ...findUnplacedModules(files),
    ...findSharedTables(files),
  ];
}

if (import.meta.main) {
  const violations = checkFloors(path.join(import.meta.dirname, '..'));
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) process.exitCode = 1;
}
