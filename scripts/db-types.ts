/** `npm run db:types`: writes server/kernel/schema.ts from the migrations. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openInMemory } from '../server/kernel/database.ts';
import { migrate } from '../server/kernel/migrate.ts';

const TARGET = join(import.meta.dirname, '../server/kernel/schema.ts');

const TYPES: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  date: 'string',
  timestamptz: 'string',
  bool: 'boolean',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  numeric: 'number',
  bytea: 'Uint8Array',
  jsonb: 'unknown',
  _text: 'string[]',
  _int4: 'number[]',
  _uuid: 'string[]',
};

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const pascalCase = (name: string) => camelCase(`_${name}`);

interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
  optional: boolean;
  computed: boolean;
}

const database = await openInMemory();
await migrate(database.db);
const { rows: columns } = await sql<Column>`
  select table_name as "table", column_name as name, udt_name as type, is_nullable = 'YES' as nullable,
    column_default is not null as optional, is_generated = 'ALWAYS' as computed
  from information_schema.columns
  where table_schema = 'public' and table_name not like 'kysely%'
  order by table_name, ordinal_position`.execute(database.db.withoutPlugins());
await database.close();

const tables = Map.groupBy(columns, (column) => column.table);
const property = (column: Column): string => {
  const base = TYPES[column.type];
  if (!base)
    throw new Error(`No TypeScript type is declared for ${column.type} (${column.table}.${column.name})`);
  const type = column.nullable ? `${base} | null` : base;
  const wrapper = column.computed ? 'GeneratedAlways' : column.optional ? 'Generated' : null;
  return `  ${camelCase(column.name)}: ${wrapper ? `${wrapper}<${type}>` : type};`;
};
const interfaces = [...tables].map(
  ([table, list]) => `export interface ${pascalCase(table)} {\n${list.map(property).join('\n')}\n}\n`,
);
const index = [...tables.keys()].map((table) => `  ${camelCase(table)}: ${pascalCase(table)};`).join('\n');

writeFileSync(
  TARGET,
  `// Written by \`npm run db:types\` from the migrations.\nimport type { Generated, GeneratedAlways } from 'kysely';\n\n${interfaces.join('\n')}\nexport interface DB {\n${index}\n}\n`,
);
