import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { allEndpoints } from '#shared/api.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { readConfig } from './config.ts';
import { newId } from './kernel/new-id.ts';
import {
  type Company,
  createCompany,
  leadDraft,
  leadSeenBy,
  register,
  storedLead,
} from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { createRandom, type Random } from './testing/random.ts';

let t: TestApp;
let people: Company;
/** Of `people.rep`; nothing here may change it. */
let leadId: string;
let stored: Awaited<ReturnType<typeof storedLead>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const body = { method: 'phone', content: '约了看样板间' } as const;
  leadId = (await register(t, people.rep, { followUp: body })).id;
  stored = await storedLead(t, leadId);
});

const endpoints = allEndpoints.map(([name, endpoint]) => ({ name, endpoint }));
const HAN = /\p{Script=Han}/u;

/** A clear refusal: our envelope, a reason in Chinese, and each field named with a Chinese message. */
function expectRefusal(reply: Reply<unknown>, status: number, fields?: string[]) {
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  const { failure } = reply;
  expect(failure.message).toMatch(HAN);
  expect(failure.requestId).toBeTruthy();
  for (const error of failure.errors ?? []) expect(error.message, JSON.stringify(error)).toMatch(HAN);
  if (fields) expect(failure.errors?.map((error) => error.field).sort()).toEqual([...fields].sort());
}

const unchanged = async () => expect(await storedLead(t, leadId)).toEqual(stored);

const signedIn = (endpoint: EndpointDefinition): TestUser | null =>
  endpoint.permission === 'public' ? null : people.admin;
const GOOD_PARAMS: Readonly<Record<string, string>> = { level: '高', date: '2026-05-01' };
const pathOf = (endpoint: EndpointDefinition, value?: string) => {
  const params = paramsOf(endpoint).map((name) => [name, value ?? GOOD_PARAMS[name] ?? newId()]);
  return urlOf(endpoint, { params: Object.fromEntries(params) });
};
const paramsOf = (endpoint: EndpointDefinition) => Object.keys(endpoint.params?.shape ?? {});
/** What is written on a label, or lies in a link: any text may be one that nobody has. */
const hasId = (endpoint: EndpointDefinition) =>
  paramsOf(endpoint).some((name) => name !== 'code' && name !== 'token');

describe('every endpoint', () => {
  it.each(endpoints)('$name refuses an unknown query parameter by its name', async ({ endpoint }) => {
    const body = endpoint.body ? {} : undefined;
    const reply = await t.send(endpoint.method, `${pathOf(endpoint)}?notAField=1`, {
      as: signedIn(endpoint),
      body,
    });
    expect(reply.status).toBe(400);
    const fields = reply.failure.errors ?? [];
    if (!endpoint.body) expect(fields).toContainEqual({ field: 'notAField', message: '不支持的字段' });
    expect(fields.length).toBeGreaterThan(0);
  });

  it.each(endpoints.filter(({ endpoint }) => hasId(endpoint)))(
    '$name refuses an id that is none',
    async ({ endpoint }) => {
      for (const id of ['1', 'null', "' or 1=1 --", '%00', '../..', 'x'.repeat(36)]) {
        const reply = await t.send(endpoint.method, pathOf(endpoint, id), {
          as: signedIn(endpoint),
          body: {},
        });
        expectRefusal(reply, 400, paramsOf(endpoint));
      }
    },
  );

  const withBody = endpoints.filter(({ endpoint }) => endpoint.body);
  it.each(withBody)('$name refuses a body that is none', async ({ endpoint }) => {
    const as = signedIn(endpoint);
    const send = (rawBody: string | undefined, type = 'application/json') =>
      t.send(endpoint.method, pathOf(endpoint), { as, rawBody, headers: { 'content-type': type } });
    for (const raw of ['', '{', '{"a":}', 'null', '[]', '"text"', '5', '\u0000', '{"__proto__":{"a":1}}'])
      expectRefusal(await send(raw), 400);
    expectRefusal(await t.send(endpoint.method, pathOf(endpoint), { as }), 400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense'])
      expectRefusal(await send('a=1', type), 400);
  });

  it.each(withBody)('$name refuses values of every wrong kind', async ({ endpoint }) => {
    const fields = fieldsOf(endpoint);
    const send = (value: unknown) => {
      const body = Object.fromEntries(fields.map((field) => [field, value]));
      return t.send(endpoint.method, pathOf(endpoint), { as: signedIn(endpoint), body });
    };
    for (const wrong of [{}, [], -5.5, true, 'x'.repeat(20_000)]) expectRefusal(await send(wrong), 400);
    // A secret may hold anything; then it is the wrong one.
    for (const odd of ['\u0000', '\ud800']) {
      const reply = await send(odd);
      expectRefusal(reply, reply.status === 401 ? 401 : 400);
    }
  });

  it.each(withBody)('$name bears JSON that is deep, and refuses JSON that is huge', async ({ endpoint }) => {
    const as = signedIn(endpoint);
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const deeper = '['.repeat(400_000);
    for (const rawBody of [deep, deeper])
      expectRefusal(await t.send(endpoint.method, pathOf(endpoint), { as, rawBody }), 400);
    const huge = JSON.stringify({ customerName: 'x'.repeat(2_000_000) });
    expectRefusal(await t.send(endpoint.method, pathOf(endpoint), { as, rawBody: huge }), 413);
  });
});

/** The fields of a body, of all its forms. */
function fieldsOf(endpoint: EndpointDefinition): string[] {
  const { body } = endpoint;
  const forms = body instanceof z.ZodDiscriminatedUnion ? body.options : [body];
  return [...new Set(forms.flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : [])))];
}

describe('the query of a list', () => {
  test.each<[query: string, field: string]>([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=abc', 'page'],
    ['page=1.5', 'page'],
    ['page=1e999', 'page'],
    ['page=99999999999999999999', 'page'],
    ['page=1&page=2', 'page'],
    ['pageSize=0', 'pageSize'],
    ['pageSize=100000', 'pageSize'],
    ['sort=phone', 'sort'],
    ['sort=-createdAt%3Bdrop%20table%20leads', 'sort'],
    ['keyword=%00', 'keyword'],
    [`keyword=${'x'.repeat(15_000)}`, 'keyword'],
    ['keyword=a&keyword=b', 'keyword'],
    ['status=open', 'status.0'],
    ['status=new,', 'status.1'],
    ['intention=highest', 'intention.0'],
    ['source=tiktok', 'source.0'],
    ['ownerId=me', 'ownerId'],
    ['registrantId=1', 'registrantId'],
    ['province=%00', 'province'],
    [`city=${'x'.repeat(21)}`, 'city'],
    ['from=2026-02-30', 'from'],
    ['from=0001-01-01', 'from'],
    ['to=9999-12-31', 'to'],
    ['to=tomorrow', 'to'],
    ['due=yesterday', 'due'],
    ['fresh=1', 'fresh'],
    ['pool=yes', 'pool'],
    ['open=', 'open'],
    ['cursor=abc', 'cursor'],
    [`cursor=${'x'.repeat(501)}`, 'cursor'],
  ])('%s is refused by its name', async (query, field) => {
    expectRefusal(await t.send('GET', `/api/leads?${query}`, { as: people.rep }), 400, [field]);
  });

  it('says everything that is wrong at once', async () => {
    const reply = await t.send('GET', '/api/leads?page=0&pageSize=0&sort=x&nope=1', { as: people.rep });
    expectRefusal(reply, 400, ['page', 'pageSize', 'sort', 'nope']);
  });

  it('survives an address that cannot be decoded', async () => {
    for (const url of [
      '/api/leads?keyword=%ff',
      '/api/leads?keyword=%ed%a0%80',
      '/api/leads?%',
      '/api/leads?=&&=',
    ]) {
      expect((await t.send('GET', url, { as: people.rep })).status, url).toBeLessThan(500);
    }
    for (const url of [
      '/api/leads/%ff',
      '/api/leads/%',
      '/api/leads/%ed%a0%80',
      `/api/leads/${'x'.repeat(300)}`,
    ]) {
      const reply = await t.send('GET', url, { as: people.rep });
      expect([400, 404, 414], url).toContain(reply.status);
      expect(reply.failure.message).toMatch(HAN);
    }
  });
});

describe('registering and editing a lead', () => {
  const WRONG: readonly (readonly [field: string, value: unknown])[] = [
    ['customerName', ''],
    ['customerName', '   '],
    ['customerName', null],
    ['customerName', 'x'.repeat(101)],
    ['customerName', 'a\u0000b'],
    ['customerName', '\ud83d'],
    ['customerName', ['a']],
    ['phone', '123'],
    ['phone', 'abc'],
    ['phone', 13_800_138_000],
    ['phone', '1'.repeat(10_000)],
    ['wechat', 'x'.repeat(51)],
    ['otherHandle', {}],
    ['email', 'nobody'],
    ['email', 'a@b'],
    ['email', 'a@b.cn\r\nBcc: c@d.cn'],
    ['customerType', 'castle'],
    ['customerType', ''],
    ['hotelRooms', -1],
    ['hotelRooms', 1.5],
    ['hotelRooms', 100_001],
    ['hotelRooms', '12'],
    ['score', 101],
    ['score', -1],
    ['source', 'tiktok'],
    ['source', null],
    ['intention', 'urgent'],
    ['isContacted', 'true'],
    ['isContacted', 1],
    ['leadTime', '2026-03-10'],
    ['leadTime', 'now'],
    ['leadTime', '9999-12-31T23:59:59Z'],
    ['leadTime', '0001-01-01T00:00:00Z'],
    ['leadTime', 1_773_000_000],
    ['description', 'x'.repeat(2001)],
    ['description', '\udfff'],
    ['externalClueId', 'x'.repeat(101)],
  ];

  it.each(WRONG)('%s as %j is refused at both, by its name', async (field, value) => {
    const created = await t.send('POST', '/api/leads', {
      as: people.rep,
      body: { ...leadDraft(), [field]: value },
    });
    expectRefusal(created, 400, [field]);
    const body = { version: stored.version, [field]: value };
    expectRefusal(await t.send('PUT', `/api/leads/${leadId}`, { as: people.rep, body }), 400, [field]);
    await unchanged();
  });

  it.each(['1e999', '-1e999', '1e400', 'NaN', '99999999999999999999999999'])(
    'a number written %s is refused',
    async (number) => {
      const send = (rawBody: string) => t.send('PUT', `/api/leads/${leadId}`, { as: people.rep, rawBody });
      expectRefusal(await send(`{"version":${stored.version},"hotelRooms":${number}}`), 400);
      expectRefusal(await send(`{"version":${number},"city":"深圳"}`), 400);
      await unchanged();
    },
  );

  const PROTECTED = [
    'id',
    'no',
    'status',
    'ownerId',
    'createdBy',
    'createdAt',
    'updatedAt',
    'deletedAt',
    'assignedAt',
    'poolEnteredAt',
    'lastFollowUpAt',
    'lastContactAt',
    'nextFollowUpAt',
    'followUpCount',
    'dealAmount',
    'dealDate',
    'outcome',
    'closeReason',
    'endedAt',
    'searchText',
    'searchGrams',
    'nameKey',
  ];
  it.each(PROTECTED)('%s cannot be written by an edit', async (field) => {
    const body = { version: stored.version, city: '深圳', [field]: people.admin.id };
    expectRefusal(await t.send('PUT', `/api/leads/${leadId}`, { as: people.rep, body }), 400, [field]);
    await unchanged();
  });

  it.each(PROTECTED.filter((field) => field !== 'ownerId'))('%s cannot be set at birth', async (field) => {
    const body = { ...leadDraft(), [field]: 'x' };
    expectRefusal(await t.send('POST', '/api/leads', { as: people.rep, body }), 400, [field]);
  });

  it('names fields inside the first follow-up', async () => {
    const followUp = { method: 'fax', content: '', happenedAt: 'then', mood: 'good' };
    const reply = await t.send('POST', '/api/leads', { as: people.rep, body: { ...leadDraft(), followUp } });
    expectRefusal(reply, 400, [
      'followUp.method',
      'followUp.content',
      'followUp.happenedAt',
      'followUp.mood',
    ]);
  });

  it('gets neither an owner who does not exist nor a number that was used up', async () => {
    const before = await register(t, people.admin);
    const body = leadDraft({ ownerId: newId() });
    expectRefusal(await t.call(leads.create, { body }, { as: people.admin }), 400, ['ownerId']);
    const next = await register(t, people.admin);
    expect(Number(next.no.slice(-4))).toBe(Number(before.no.slice(-4)) + 1);
  });
});

describe('what a lead goes through', () => {
  const id = () => ({ params: { id: leadId } });

  it('a stale version is refused with the record as it is now', async () => {
    for (const version of [stored.version + 1, 2_147_483_647]) {
      const reply = await t.call(
        leads.update,
        { ...id(), body: { version, city: '广州' } },
        { as: people.rep },
      );
      expectRefusal(reply, 409);
      expect(reply.failure.errorCode).toBe('STALE');
      const { current } = reply.failure.details as { current: unknown };
      expect(leads.get.response.parse(current)).toEqual(await leadSeenBy(t, people.rep, leadId));
    }
    await unchanged();
  });

  it('a step that the machine does not have now is refused with those it has', async () => {
    const body = { action: 'contact', version: stored.version } as const;
    const reply = await t.call(leads.changeStatus, { ...id(), body }, { as: people.rep });
    expectRefusal(reply, 409);
    expect(reply.failure.details).toEqual({ status: 'contacted', allowed: ['qualify', 'convert', 'close'] });
    await unchanged();
  });

  test.each<[name: string, url: string, body: object, fields: string[]]>([
    ['a step that does not exist', 'status', { action: 'promote', version: 1 }, ['action']],
    ['closing without outcome and reason', 'status', { action: 'close', version: 1 }, ['outcome', 'reason']],
    [
      'closing with a blank reason',
      'status',
      { action: 'close', version: 1, outcome: 'lost', reason: ' ' },
      ['reason'],
    ],
    ['a status set directly', 'status', { status: 'converted', version: 1 }, ['action']],
    ['reopening without a reason', 'status', { action: 'reopen', version: 1 }, ['reason']],
    ['giving back without a reason', 'pool', { version: 1 }, ['reason']],
    ['assigning to nobody', 'assign', { version: 1, ownerId: null, reason: 'x' }, ['ownerId']],
  ])('%s', async (_, action, body, fields) => {
    const reply = await t.send('PUT', `/api/leads/${leadId}/${action}`, { as: people.admin, body });
    expectRefusal(reply, 400, fields);
    await unchanged();
  });

  test.each<[unknown, unknown, string[]]>([
    ['2026-02-30', 1, ['dealDate']],
    ['1969-01-01', 1, ['dealDate']],
    ['2026-03-10T00:00:00Z', 1, ['dealDate']],
    ['2026-03-10', -1, ['dealAmount']],
    ['2026-03-10', 0.001, ['dealAmount']],
    ['2026-03-10', 1e15, ['dealAmount']],
    ['2026-03-10', '100', ['dealAmount']],
    [undefined, undefined, ['dealDate', 'dealAmount']],
  ])('a deal on %j over %j', async (dealDate, dealAmount, fields) => {
    const body = { version: stored.version, dealDate, dealAmount };
    expectRefusal(
      await t.send('POST', `/api/leads/${leadId}/convert`, { as: people.rep, body }),
      400,
      fields,
    );
    await unchanged();
  });

  it('another rep’s lead does not exist, whatever is tried with it', async () => {
    const version = stored.version;
    const reason = '看看';
    const tries: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/timeline'],
      ['PUT', '', { version, city: '广州' }],
      ['PUT', '', { version: 99, city: '广州' }],
      ['DELETE', '', { version }],
      ['PUT', '/status', { version, action: 'close', outcome: 'lost', reason }],
      ['POST', '/convert', { version, dealDate: '2026-03-10', dealAmount: 1 }],
      ['PUT', '/claim'],
      ['PUT', '/pool', { version, reason }],
      ['POST', '/follow-up', { method: 'phone', content: '冒充' }],
    ];
    for (const [method, path, body] of tries) {
      const reply = await t.send(method, `/api/leads/${leadId}${path}`, { as: people.colleague, body });
      expectRefusal(reply, 404);
      const nowhere = await t.send(method, `/api/leads/${newId()}${path}`, { as: people.colleague, body });
      expect(reply.failure.errorCode, path).toBe(nowhere.failure.errorCode);
      expect(reply.failure.message, path).toBe(nowhere.failure.message);
    }
    const body = { leadId, method: 'phone', content: '冒充' };
    expectRefusal(await t.send('POST', '/api/followups', { as: people.colleague, body }), 404);
    await unchanged();
  });

  it('a manager of another department finds nothing either', async () => {
    const stranger = await t.user({ roles: ['sales_manager'], department: people.departments.north });
    const reason = '调走';
    for (const [path, body] of [
      ['/assign', { version: stored.version, ownerId: people.northerner.id, reason }],
      ['/pool', { version: stored.version, reason }],
    ] as const) {
      expectRefusal(await t.send('PUT', `/api/leads/${leadId}${path}`, { as: stranger, body }), 404);
    }
    await unchanged();
  });
});

describe('a token', () => {
  const { JWT_SECRET } = readConfig({});
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  function forge(header: object, claims: object, secret = JWT_SECRET) {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }
  const profile = (token: string) =>
    t.send('GET', '/api/auth/profile', { headers: { authorization: token } });
  /** The claims of a good token of `people.admin`. */
  const claims = () =>
    JSON.parse(Buffer.from(people.admin.token.split('.')[1] as string, 'base64url').toString());
  const HS256 = { alg: 'HS256', typ: 'JWT' };

  it('is good when we made it', async () => {
    expect((await profile(`Bearer ${people.admin.token}`)).status).toBe(200);
    expect((await profile(`Bearer ${forge(HS256, claims())}`)).status).toBe(200);
  });

  test.each<[string, () => string]>([
    ['missing', () => ''],
    ['of another scheme', () => `Basic ${people.admin.token}`],
    ['without a scheme', () => people.admin.token],
    ['garbage', () => 'Bearer garbage'],
    ['full of dots', () => 'Bearer ..'],
    ['cut off', () => `Bearer ${people.admin.token.slice(0, -3)}`],
    ['unsigned', () => `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims())}.`],
    [
      'signed by another key',
      () => `Bearer ${forge(HS256, claims(), 'another-key-of-at-least-32-characters')}`,
    ],
    ['signed in another way', () => `Bearer ${forge({ alg: 'HS512', typ: 'JWT' }, claims())}`],
    ['signed with public-key words', () => `Bearer ${forge({ alg: 'RS256', typ: 'JWT' }, claims())}`],
    ['of another use', () => `Bearer ${forge(HS256, { ...claims(), use: 'wechat-bind' })}`],
    ['of no use', () => `Bearer ${forge(HS256, { ...claims(), use: undefined })}`],
  ])('that is %s is refused', async (_, header) => {
    const reply = await profile(header());
    expectRefusal(reply, 401);
    expect(reply.failure.errorCode).toBe('UNAUTHENTICATED');
  });

  it('is refused after a quarter of an hour, in words the client can act on', async () => {
    const old = people.admin.token;
    t.clock.advance({ minutes: 14, seconds: 59 });
    expect((await profile(`Bearer ${old}`)).status).toBe(200);
    t.clock.advance({ seconds: 1 });
    const reply = await profile(`Bearer ${old}`);
    expectRefusal(reply, 401);
    expect(reply.failure.errorCode).toBe('TOKEN_EXPIRED');
  });

  it('with an end that is no number is refused', async () => {
    for (const exp of [undefined, null, 'never']) {
      const reply = await profile(`Bearer ${forge(HS256, { ...claims(), exp })}`);
      expect(reply.status, String(exp)).toBe(401);
    }
  });

  it('of a session or a person that is not there is refused', async () => {
    for (const change of [{ sid: newId() }, { sub: newId() }, { sub: people.rep.id }]) {
      const reply = await profile(`Bearer ${forge(HS256, { ...claims(), ...change })}`);
      expectRefusal(reply, 401);
    }
  });

  it('of an ended session or a disabled person is refused', async () => {
    const gone = await t.user({ roles: ['sales'] });
    expect((await profile(`Bearer ${gone.token}`)).status).toBe(200);
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    const disabled = await profile(`Bearer ${gone.token}`);
    expect(disabled.failure).toMatchObject({ code: 401, errorCode: 'SESSION_ENDED' });
    await t.db.updateTable('users').set({ status: 'active' }).where('id', '=', gone.id).execute();
    expect((await profile(`Bearer ${gone.token}`)).status).toBe(200);
    await t.db
      .updateTable('deviceSessions')
      .set({ endedAt: t.clock.now() })
      .where('userId', '=', gone.id)
      .execute();
    expect((await profile(`Bearer ${gone.token}`)).failure.errorCode).toBe('SESSION_ENDED');
  });
});

describe('an address that is none', () => {
  test.each([
    ['GET', '/api/nothing'],
    ['POST', '/api/leads/statistics'],
    ['PATCH', '/api/leads'],
    ['GET', '/api'],
    ['GET', '/api/leads/'],
    ['GET', '//api//leads'],
    ['OPTIONS', '/api/leads'],
  ])('%s %s', async (method, url) => {
    const reply = await t.send(method, url, { as: people.admin });
    expect([400, 404], JSON.stringify(reply.body)).toContain(reply.status);
    expect(reply.failure.message).toMatch(HAN);
  });
});

describe('whatever is sent', () => {
  const PIECES = [
    ...[
      '',
      ' ',
      '\u0000',
      '\ud800',
      '\udc00\ud800',
      '\u200b',
      '\u202e',
      '\ufeff',
      '\r\n',
      '%',
      '%00',
      '%25',
      '_',
    ],
    ...[
      '\\',
      "'",
      '"',
      '`',
      ';',
      '--',
      '/*',
      '$1',
      '#{x}',
      '{{',
      '<script>',
      '{',
      '[',
      ']',
      '}',
      ',',
      ',,',
      '&',
      '=',
      '#',
    ],
    ...[
      'null',
      'undefined',
      'true',
      'NaN',
      'Infinity',
      '1e999',
      '-0',
      '0x10',
      '9'.repeat(25),
      '-1',
      '1.5',
      '０',
    ],
    ...[
      '深圳',
      '𠮷',
      '👨‍👩‍👧',
      'é',
      'ﷺ',
      'ß',
      'İ',
      '中'.repeat(60),
      'a'.repeat(600),
      '../',
      'file://',
      '2026-13-45',
    ],
    ...[
      '2026-03-10',
      '2026-03-10T00:00:00Z',
      'new',
      'high',
      'douyin',
      '-createdAt',
      'overdue',
      '13800138000',
    ],
  ];
  const anything = (random: Random): string =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(PIECES)).join('');

  /** What would end a literal, begin a statement, comment the rest away, or never return. */
  const SQL = [
    ...[
      "' or '1'='1",
      "' or 1=1 --",
      "'; drop table leads; --",
      '"; delete from users; --',
      "')) or true --",
    ],
    ...["' union select password_hash from users --", '; truncate audit_entries', "'; commit; --", "\\'; --"],
    ...[
      "'||pg_sleep(9)||'",
      '$$',
      '$1',
      '$tag$',
      '::uuid',
      "E'\\x27'",
      "U&'\\0027'",
      'any(array[1])',
      'ʼ',
      '＇',
      '’',
    ],
    ...[
      '/*',
      '*/',
      '--',
      '#',
      '%',
      '_',
      '\\',
      '\\%',
      '(',
      '))',
      ';',
      "''",
      '\u0001',
      '\u001b',
      '\t',
      '\u2028',
      '\ufffe',
    ],
    ...[
      'createdAt',
      '-createdAt',
      'asc',
      'desc nulls first',
      ' limit 1',
      'owner_id',
      'leads.phone',
      'true',
      'null',
    ],
  ];
  const statement = (random: Random): string =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(random.chance(0.7) ? SQL : PIECES)).join(
      '',
    );
  const READS = endpoints.flatMap(({ endpoint }) =>
    endpoint.method === 'GET' && endpoint.query instanceof z.ZodObject
      ? [{ endpoint, names: [...Object.keys(endpoint.query.shape), 'nope'] }]
      : [],
  );
  /** Those that take any words, and lead to the database with them. */
  const TEXTS = ['keyword', 'province', 'city', 'cursor'];

  async function rowCounts(): Promise<Record<string, number>> {
    const tables = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(t.db);
    const counts: Record<string, number> = {};
    for (const { name } of tables.rows) {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(name)}`.execute(
        t.db,
      );
      counts[name] = rows[0]?.n ?? -1;
    }
    return counts;
  }

  it('as a query, ten thousand times, nothing breaks, changes or shows what it should not', async () => {
    const random = createRandom(20_260_310);
    const { id: unseen } = await register(t, people.northerner);
    const before = await rowCounts();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['leads', 'users', 'audit_entries']));
    const answered = { well: 0, refused: 0 };
    for (let strings = 0; strings < 10_000; ) {
      const { endpoint, names } = random.pick(READS);
      const texts = names.filter((name) => TEXTS.includes(name));
      const chosen = new Set(
        random.chance(0.3) && texts.length > 0
          ? texts.filter((name) => name !== 'cursor' || random.chance(0.1))
          : [random.pick(names), random.pick(names)],
      );
      const query = [...chosen].map((name) => {
        const value = random.chance(0.75) ? statement(random) : anything(random);
        strings++;
        // Some as a browser would send it, some as nobody should.
        const text =
          value.isWellFormed() && random.chance(0.9)
            ? encodeURIComponent(value)
            : encodeURI(value.toWellFormed());
        return `${name}=${text.replace(/[#\s]/g, '%20')}`;
      });
      const inPath = endpoint.params !== undefined && random.chance(0.5);
      const id = inPath ? encodeURIComponent(statement(random).toWellFormed()) : leadId;
      if (inPath) strings++;
      const url = `${endpoint.path.replace(/:\w+/, id)}?${query.join('&')}`;
      const as = random.chance(0.5) ? people.rep : people.admin;
      const reply = await t.send('GET', url, { as });
      expect(reply.status, url).toBeLessThan(500);
      answered[reply.status === 200 ? 'well' : 'refused']++;
      if (as === people.rep) expect(JSON.stringify(reply.body), url).not.toContain(unseen);
    }
    // Both the refusals and the database were put to the test.
    expect(answered.well).toBeGreaterThan(500);
    expect(answered.refused).toBeGreaterThan(2_000);
    expect(await rowCounts()).toEqual(before);
  }, 60_000);

  it('as an id, nothing breaks', async () => {
    const random = createRandom(7);
    for (let i = 0; i < 200; i++) {
      const id = anything(random).toWellFormed();
      const url = `/api/leads/${encodeURIComponent(id)}`;
      const reply = await t.send(random.pick(['GET', 'PUT', 'DELETE']), url, {
        as: people.admin,
        body: { version: 1 },
      });
      expect(reply.status, url).toBeLessThan(500);
    }
  });

  it('as a field, nothing breaks', async () => {
    const random = createRandom(42);
    const fields = Object.keys(leads.update.body.shape).filter((field) => field !== 'version');
    const followUp = ['method', 'content', 'result', 'happenedAt', 'nextFollowUpAt', 'nextFollowUpContent'];
    for (let i = 0; i < 800; i++) {
      const value = random.pick<unknown>([
        anything(random),
        [anything(random)],
        { a: anything(random) },
        null,
        -1,
        1e300,
      ]);
      const [url, body] = random.chance(0.6)
        ? ['/api/leads', { ...leadDraft(), [random.pick(fields)]: value }]
        : [`/api/leads/${leadId}/follow-up`, { method: 'phone', [random.pick(followUp)]: value }];
      const reply = await t.send('POST', url, { as: people.admin, body });
      expect(reply.status, JSON.stringify(body)).toBeLessThan(500);
    }
  });
});
