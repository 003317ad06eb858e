import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { type FileItem, files } from '#shared/files/contract.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { newId } from './kernel/new-id.ts';
import { createCompany, hashPassword, newCustomer } from './testing/company.ts';
import { createTestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { withDatabase } from './testing/global-setup.ts';
import { picture } from './testing/pictures.ts';
import { addressOf, callServer, spawnServer, until } from './testing/process.ts';

// Real server processes and a real directory: what is left of an upload when a process dies in the middle of it.

const PASSWORD = 'correct-horse-1';
const GIGABYTE = 1_073_741_824;

async function createWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'genjin-uploads-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const t = await createTestApp();
  const { departments } = await createCompany(t);
  const rep = await t.user({
    roles: ['sales'],
    department: departments.south,
    passwordHash: await hashPassword(PASSWORD),
  });
  const customer = await newCustomer(t, rep);
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(t.db);
  const databaseUrl = withDatabase(process.env.TEST_DATABASE_URL as string, rows[0]?.name as string);
  const folder = join(directory, 'files');
  mkdirSync(folder);

  async function start(filesDir = folder) {
    const server = spawnServer(directory, { DATABASE_URL: databaseUrl, FILES_DIR: filesDir });
    onTestFinished(server.kill);
    const url = await addressOf(server);
    const body = { username: rep.username, password: PASSWORD };
    const { accessToken } = await callServer({ url }, auth.login, { body });
    return { ...server, url, accessToken };
  }

  /** What is there of files: rows, uploads begun, contents. */
  async function left(where = folder) {
    const { rows: found } = await sql<{ rows: number; uploads: number }>`
      select (select count(*) from files) as rows, (select count(*) from file_uploads) as uploads`.execute(
      t.db,
    );
    const contents = readdirSync(where, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    return { ...found[0], contents: contents.length };
  }

  /** Lets the sweep find what was begun as old as it will be. */
  async function sweep() {
    await sql`update file_uploads set started_at = started_at - interval '20 minutes'`.execute(t.db);
    await t.jobs.trigger('files.sweep');
    await until('nothing is left', async () => (await left()).uploads === 0);
  }

  const query = { id: newId(), entity: 'customers', entityId: customer.id, kind: 'attachment' } as const;
  return { t, customer, folder, directory, start, left, sweep, query };
}
type World = Awaited<ReturnType<typeof createWorld>>;
type Server = Awaited<ReturnType<World['start']>>;

const NOTHING = { rows: 0, uploads: 0, contents: 0 };
const ONE_PICTURE = { rows: 1, uploads: 0, contents: 2 };

async function upload(server: Server, query: World['query'], content: Buffer, key: string) {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)]), '大堂.jpg');
  const response = await fetch(server.url + urlOf(files.upload, { query }), {
    method: 'POST',
    headers: { authorization: `Bearer ${server.accessToken}`, 'idempotency-key': key },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as { data: FileItem; errorCode?: string } };
}

const HEAD = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n';

/** Begins to send a form; the rest is left to the caller. */
function begin(server: Server, query: World['query'], length: number | null): ClientRequest {
  const sending = request(server.url + urlOf(files.upload, { query }), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.accessToken}`,
      'content-type': 'multipart/form-data; boundary=b',
      ...(length === null ? {} : { 'content-length': length }),
    },
  });
  // The server hangs up on whoever goes on talking.
  sending.on('error', () => undefined);
  sending.write(HEAD);
  return sending;
}

describe.runIf(onRealPostgres)('an upload', () => {
  it('whose server is killed between storing and writing the row leaves nothing, and can be sent again', async () => {
    const { t, customer, start, left, sweep, query } = await createWorld();
    const [photo, key] = [await picture({ width: 600, height: 400 }), newId()];
    const first = await start();
    // Whoever holds the customer lets the command wait, after its file was stored.
    await t.db.transaction().execute(async (trx) => {
      await trx.selectFrom('customers').select('id').where('id', '=', customer.id).forUpdate().execute();
      const sent = upload(first, query, photo, key).catch(() => 'hung up');
      await until('it is stored', async () => (await left()).contents === 2);
      await first.kill();
      expect(await sent).toBe('hung up');
    });
    expect(await left()).toEqual({ rows: 0, uploads: 2, contents: 2 });

    const second = await start();
    await sweep();
    expect(await left()).toEqual(NOTHING);
    const again = await upload(second, query, photo, key);
    expect(again.status).toBe(200);
    expect(await left()).toEqual(ONE_PICTURE);
    expect((await fetch(second.url + again.body.data.url)).status).toBe(200);
  }, 120_000);

  it('whose server is killed while it is being sent leaves nothing', async () => {
    const { start, left, query } = await createWorld();
    const photo = await picture({ width: 600, height: 400 });
    const server = await start();
    const sending = begin(server, query, photo.length + 1_000);
    sending.write(photo.subarray(0, photo.length / 2));
    await sleep(200);
    await server.kill();
    expect(await left()).toEqual(NOTHING);
  }, 120_000);

  it('whose sender goes away in the middle leaves nothing', async () => {
    const { start, left, query } = await createWorld();
    const photo = await picture({ width: 600, height: 400 });
    const server = await start();
    const sending = begin(server, query, photo.length + 1_000);
    sending.write(photo.subarray(0, photo.length / 2));
    await sleep(200);
    sending.destroy();
    // The server still serves, and nothing came of it.
    expect((await upload(server, query, photo, newId())).status).toBe(200);
    expect(await left()).toEqual(ONE_PICTURE);
  }, 120_000);

  it.each([
    ['says so', GIGABYTE],
    ['does not say so', null],
  ])(
    'of a gigabyte that %s is refused long before its end',
    async (_, length) => {
      const { start, left, query } = await createWorld();
      const server = await start();
      const sending = begin(server, query, length);
      let answered: IncomingMessage | undefined;
      let over = false;
      sending.on('response', (response) => {
        answered = response;
        response.resume();
      });
      sending.on('close', () => {
        over = true;
      });
      const chunk = Buffer.alloc(65_536, 7);
      let written = 0;
      while (!answered && !over && written < GIGABYTE) {
        written += chunk.length;
        if (!sending.write(chunk)) await sleep(1);
        else await sleep(0);
      }
      sending.destroy();
      expect(answered?.statusCode).toBe(413);
      expect(written).toBeLessThan(GIGABYTE / 10);
      expect(await left()).toEqual(NOTHING);
    },
    120_000,
  );

  it('that cannot be written down is refused, and leaves nothing', async () => {
    const { directory, start, left, sweep, query } = await createWorld();
    const wrong = join(directory, 'no-folder');
    writeFileSync(wrong, '');
    const server = await start(wrong);
    const { status, body } = await upload(server, query, await picture(), newId());
    expect([status, body.errorCode]).toEqual([503, 'STORAGE_UNAVAILABLE']);
    await until('it is logged', async () => server.output().includes('ENOTDIR'));
    await server.stop();
    await start();
    await sweep();
    expect(await left()).toEqual(NOTHING);
  }, 120_000);

  it('onto a full disk is refused, leaves nothing, and succeeds once there is room', async (context) => {
    const { directory, start, left, query } = await createWorld();
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('only root may mount a small disk');
    }
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const server = await start(disk);
    const photo = await picture({ width: 1200, height: 900 });
    const { status, body } = await upload(server, query, photo, newId());
    expect([status, body.errorCode]).toEqual([503, 'STORAGE_UNAVAILABLE']);
    await until('it is logged', async () => server.output().includes('ENOSPC'));
    expect(await left(disk)).toEqual(NOTHING);
    execFileSync('mount', ['-o', 'remount,size=4m', disk]);
    expect((await upload(server, query, photo, newId())).status).toBe(200);
    expect(await left(disk)).toEqual(ONE_PICTURE);
  }, 120_000);
});
