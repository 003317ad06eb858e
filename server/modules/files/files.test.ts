import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FileItem, files, MAX_FILE_BYTES, MAX_FILES_OF_RECORD } from '#shared/files/contract.ts';
import { type CallInput, urlOf } from '#shared/http/endpoint.ts';
import { newId } from '../../kernel/new-id.ts';
import { createDiskStorage } from '../../kernel/storage.ts';
import { type Company, createCompany, newCustomer } from '../../testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { picture } from '../../testing/pictures.ts';
import { newTicket } from '../../testing/tickets.ts';
import { sweepUploads } from './stored-content.ts';

let t: TestApp;
let people: Company;
let customerId: string;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  customerId = (await newCustomer(t, people.rep)).id;
});

type Query = CallInput<typeof files.upload>['query'];

const send = (
  content: Buffer | string,
  {
    as = people.rep,
    name = '照片.jpg',
    idempotencyKey,
    ...query
  }: Partial<Query> & { as?: TestUser; idempotencyKey?: string } = {},
): Promise<Reply<FileItem>> =>
  t.call(
    files.upload,
    { query: { id: newId(), entity: 'customers', entityId: customerId, kind: 'attachment', ...query } },
    { as, file: { name, content }, ...(idempotencyKey ? { idempotencyKey } : {}) },
  );

const open = (url: string) => t.app.inject({ method: 'GET', url });

/** Everything that is there of files: rows, uploads begun, contents. */
async function everything() {
  const rows = await t.db.selectFrom('files').select('id').orderBy('id').execute();
  const uploads = await t.db.selectFrom('fileUploads').select('storageKey').execute();
  return { rows, uploads, contents: [...t.storage.contents.keys()].sort() };
}

describe('a picture', () => {
  it('is drawn anew, upright, without where it was taken', async () => {
    const photo = await sharp(await picture({ width: 300, height: 200 }))
      .withExif({
        IFD0: { Make: 'Phone' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '22/1 32/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '114/1 3/1 0/1',
        },
      })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const { data } = await send(photo);
    expect(data).toMatchObject({ mimeType: 'image/jpeg', width: 200, height: 300, name: '照片.jpg' });
    const reply = await open(data.url);
    expect(reply.statusCode).toBe(200);
    const seen = await sharp(reply.rawPayload).metadata();
    expect(seen).toMatchObject({ format: 'jpeg', width: 200, height: 300 });
    expect([seen.exif, seen.xmp, seen.iptc, seen.icc, seen.orientation]).toEqual(Array(5).fill(undefined));
    expect(reply.rawPayload.length).toBe(data.size);
  });

  it('is made as large as a page shows it, with a small one beside it', async () => {
    const { data } = await send(await picture({ width: 2700, height: 1350 }));
    expect(data).toMatchObject({ width: 2560, height: 1280 });
    const small = await open(data.thumbnailUrl as string);
    expect(await sharp(small.rawPayload).metadata()).toMatchObject({
      format: 'jpeg',
      width: 400,
      height: 200,
    });
  });

  it('keeps its transparency as PNG; WebP becomes JPEG, whatever it is called', async () => {
    const clear = sharp({
      create: { width: 40, height: 30, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
    });
    expect((await send(await clear.clone().png().toBuffer(), { name: '章.jpeg' })).data).toMatchObject({
      mimeType: 'image/png',
      name: '章.png',
    });
    expect((await send(await clear.clone().webp().toBuffer(), { name: 'a.html' })).data).toMatchObject({
      mimeType: 'image/jpeg',
      name: 'a.jpg',
    });
  });

  it('loses the archive or page that was hidden behind it', async () => {
    const hidden = '<script>alert(1)</script>PK\u0003\u0004';
    const { data } = await send(Buffer.concat([await picture(), Buffer.from(hidden)]));
    const { rawPayload } = await open(data.url);
    expect(rawPayload.includes('<script>')).toBe(false);
    expect(rawPayload.includes('PK\u0003\u0004')).toBe(false);
    expect(rawPayload.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
  });

  it('is shown in its place and kept for as long as its address is good, never run', async () => {
    const { data } = await send(await picture());
    const { headers } = await open(data.url);
    expect(headers['content-type']).toBe('image/jpeg');
    expect(headers['content-disposition']).toMatch(/^inline;/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    const seconds = Number(/^private, max-age=(\d+)$/.exec(String(headers['cache-control']))?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(600);
    expect(seconds).toBeLessThanOrEqual(1200);
  });
});

describe('a PDF', () => {
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

  it('is kept as it is and given to be put down, not to be shown', async () => {
    const { data } = await send(pdf, { name: '合同.PDF' });
    expect(data).toMatchObject({
      mimeType: 'application/pdf',
      name: '合同.pdf',
      width: null,
      thumbnailUrl: null,
    });
    const reply = await open(data.url);
    expect(reply.rawPayload).toEqual(pdf);
    expect(reply.headers['content-disposition']).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('合同.pdf')}`,
    );
  });

  it('that ends in the middle is refused', async () => {
    expect((await send(pdf.subarray(0, 30))).failure).toMatchObject({ code: 400, errorCode: 'FILE_BROKEN' });
  });
});

describe('what is refused leaves nothing', () => {
  const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const cases: [string, () => Promise<Buffer | string> | Buffer | string, number, string][] = [
    ['a page called PNG', () => '<!doctype html><script>alert(1)</script>', 415, 'FILE_TYPE_REFUSED'],
    ['a drawing with a script', () => SVG, 415, 'FILE_TYPE_REFUSED'],
    ['a GIF', () => Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'), 415, 'FILE_TYPE_REFUSED'],
    [
      'a page that begins like a picture',
      () => Buffer.from('\xff\xd8\xff<html>', 'latin1'),
      400,
      'FILE_BROKEN',
    ],
    ['half a JPEG', async () => halfOf(await picture()), 400, 'FILE_BROKEN'],
    [
      'half a PNG',
      async () =>
        halfOf(
          await sharp(await picture())
            .png()
            .toBuffer(),
        ),
      400,
      'FILE_BROKEN',
    ],
    [
      'half a WebP',
      async () =>
        halfOf(
          await sharp(await picture())
            .webp()
            .toBuffer(),
        ),
      400,
      'FILE_BROKEN',
    ],
    ['nothing at all', () => '', 400, 'VALIDATION'],
    ['a hundred million pixels in a few bytes', () => bomb(), 413, 'FILE_TOO_LARGE'],
    ['more bytes than are taken', () => Buffer.alloc(MAX_FILE_BYTES + 1), 413, 'PAYLOAD_TOO_LARGE'],
  ];
  const halfOf = (content: Buffer) => content.subarray(0, content.length / 2);
  const bomb = () =>
    sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();

  it.each(cases)('%s', async (_, content, status, errorCode) => {
    const before = await everything();
    const reply = await send(await content(), { name: 'photo.png' });
    expect(reply.failure).toMatchObject({ code: status, errorCode });
    expect(await everything()).toEqual(before);
  });

  it('a file for a record that is not there, or not theirs', async () => {
    const before = await everything();
    const photo = await picture();
    expect((await send(photo, { entityId: newId() })).status).toBe(404);
    expect((await send(photo, { as: people.northerner })).status).toBe(404);
    expect((await send(photo, { as: people.engineer })).status).toBe(403);
    expect((await send(photo, { entity: 'equipment' })).status).toBe(404);
    expect(await everything()).toEqual(before);
  });

  it('a file while the storage is away', async () => {
    const before = await everything();
    t.storage.failure = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const reply = await send(await picture());
    t.storage.failure = null;
    expect(reply.failure).toMatchObject({ code: 503, errorCode: 'STORAGE_UNAVAILABLE' });
    // What could not be taken back at once is taken back by the sweep.
    t.clock.advance({ minutes: 16 });
    await sweepUploads(t.db, t.storage, t.clock.now());
    expect(await everything()).toEqual(before);
  });
});

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd.jpg'],
    ['C:\\Users\\me\\大堂.JPG', '大堂.jpg'],
    ['a\u202Egpj.exe', 'agpj.jpg'],
    ['.htaccess', 'htaccess.jpg'],
    ['照片 1.2.png', '照片 1.2.jpg'],
    ['   ', '文件.jpg'],
    ['长'.repeat(150), `${'长'.repeat(80)}.jpg`],
  ])('%s is a label and no path: %s', async (name, label) => {
    expect((await send(await picture(), { name })).data.name).toBe(label);
    const keys = [...t.storage.contents.keys()];
    expect(keys.filter((key) => !/^\d{4}-\d{2}\/[0-9a-f]{4}\/[0-9a-f]{32}$/.test(key))).toEqual([]);
  });
});

describe('one file', () => {
  it('sent twice with one key is there once, in rows and in contents', async () => {
    const before = await everything();
    const [photo, id, idempotencyKey] = [await picture(), newId(), newId()];
    const first = await send(photo, { id, idempotencyKey });
    const second = await send(photo, { id, idempotencyKey });
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.data).toEqual(first.data);
    const after = await everything();
    expect(after.rows.length).toBe(before.rows.length + 1);
    expect(after.contents.length).toBe(before.contents.length + 2);
    expect(after.uploads).toEqual([]);
  });

  it('sent again with another key is refused by its id, and leaves nothing more', async () => {
    const id = newId();
    const photo = await picture();
    const { data } = await send(photo, { id });
    const before = await everything();
    expect((await send(photo, { id })).failure).toMatchObject({ code: 409, errorCode: 'FILE_ID_TAKEN' });
    expect(await everything()).toEqual(before);
    expect((await open(data.url)).statusCode).toBe(200);
  });

  it('that fast clocks date tomorrow was taken when it came', async () => {
    const { data } = await send(await picture(), { takenAt: '2030-01-01T00:00:00.000Z' });
    expect(data.takenAt).toBe(t.clock.now());
  });
});

it('a record takes so many files and no more', async () => {
  const { id } = await newCustomer(t, people.rep);
  const { data } = await send(await picture(), { entityId: id });
  const row = await t.db.selectFrom('files').selectAll().where('id', '=', data.id).executeTakeFirstOrThrow();
  const copies = Array.from({ length: MAX_FILES_OF_RECORD - 1 }, () => {
    const fileId = newId();
    return { ...row, id: fileId, storageKey: fileId, thumbnailKey: null };
  });
  await t.db.insertInto('files').values(copies).execute();
  const before = await everything();
  expect((await send(await picture(), { entityId: id })).failure).toMatchObject({
    errorCode: 'FILE_LIMIT_REACHED',
    message: '一条记录最多100个文件',
  });
  expect(await everything()).toEqual(before);
});

describe('who sees a file', () => {
  it('is who sees the record: over the list, by its id, and no longer once the record is gone', async () => {
    const { id: entityId, version } = await newCustomer(t, people.rep);
    const { data } = await send(await picture(), { entityId });
    const get = (as: TestUser) => t.call(files.get, { params: { id: data.id } }, { as });
    const list = (as: TestUser) => t.call(files.list, { query: { entity: 'customers', entityId } }, { as });
    for (const as of [people.rep, people.manager, people.admin]) {
      expect((await get(as)).data).toEqual(data);
      expect((await list(as)).data).toMatchObject({ list: [data], pagination: { total: 1 } });
    }
    for (const as of [people.northerner, people.colleague, people.registrar]) {
      expect((await get(as)).status).toBe(404);
      expect((await list(as)).data.list).toEqual([]);
    }
    await t.db
      .updateTable('customers')
      .set({ deletedAt: t.clock.now(), version: version + 1 })
      .where('id', '=', entityId)
      .execute();
    expect((await get(people.rep)).status).toBe(404);
    expect((await list(people.admin)).data.list).toEqual([]);
  });

  it('is also the engineer who was sent before, and nobody who never was', async () => {
    const former = await t.user({ roles: ['engineer'] });
    const stranger = await t.user({ roles: ['engineer'] });
    const ticket = await newTicket(t, people.rep, { customerId });
    await t.db
      .updateTable('serviceTickets')
      .set({ participantIds: [people.rep.id, former.id] })
      .where('id', '=', ticket.id)
      .execute();
    const { data } = await send(await picture(), {
      as: former,
      entity: 'serviceTickets',
      entityId: ticket.id,
      kind: 'before',
    });
    const get = (as: TestUser) => t.call(files.get, { params: { id: data.id } }, { as });
    expect((await get(former)).data.uploader).toEqual({ id: former.id, name: former.name });
    expect((await get(stranger)).status).toBe(404);
  });
});

describe('the address of a file', () => {
  it('stays the same for some minutes, and opens for ten to twenty', async () => {
    t.clock.set('2026-03-10T03:00:00.000Z');
    const { data } = await send(await picture());
    const again = async () => (await t.call(files.get, { params: { id: data.id } }, { as: people.rep })).data;
    t.clock.advance({ minutes: 9 });
    expect(await again()).toEqual(data);
    t.clock.advance({ minutes: 2 });
    expect((await again()).url).not.toBe(data.url);
    expect((await open(data.url)).statusCode).toBe(200);
    t.clock.advance({ minutes: 9 });
    expect((await open(data.url)).statusCode).toBe(404);
  });

  it('opens that one file in that one size', async () => {
    const [one, other] = [(await send(await picture())).data, (await send(await picture())).data];
    const { searchParams } = new URL(one.url, 'http://localhost');
    const [expires, signature] = [
      searchParams.get('expires') as string,
      searchParams.get('signature') as string,
    ];
    const tries: CallInput<typeof files.content>[] = [
      { params: { id: other.id }, query: { expires, signature } },
      { params: { id: one.id }, query: { expires, signature, size: 'thumbnail' } },
      { params: { id: one.id }, query: { expires: Number(expires) + 600, signature } },
      { params: { id: one.id }, query: { expires, signature: `${signature.slice(1)}A` } },
      { params: { id: one.id }, query: { expires, signature: 'x' } },
    ];
    for (const input of tries) expect((await open(urlOf(files.content, input))).statusCode).toBe(404);
    expect((await open(one.url)).statusCode).toBe(200);
  });
});

describe('taking a file back', () => {
  const remove = (id: string, as: TestUser) => t.call(files.remove, { params: { id } }, { as });

  it('is for whoever sent it; then its content goes too', async () => {
    const before = await everything();
    const { data } = await send(await picture());
    expect((await remove(data.id, people.admin)).status).toBe(403);
    expect((await remove(data.id, people.northerner)).status).toBe(404);
    expect((await remove(data.id, people.rep)).data).toEqual({ id: data.id });
    expect((await open(data.url)).statusCode).toBe(404);
    expect((await remove(data.id, people.rep)).status).toBe(404);
    t.clock.advance({ minutes: 16 });
    await sweepUploads(t.db, t.storage, t.clock.now());
    const after = await everything();
    expect([after.contents, after.uploads]).toEqual([before.contents, before.uploads]);
  });

  it('is refused once a step of the ticket names it', async () => {
    const ticket = await newTicket(t, people.rep, { customerId });
    const { data } = await send(await picture(), {
      entity: 'serviceTickets',
      entityId: ticket.id,
      kind: 'problem',
    });
    await t.db
      .insertInto('ticketLogs')
      .values({
        id: newId(),
        ticketId: ticket.id,
        logType: 'comment',
        happenedAt: t.clock.now(),
        createdAt: t.clock.now(),
        fileIds: [data.id],
      })
      .execute();
    expect((await remove(data.id, people.rep)).failure).toMatchObject({
      code: 409,
      errorCode: 'FILE_NOT_REMOVABLE',
    });
    expect((await open(data.url)).statusCode).toBe(200);
  });
});

describe('the sweep', () => {
  it('removes what an upload left that ended in the middle, and nothing that is younger or has its row', async () => {
    const { data } = await send(await picture());
    const before = await everything();
    const lost = `2026-03/abcd/${'0'.repeat(32)}`;
    await t.storage.put(lost, Buffer.from('lost'), 'image/jpeg');
    await t.db.insertInto('fileUploads').values({ storageKey: lost, startedAt: t.clock.now() }).execute();
    t.clock.advance({ minutes: 14 });
    await sweepUploads(t.db, t.storage, t.clock.now());
    expect(t.storage.contents.has(lost)).toBe(true);
    t.clock.advance({ minutes: 2 });
    await sweepUploads(t.db, t.storage, t.clock.now());
    expect(await everything()).toEqual(before);
    const { url } = (await t.call(files.get, { params: { id: data.id } }, { as: people.rep })).data;
    expect((await open(url)).statusCode).toBe(200);
  });

  it('tries again later while the storage is away', async () => {
    const lost = `2026-03/abcd/${'1'.repeat(32)}`;
    await t.storage.put(lost, Buffer.from('lost'), 'image/jpeg');
    const startedAt = t.clock.now();
    await t.db.insertInto('fileUploads').values({ storageKey: lost, startedAt }).execute();
    t.clock.advance({ minutes: 16 });
    t.storage.failure = new Error('away');
    await expect(sweepUploads(t.db, t.storage, t.clock.now())).rejects.toThrow('away');
    t.storage.failure = null;
    await sweepUploads(t.db, t.storage, t.clock.now());
    expect((await everything()).uploads).toEqual([]);
    expect(t.storage.contents.has(lost)).toBe(false);
  });
});

describe('a directory as storage', () => {
  it('gives back what was put there, knows what is not, and takes no path for a key', async ({
    onTestFinished,
  }) => {
    const directory = await mkdtemp(join(tmpdir(), 'genjin-files-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const storage = createDiskStorage(directory);
    const key = `2026-03/abcd/${'2'.repeat(32)}`;
    expect(await storage.get(key)).toBeNull();
    await storage.put(key, Buffer.from('照片'), 'image/jpeg');
    expect(await storage.get(key)).toEqual(Buffer.from('照片'));
    const left = await readdir(directory, { recursive: true });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.get(key)).toBeNull();
    for (const wrong of ['../secret', '2026-03/abcd/../../x', '', '/etc/passwd'])
      await expect(storage.get(wrong)).rejects.toThrow('no storage key');
  });
});
