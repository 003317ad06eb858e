import { beforeAll, describe, expect, it, test } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type Company, createCompany, hashPassword, leadDraft } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { onRealPostgres } from '../testing/database.ts';
import { forgetOldKeys, KEEP_MS } from './idempotency.ts';
import { newId } from './new-id.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const numbersOf = async (customerName: string) =>
  (await t.db.selectFrom('leads').select('no').where('customerName', '=', customerName).execute()).length;

describe('a write sent twice with one key', () => {
  it('happens once and answers the same, to the letter', async () => {
    const body = leadDraft({ customerName: '只登记一次' });
    const options = { as: people.rep, idempotencyKey: newId() };
    const first = await t.call(leads.create, { body }, options);
    t.clock.advance({ minutes: 3 });
    const second = await t.call(leads.create, { body }, options);
    expect(second.data).toEqual(first.data);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await numbersOf('只登记一次')).toBe(1);
  });

  it('is the same when its fields come in another order', async () => {
    const options = { as: people.rep, idempotencyKey: newId() };
    const body = leadDraft({ customerName: '顺序', city: '深圳' });
    const { data } = await t.call(leads.create, { body }, options);
    const shuffled = Object.fromEntries(Object.entries(body).reverse());
    const again = await t.send('POST', '/api/leads', { ...options, body: shuffled });
    expect(again.data).toEqual(data);
  });

  it('but with another body is refused, and changes nothing', async () => {
    const options = { as: people.rep, idempotencyKey: newId() };
    await t.call(leads.create, { body: leadDraft({ customerName: '第一次' }) }, options);
    const other = await t.call(leads.create, { body: leadDraft({ customerName: '第二次' }) }, options);
    expect(other.failure).toMatchObject({ code: 422, errorCode: 'IDEMPOTENCY_MISMATCH' });
    expect(await numbersOf('第二次')).toBe(0);
  });

  it('but to another address is refused', async () => {
    const options = { as: people.admin, idempotencyKey: newId() };
    const one = (await t.call(leads.create, { body: leadDraft({ ownerId: null }) }, { as: people.admin }))
      .data;
    const two = (await t.call(leads.create, { body: leadDraft({ ownerId: null }) }, { as: people.admin }))
      .data;
    expect((await t.call(leads.claim, { params: { id: one.id } }, options)).status).toBe(200);
    const other = await t.call(leads.claim, { params: { id: two.id } }, options);
    expect(other.failure.errorCode).toBe('IDEMPOTENCY_MISMATCH');
  });

  it('by another person is another write', async () => {
    const body = leadDraft({ customerName: '两个人同一把钥匙' });
    const idempotencyKey = newId();
    const mine = await t.call(leads.create, { body }, { as: people.rep, idempotencyKey });
    const theirs = await t.call(leads.create, { body }, { as: people.colleague, idempotencyKey });
    expect(theirs.data.id).not.toBe(mine.data.id);
    expect(await numbersOf('两个人同一把钥匙')).toBe(2);
  });

  it('that was refused the first time is judged anew', async () => {
    const options = { as: people.colleague, idempotencyKey: newId() };
    const lead = (await t.call(leads.create, { body: leadDraft() }, { as: people.rep })).data;
    const claim = () => t.call(leads.claim, { params: { id: lead.id } }, options);
    expect((await claim()).status).toBeGreaterThanOrEqual(400);
    const body = { version: lead.version, reason: '休假' };
    await t.call(leads.release, { params: { id: lead.id }, body }, { as: people.rep });
    expect((await claim()).status).toBe(200);
  });

  it('is not replayed to somebody who may no longer do it', async () => {
    const person = await t.user({ roles: ['sales'] });
    const options = { as: person, idempotencyKey: newId() };
    const body = leadDraft();
    expect((await t.call(leads.create, { body }, options)).status).toBe(200);
    await t.db.deleteFrom('userRoles').where('userId', '=', person.id).execute();
    expect((await t.call(leads.create, { body }, options)).status).toBe(403);
  });

  test.each(['short', 'x'.repeat(201), 'has a space', '中文中文中文中文', ''])(
    'needs a usable key: %j',
    async (key) => {
      const reply = await t.send('POST', '/api/leads', {
        as: people.rep,
        body: leadDraft(),
        headers: { 'idempotency-key': key },
      });
      expect(reply.status).toBe(400);
      expect(reply.failure.errors).toEqual([{ field: 'Idempotency-Key', message: '格式不正确' }]);
    },
  );

  it.runIf(onRealPostgres)(
    'at the same moment happens once; the others are told to wait or get the answer',
    async () => {
      const options = { as: people.rep, idempotencyKey: newId() };
      const body = leadDraft({ customerName: '手抖了二十次' });
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => t.call(leads.create, { body }, options)),
      );
      expect(await numbersOf('手抖了二十次')).toBe(1);
      const answers = replies.filter((reply) => reply.status === 200);
      expect(answers.length).toBeGreaterThanOrEqual(1);
      expect(new Set(answers.map((reply) => reply.data.id)).size).toBe(1);
      for (const reply of replies.filter((each) => each.status !== 200))
        expect(reply.failure.errorCode).toBe('IN_FLIGHT');
    },
  );
});

describe('a kept answer', () => {
  it('cannot be read from the table: neither tokens nor telephone numbers nor the key', async () => {
    const password = 'correct-horse-1';
    const person = await t.user({ roles: ['sales'], passwordHash: await hashPassword(password) });
    const key = newId();
    const login = await t.call(
      auth.login,
      { body: { username: person.username, password } },
      { idempotencyKey: key },
    );
    const body = leadDraft({ customerName: '不可见' });
    await t.call(leads.create, { body }, { as: people.rep, idempotencyKey: key });
    const rows = await t.db.selectFrom('idempotencyKeys').selectAll().execute();
    const stored = Buffer.concat(
      rows.flatMap((row) =>
        [row.keyHash, row.fingerprint, row.response ?? Buffer.alloc(0)].map((b) => Buffer.from(b)),
      ),
    ).toString('latin1');
    expect(rows.length).toBeGreaterThanOrEqual(2);
    for (const secret of [login.data.accessToken, login.data.refreshToken, password, String(body.phone), key])
      expect(stored).not.toContain(secret);
  });

  it('is forgotten after a week, and not a moment earlier', async () => {
    const options = { as: people.rep, idempotencyKey: newId() };
    const body = leadDraft({ customerName: '一周以后' });
    const { data } = await t.call(leads.create, { body }, options);
    const written = Date.parse(t.clock.now());
    await forgetOldKeys(t.db, new Date(written + KEEP_MS).toISOString());
    expect((await t.call(leads.create, { body }, options)).data.id).toBe(data.id);
    await forgetOldKeys(t.db, new Date(written + KEEP_MS + 1).toISOString());
    expect((await t.call(leads.create, { body }, options)).data.id).not.toBe(data.id);
  });
});
