import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { allEndpoints } from '#shared/api.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { intake } from '#shared/intake/contract.ts';
import { newId } from '../kernel/new-id.ts';
import {
  type Company,
  createCompany,
  leadDraft,
  nextPhone,
  register,
  storedLead,
} from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';

// What JSON can be made to say, and what may happen to a body on its way. Each is refused, or does no harm.

const lines: string[] = [];
let t: TestApp;
let people: Company;
let port: number;

beforeAll(async () => {
  t = await createTestApp({ log: (line) => lines.push(line) });
  people = await createCompany(t);
  await t.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = t.app.server.address() as AddressInfo);
});

const failures = () => lines.filter((line) => line.includes('request failed'));
const countLeads = async () =>
  Number((await t.db.selectFrom('leads').select(sql<string>`count(*)`.as('n')).executeTakeFirstOrThrow()).n);
/** The fields of a good lead, with more JSON behind them. */
const leadWith = (more: string) => `{"customerName":"海景酒店","phone":"${nextPhone()}",${more}}`;
const create = (rawBody: string, headers: Record<string, string> = {}) =>
  t.send('POST', '/api/leads', { as: people.rep, rawBody, headers });
const MEGABYTE = 1_048_576;
const keys = (count: number) => Array.from({ length: count }, (_, i) => `"k${i.toString(36)}":1`).join(',');

describe('JSON', () => {
  test.each<[what: string, status: number, body: () => string]>([
    [
      'ten thousand objects deep',
      400,
      () => leadWith(`"city":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    ],
    ['ten thousand lists deep', 400, () => leadWith(`"city":${'['.repeat(10_000)}${']'.repeat(10_000)}`)],
    ['half a million lists deep', 400, () => '['.repeat(500_000)],
    ['with a hundred thousand unknown keys', 400, () => leadWith(keys(100_000))],
    ['with a million keys', 413, () => leadWith(keys(1_000_000))],
    [
      'with a list of a hundred thousand in place of a text',
      400,
      () => leadWith(`"city":[${'1,'.repeat(99_999)}1]`),
    ],
    ['with a text of a megabyte', 413, () => leadWith(`"city":"${'x'.repeat(MEGABYTE)}"`)],
    ['with a number that is infinite', 400, () => leadWith('"hotelRooms":1e999')],
    ['with a number of a thousand digits', 400, () => leadWith(`"hotelRooms":${'9'.repeat(1_000)}`)],
    ['with a number next to nothing', 400, () => leadWith('"hotelRooms":1e-999999999,"score":0.5')],
    ['with half a character', 400, () => leadWith(String.raw`"city":"\ud83d"`)],
    ['with the second half of a character first', 400, () => leadWith(String.raw`"city":"\ude00\ud83d"`)],
    ['with NUL in a text', 400, () => leadWith(String.raw`"city":"a\u0000b"`)],
    ['with NUL in a name', 400, () => leadWith(String.raw`"ci\u0000ty":"a"`)],
    ['that names a prototype', 400, () => leadWith('"__proto__":{"ownerId":null}')],
    ['that spells a prototype', 400, () => leadWith(String.raw`"\u005f_proto__":{"ownerId":null}`)],
    ['that names a constructor', 400, () => leadWith('"constructor":{"prototype":{"isAdmin":true}}')],
    [
      'with a prototype within',
      400,
      () => leadWith('"followUp":{"method":"phone","content":"x","__proto__":{}}'),
    ],
    ['with something behind it', 400, () => `${leadWith('"city":"深圳"')}{}`],
    ['with a comment', 400, () => leadWith('/* */"city":"深圳"')],
    ['that is not a number', 400, () => leadWith('"score":NaN')],
    ['in UTF-16', 400, () => Buffer.from(leadWith('"city":"x"'), 'utf16le').toString('latin1')],
  ])('%s is refused (%i), and nothing is stored', async (_, status, body) => {
    const before = await countLeads();
    const reply = await create(body());
    expect(reply.status, JSON.stringify(reply.body).slice(0, 300)).toBe(status);
    expect(reply.failure.message).toMatch(/\p{Script=Han}/u);
    // A refusal is no way to make much out of little.
    expect(JSON.stringify(reply.body).length).toBeLessThan(20_000);
    expect(await countLeads()).toBe(before);
    expect(failures()).toEqual([]);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('that says something twice is taken at its last word, by every reader alike', async () => {
    const reply = await create(`{"customerName":"甲","phone":"${nextPhone()}","customerName":"乙"}`);
    const { id } = reply.data as { id: string };
    expect((await storedLead(t, id)).customerName).toBe('乙');
  });

  it('with minus nothing stores nothing odd', async () => {
    const reply = await create(leadWith('"hotelRooms":-0,"score":-0.0'));
    const { id } = reply.data as { id: string };
    expect(JSON.stringify(reply.data)).not.toContain('-0,');
    const stored = await storedLead(t, id);
    expect(Object.is(stored.hotelRooms, 0) && Object.is(stored.score, 0)).toBe(true);
  });

  it('with the name of a method as a value is a value', async () => {
    const reply = await create(
      leadWith('"city":"__proto__","company":"constructor","description":"toString"'),
    );
    expect(await storedLead(t, (reply.data as { id: string }).id)).toMatchObject({
      city: '__proto__',
      company: 'constructor',
      description: 'toString',
    });
  });

  it('of every endpoint may be deep or wide: none falls over', async () => {
    const deep = `${'{"a":['.repeat(5_000)}1${']}'.repeat(5_000)}`;
    const wide = `{${keys(60_000)}}`;
    for (const [name, endpoint] of allEndpoints.filter(([, { body }]) => body)) {
      const params = Object.fromEntries(
        Object.keys(endpoint.params?.shape ?? {}).map((key) => [key, newId()]),
      );
      for (const rawBody of [deep, wide]) {
        const as = endpoint.permission === 'public' ? null : people.admin;
        const reply = await t.send(endpoint.method, urlOf(endpoint, { params }), { as, rawBody });
        expect([400, 429], name).toContain(reply.status);
        expect(JSON.stringify(reply.body).length, name).toBeLessThan(20_000);
      }
    }
    expect(failures()).toEqual([]);
  }, 60_000);
});

describe('a body', () => {
  const head = (...more: string[]) =>
    [
      'POST /api/leads HTTP/1.1',
      'host: x',
      `authorization: Bearer ${people.rep.token}`,
      'connection: close',
      'content-type: application/json',
      ...more,
      '',
      '',
    ].join('\r\n');

  /** Sends exactly these bytes; `half`: and hangs up without waiting for an answer. */
  async function sent(bytes: Buffer, how: 'whole' | 'half' = 'whole'): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const closed = once(socket, 'close');
    if (how === 'half') socket.end(bytes);
    else socket.write(bytes);
    await closed;
    return Number(text.split(' ')[1]);
  }

  it('whose bytes are no UTF-8 is refused, however it is sent', async () => {
    const before = await countLeads();
    for (const odd of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80], [0xe6, 0xb7]]) {
      const [start, end] = leadWith('"city":"?"').split('?') as [string, string];
      const body = Buffer.concat([Buffer.from(start), Buffer.from(odd), Buffer.from(end)]);
      expect(await sent(Buffer.concat([Buffer.from(head(`content-length: ${body.length}`)), body]))).toBe(
        400,
      );
      const chunk = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')];
      expect(await sent(Buffer.concat([Buffer.from(head('transfer-encoding: chunked')), ...chunk]))).toBe(
        400,
      );
    }
    expect(await countLeads()).toBe(before);
  });

  it('that breaks off stores nothing and is no failure of ours', async () => {
    const before = await countLeads();
    const body = leadWith('"city":"深圳"');
    for (const length of [1, 10, body.length]) {
      const bytes = Buffer.from(
        head(`content-length: ${Buffer.byteLength(body) + 1}`) + body.slice(0, length),
      );
      await sent(bytes, 'half');
    }
    await sent(Buffer.from(`${head('transfer-encoding: chunked')}50\r\n{"customerName"`), 'half');
    expect(await sent(Buffer.from(`${head('transfer-encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`))).toBe(400);
    expect(await countLeads()).toBe(before);
    expect(failures()).toEqual([]);
    expect((await register(t, people.rep)).id).toBeTruthy();
  });

  it('that is packed is not unpacked: a bomb stays as small as it came', async () => {
    const packed = gzipSync(Buffer.alloc(200 * MEGABYTE, ' '));
    expect(packed.length).toBeLessThan(MEGABYTE);
    for (const encoding of ['gzip', 'deflate', 'br', 'gzip, gzip', 'nonsense']) {
      const headers = head(`content-length: ${packed.length}`, `content-encoding: ${encoding}`);
      expect(await sent(Buffer.concat([Buffer.from(headers), packed])), encoding).toBe(400);
    }
    const good = gzipSync(JSON.stringify(leadDraft()));
    const headers = head(`content-length: ${good.length}`, 'content-encoding: gzip');
    expect(await sent(Buffer.concat([Buffer.from(headers), good]))).toBe(400);
  });

  test.each([
    'text/plain',
    'text/html',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/octet-stream',
    'application/json-patch+json',
    'application/ld+json',
    'application/json;charset=utf-7,text/plain',
    'a'.repeat(5_000),
    '*/*',
    '',
  ])('that calls itself %j is refused, or read as the JSON that it is not', async (type) => {
    const before = await countLeads();
    for (const body of [
      '<lead><phone>1</phone></lead>',
      'customerName=x&phone=13800138000',
      '--x\r\n\r\n--x--',
    ]) {
      expect((await create(body, { 'content-type': type })).status).toBe(400);
    }
    expect(await countLeads()).toBe(before);
  });
});

describe('what a platform sends', () => {
  it('may be anything: it is kept or refused, never a failure', async () => {
    const body = { kind: 'generic-hmac', name: '官网', secret: 'a-secret-of-a-platform' } as const;
    const source = (await t.call(intake.createSource, { body }, { as: people.admin })).data;
    const url = new URL(source.address).pathname;
    const timestamp = String(Date.parse(t.clock.now()));
    const hostile = [
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      '['.repeat(200_000),
      `{${keys(15_000)}}`,
      '{"phone":1e999,"name":{}}',
      String.raw`{"phone":"\ud800","name":"\u0000"}`,
      '{"__proto__":{"phone":"13800138000"},"name":"甲"}',
      `{"name":"${'x'.repeat(200_000)}","phone":"13800138000"}`,
      `{"name":"甲","remark":"${'1 '.repeat(100_000)}"}`,
      '',
      'null',
      Buffer.from([0xff, 0xfe, 0x00]).toString('latin1'),
    ];
    for (const payload of hostile) {
      const signature = createHmac('sha256', body.secret).update(`${timestamp}.${payload}`).digest('hex');
      const headers = { 'x-genjin-timestamp': timestamp, 'x-genjin-signature': signature };
      const reply = await t.app.inject({ method: 'POST', url, headers, payload });
      expect([200, 400], payload.slice(0, 40)).toContain(reply.statusCode);
    }
    await t.work();
    const events = await t.db.selectFrom('intakeEvents').select(['status', 'attempts']).execute();
    expect(events.length).toBeGreaterThan(5);
    expect(events.filter(({ status, attempts }) => status === 'received' || attempts > 1)).toEqual([]);
    expect(failures()).toEqual([]);
  }, 60_000);
});
