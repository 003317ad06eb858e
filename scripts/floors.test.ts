import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkFloors } from './floors.ts';

const sound: Record<string, string> = {
  'shared/api.ts': "import './leads/contract.ts';",
  'shared/values/id.ts': "import { z } from 'zod/mini'; export const id = z;",
  'shared/leads/contract.ts': "export { id } from '../values/id.ts';",
  'server/app.ts': "import './modules/leads/leads.commands.ts';",
  'server/kernel/database.ts': "import { PostgresDialect } from 'kysely'; import pg from 'pg';",
  'server/modules/audit/audit.ts': "import '../../kernel/database.ts';",
  'server/modules/identity/identity.commands.ts': "import '../audit/audit.ts'; db.updateTable('users');",
  'server/modules/leads/leads.commands.ts':
    "import type { id } from '#shared/leads/contract.ts'; import '../identity/identity.commands.ts'; db.insertInto('leads');",
  'migrations/0001-leads.ts': "import { sql } from 'kysely';",
  'miniapp/src/api/call.ts': '',
  'miniapp/src/ui/card.tsx': "import { id } from '#shared/values/id.ts';",
  'miniapp/src/ui/card.scss': '',
  'miniapp/src/domain/lead-card.tsx': "import '../ui/card'; import '#shared/leads/contract.ts';",
  'miniapp/src/sales/leads.tsx':
    "import '../domain/lead-card'; import '../ui/card.scss'; import '../api/call.ts';",
  'miniapp/src/service/tickets.tsx': '',
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function violations(extra: Record<string, string>, base = sound): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'floors-'));
  folders.push(root);
  for (const [file, text] of Object.entries({ ...base, ...extra })) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return checkFloors(root);
}

test('a repository that keeps the floors has no violation', () => {
  expect(violations({})).toEqual([]);
});

describe('refused', () => {
  test.each([
    ['shared/leads/a.ts', "import 'kysely';", 'shared imports only zod'],
    ['shared/leads/a.ts', "import 'node:fs';", 'shared imports only zod'],
    ['shared/leads/a.ts', "import '../../server/app.ts';", 'shared imports only zod'],
    ['shared/values/a.ts', "import '../leads/contract.ts';", 'know no contract'],
    ['shared/leads/a.ts', "export * from '#shared/nowhere.ts';", 'which does not exist'],
    ['server/a.ts', "import '../miniapp/src/api/call.ts';", 'never import each other'],
    ['miniapp/src/api/a.ts', "import type { App } from '../../../server/app.ts';", 'never import each other'],
    ['miniapp/src/api/a.ts', "type App = import('../../../server/app.ts').App;", 'never import each other'],
    ['miniapp/src/api/a.ts', "await import('../../../server/app.ts');", 'never import each other'],
    ['miniapp/src/api/a.ts', "require('../../../server/app.ts');", 'never import each other'],
    [
      'server/kernel/a.ts',
      "import '../modules/leads/leads.commands.ts';",
      'nothing of the server but itself',
    ],
    ['server/kernel/a.ts', "import '../app.ts';", 'nothing of the server but itself'],
    ['server/modules/identity/a.ts', "import '../leads/leads.commands.ts';", 'only downward'],
    ['server/modules/followups/a.ts', "import '../leads/leads.commands.ts';", 'only downward'],
    ['server/modules/audit/a.ts', "import '../leads/leads.commands.ts';", 'only downward'],
    ['server/modules/unplaced/a.ts', '', 'has no floor'],
    ['server/modules/leads/a.ts', "import pg from 'pg';", 'database drivers'],
    ['server/modules/leads/a.ts', "import { PGlite } from '@electric-sql/pglite/x';", 'database drivers'],
    ['server/modules/leads/a.ts', "import { PGliteDialect } from 'kysely';", 'database drivers'],
    ['migrations/a.ts', "import '../shared/values/id.ts';", 'migrations import nothing'],
    ['miniapp/src/sales/a.ts', "import '#shared/api.ts';", 'never shared/api.ts'],
    ['miniapp/src/ui/a.ts', "import '#shared/leads/contract.ts';", 'ui knows no contract'],
    ['miniapp/src/ui/a.ts', "import '../api/call.ts';", 'ui knows no contract'],
    ['miniapp/src/domain/a.ts', "import '../sales/leads.tsx';", 'import no screens'],
    ['miniapp/src/sales/a.ts', "import '../service/tickets.tsx';", 'never import each other'],
    ['miniapp/src/app.ts', "import './service/tickets.tsx';", 'never import each other'],
    ['server/a.ts', "import '../scripts/a.ts';", 'which does not exist'],
    ['server/modules/identity/a.ts', "db.deleteFrom('leads as l');", 'table leads is written by'],
    ['server/modules/identity/a.ts', 'sql`update leads set a = 1`;', 'table leads is written by'],
  ])('%s: %s', (file, text, reason) => {
    const found = violations({ [file]: text });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
  });

  test('product code that imports a script', () => {
    expect(violations({ 'scripts/a.ts': '', 'server/a.ts': "import '../scripts/a.ts';" })).toEqual([
      'server/a.ts:1 imports ../scripts/a.ts: product code imports no scripts and no tests',
    ]);
  });

  test('an import cycle, once, but not one of types', () => {
    expect(violations({ 'server/a.ts': "import './b.ts';", 'server/b.ts': "import './a.ts';" })).toEqual([
      'import cycle: server/a.ts → server/b.ts → server/a.ts',
    ]);
    expect(
      violations({ 'server/a.ts': "import './b.ts';", 'server/b.ts': "import type { A } from './a.ts';" }),
    ).toEqual([]);
  });

  test('a repository in which nothing was found', () => {
    expect(violations({}, {})).toHaveLength(3);
  });
});
