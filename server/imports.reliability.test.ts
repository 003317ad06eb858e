import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { type ImportDetail, imports } from '#shared/transfers/contract.ts';
import { createCompany } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres, urlOfDatabase } from './testing/database.ts';
import { spawnServer, until } from './testing/process.ts';

// A real worker process, killed in the middle of a long import: another one goes on where it was.

const ROWS = 10_000;
const BAD_EVERY = 20;
const GOOD = ROWS - ROWS / BAD_EVERY;

const createdIn = async (t: TestApp) =>
  (
    await sql<{ rows: number; leads: number; phones: number }>`
    select (select count(*) from import_rows where state = 'created') as rows,
      (select count(*) from leads) as leads, (select count(distinct phone) from leads) as phones`.execute(
      t.db,
    )
  ).rows[0] as { rows: number; leads: number; phones: number };

it.runIf(onRealPostgres)(
  'an import whose worker is killed goes on with another one, and each row counts once',
  async ({ onTestFinished }) => {
    const directory = mkdtempSync(join(tmpdir(), 'genjin-imports-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const t = await createTestApp();
    const { rep } = await createCompany(t);
    const url = await urlOfDatabase(t.database);

    const lines = Array.from({ length: ROWS }, (_, i) =>
      i % BAD_EVERY === 0 ? `坏号酒店${i},1380013` : `批量酒店${i},${13_500_000_000 + i}`,
    );
    const file = { name: '一万行.csv', content: ['客户名称,电话', ...lines].join('\n') };
    const brought = (await t.send('POST', imports.uploadLeads.path, { as: rep, file })).data as ImportDetail;
    const params = { id: brought.id };
    const seen = async () => (await t.call(imports.get, { params }, { as: rep })).data;

    const first = spawnServer(directory, { DATABASE_URL: url });
    onTestFinished(first.kill);
    await t.call(imports.check, { params, body: { version: brought.version } }, { as: rep });
    await until('it is checked', async () => (await seen()).state === 'checked');
    const checked = await seen();
    expect(checked.progress).toMatchObject({ ready: GOOD, failed: ROWS - GOOD });
    const body = { version: checked.version, duplicatePolicy: 'create', ownerPolicy: 'pool' } as const;
    await t.call(imports.start, { params, body }, { as: rep });
    await until('some are written', async () => (await createdIn(t)).rows >= 1_000);
    await first.kill();
    const half = await createdIn(t);
    expect(half.leads).toBe(half.rows);
    expect(half.rows).toBeLessThan(GOOD);

    onTestFinished(spawnServer(directory, { DATABASE_URL: url }).kill);
    await until('it is done', async () => (await seen()).state === 'done');
    expect(await createdIn(t)).toEqual({ rows: GOOD, leads: GOOD, phones: GOOD });
    expect(await seen()).toMatchObject({ successCount: GOOD, failCount: ROWS - GOOD });
    const numbers = await t.db.selectFrom('leads').select('no').execute();
    const counted = numbers.map(({ no }) => Number(no.split('-')[2])).sort((a, b) => a - b);
    expect(counted).toEqual(counted.map((_, i) => i + 1));
  },
  180_000,
);
