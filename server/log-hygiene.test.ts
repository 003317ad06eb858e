import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { intake } from '#shared/intake/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { users } from '#shared/users/contract.ts';
import { errorForLog } from './kernel/log.ts';
import { newId } from './kernel/new-id.ts';
import { type Company, createCompany, hashPassword, leadDraft, register } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';

// Whoever reads the log of the server learns nothing about customers and can sign in as nobody.

const lines: string[] = [];
/** What must not be logged, with what it is. */
const secrets = new Map<string, string>();
function secret(what: string, text: string): string {
  secrets.set(text, what);
  return text;
}

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp({ log: (line) => lines.push(line) });
  people = await createCompany(t);
  secret('access token', people.rep.token);
});

let digits = 13_655_550_000;
const phone = () => secret('telephone number', String(++digits));
const keyword = (text: string) => secret('keyword', text);
const failures = () => lines.filter((line) => line.includes('request failed'));

/** The forms in which a text may have got into a line. */
const spellings = (text: string) => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64'),
  [...Buffer.from(text)].join(','),
];

function expectClean() {
  for (const [text, what] of secrets) {
    const leaks = lines.filter((line) => spellings(text).some((spelling) => line.includes(spelling)));
    expect(leaks, `a ${what} is in the log`).toEqual([]);
  }
}

describe('the log, at its most talkative', () => {
  it('holds no password and no token of those who sign in', async () => {
    const right = secret('password', 'correct-horse-7781');
    const username = (await t.user({ roles: ['sales'], passwordHash: await hashPassword(right) })).username;
    const wrong = secret('password', 'wrong-horse-4410');
    expect((await t.call(auth.login, { body: { username, password: wrong } })).status).toBe(401);
    const session = (await t.call(auth.login, { body: { username, password: right } })).data;
    secret('access token', session.accessToken);
    const refreshToken = secret('refresh token', session.refreshToken);
    const renewed = (await t.call(auth.refresh, { body: { refreshToken } })).data;
    secret('access token', renewed.accessToken);
    secret('refresh token', renewed.refreshToken);
    const unknown = secret('refresh token', `${newId()}.not-a-token-that-was-given`);
    expect((await t.call(auth.refresh, { body: { refreshToken: unknown } })).status).toBe(401);
    const forged = secret('access token', `${session.accessToken.slice(0, -4)}AAAA`);
    const headers = { authorization: `Bearer ${forged}` };
    expect((await t.send('GET', '/api/auth/profile', { headers })).status).toBe(401);
    // Where it does not belong.
    await t.send('GET', `/api/leads?access_token=${session.accessToken}`);
    expectClean();
  });

  it('holds no password and no token of those who lost theirs', async () => {
    const email = secret('address', 'forgetful@example.com');
    const { id, username } = await t.user({ roles: ['sales'], email });
    await t.call(auth.forgotPassword, { body: { username } });
    await t.work();
    const token = secret('reset token', /token=([\w.%-]+)/.exec(JSON.stringify(t.mails.at(-1)))?.[1] ?? '');
    expect(token.length).toBeGreaterThan(20);
    const newPassword = secret('password', 'another-horse-9923');
    expect((await t.call(auth.resetPassword, { body: { token, newPassword } })).status).toBe(200);
    expect((await t.call(auth.resetPassword, { body: { token, newPassword } })).status).not.toBe(200);
    const given = (await t.call(users.resetPassword, { params: { id } }, { as: people.admin })).data;
    secret('password', given.initialPassword);
    expectClean();
  });

  it('holds nothing of customers, whatever is done with them', async () => {
    const as = people.rep;
    const number = phone();
    const idempotencyKey = secret('idempotency key', newId());
    const body = leadDraft({ phone: number, wechat: secret('wechat', 'wechat-of-a-customer') });
    const { id } = (await t.call(leads.create, { body }, { as, idempotencyKey })).data;
    await t.call(leads.create, { body }, { as, idempotencyKey });
    await t.call(leads.list, { query: { keyword: number } }, { as });
    await t.call(leads.list, { query: { keyword: keyword('丽晶国际酒店') } }, { as });
    await t.call(leads.duplicates, { body: { phone: number } }, { as });
    const content = `${keyword('客户说要三百间')}，回电${number}`;
    await t.call(leads.followUp, { params: { id }, body: { method: 'phone', content } }, { as });
    const pooled = await register(t, people.registrar, { phone: phone(), ownerId: null });
    const reason = keyword('核对号码是否重复');
    const reveal = { params: { id: pooled.id }, body: { reason } };
    expect((await t.call(leads.reveal, reveal, { as: people.manager })).status).toBe(200);
    expectClean();
  });

  it('holds nothing of what was refused', async () => {
    const as = people.rep;
    const number = phone();
    const word = encodeURIComponent(keyword('不存在的酒店'));
    await t.send('POST', '/api/leads', { as, body: { phone: `${number}-not-one`, customerName: 5 } });
    await t.send('POST', '/api/leads', { as, rawBody: `{"phone":"${number}",` });
    await t.send('GET', `/api/nowhere?keyword=${number}`, { as });
    await t.send('GET', `/api/leads?keyword=${word}&sort=${number}`, { as });
    await t.send('GET', `/api/leads/${number}`, { as });
    await t.send('GET', `/api/leads?keyword=${number}`);
    await t.send('GET', `/api/leads/%ff${number}?keyword=${word}`, { as });
    expectClean();
  });

  it('tells of a failure, but not of the row or the query that failed', async () => {
    const as = people.rep;
    await sql`alter table leads add constraint leads_broken check (city <> '珠海')`.execute(t.db);
    const body = leadDraft({ phone: phone(), customerName: keyword('失败的大酒店'), city: '珠海' });
    const reply = await t.call(leads.create, { body }, { as });
    await sql`alter table leads drop constraint leads_broken`.execute(t.db);
    expect(reply.failure).toMatchObject({ code: 500, errorCode: 'INTERNAL' });
    expect(JSON.stringify(reply.body)).not.toContain('leads_broken');
    expect(failures()).toHaveLength(1);
    const { err, reqId } = JSON.parse(failures()[0] as string);
    expect(reqId).toBe(reply.failure.requestId);
    expect(err).toMatchObject({ code: '23514', constraint: 'leads_broken', table: 'leads' });
    expect(err.stack).toContain('server/');
    expectClean();
  });

  it('holds nothing of a query that fails', async () => {
    const as = people.rep;
    const number = phone();
    await sql`alter table leads rename column search_text to search_text_gone`.execute(t.db);
    const replies = [
      await t.send('GET', `/api/leads?keyword=${number}`, { as }),
      await t.call(leads.create, { body: leadDraft({ phone: number }) }, { as }),
    ];
    await sql`alter table leads rename column search_text_gone to search_text`.execute(t.db);
    expect(replies.map(({ status }) => status)).toContain(500);
    expectClean();
  });

  it('holds nothing of what platforms send, whether it is signed, refused or cannot be processed', async () => {
    const as = people.admin;
    const key = secret('secret of a platform', 'secret-of-the-platform-4471');
    const body = { kind: 'generic-hmac', name: '官网', secret: key } as const;
    const { id, address } = (await t.call(intake.createSource, { body }, { as })).data;
    const url = new URL(address).pathname;
    secret('address of a webhook', url.split('/').at(-1) ?? '');
    const timestamp = String(Date.parse(t.clock.now()));
    const send = async (payload: string, by = key) => {
      const signature = createHmac('sha256', by).update(`${timestamp}.${payload}`).digest('hex');
      secret('signature', signature);
      const headers = { 'x-genjin-timestamp': timestamp, 'x-genjin-signature': signature };
      return (await t.app.inject({ method: 'POST', url, headers, payload })).statusCode;
    };
    const number = phone();
    const message = JSON.stringify({ phone: number, name: keyword('等待回电的王先生') });
    expect(await send(message, 'not-the-secret')).toBe(401);
    expect(lines.filter((line) => line.includes('wrong signature') && line.includes(id))).toHaveLength(1);
    expect(await send(message)).toBe(200);
    expect(await send(`{"phone":"${number}",`)).toBe(200);
    expect(await send(number.repeat(30_000))).toBe(413);
    await sql`alter table intake_events add constraint events_broken check (deliveries < 2)`.execute(t.db);
    expect(await send(message)).toBe(500);
    await sql`alter table intake_events drop constraint events_broken`.execute(t.db);
    await t.work();
    await t.call(intake.test, { params: { id }, body: { payload: message } }, { as });
    await t.call(intake.events, { query: {} }, { as });
    expectClean();
  });

  it('holds nothing of a request that cannot even be read', async () => {
    await t.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = t.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const request = [
      `GET /api/leads?keyword=${phone()} HTTP/1.1`,
      `Authorization: Bearer ${people.rep.token}`,
      'No colon here',
      '',
      '',
    ];
    socket.end(request.join('\r\n'));
    socket.resume();
    await once(socket, 'close');
    expect(lines.filter((line) => line.includes('client error'))).toHaveLength(1);
    expectClean();
  });
});

describe('an error in the log', () => {
  it('masks telephone numbers in its words and those of its cause', () => {
    const cause = Object.assign(new Error('no answer from 13655559999'), { response: '13655559999' });
    const logged = errorForLog(new TypeError('cannot call 13655559999', { cause }));
    expect(logged).toMatchObject({ type: 'TypeError', cause: { type: 'Error' } });
    expect(JSON.stringify(logged)).not.toContain('13655559999');
  });

  it('says nothing of what was thrown without being one', () => {
    expect(JSON.stringify(errorForLog({ password: 'correct-horse-1' }))).not.toContain('horse');
  });
});
