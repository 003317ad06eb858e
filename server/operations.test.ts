import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { createCompany, register } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';

const TOKEN = 'a-token-of-the-test-with-32-characters';

const ask = async (t: TestApp, url: string, authorization?: string) => {
  const response = await t.app.inject({ url, headers: authorization ? { authorization } : {} });
  return { status: response.statusCode, headers: response.headers, text: response.body };
};

describe('/healthz and /readyz', () => {
  it('say without an account that the process lives and may be sent requests', async () => {
    const t = await createTestApp();
    const alive = await ask(t, '/healthz');
    expect([alive.status, JSON.parse(alive.text)]).toEqual([200, { status: 'ok' }]);
    expect((await t.app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200);
    const ready = await ask(t, '/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      { database: 'up', redis: null, draining: false },
    ]);
    for (const { headers } of [alive, ready]) expect(headers['cache-control']).toBe('no-store');
  });

  it('stay green without Redis, and say so', async () => {
    let up = true;
    const t = await createTestApp({ redisIsUp: () => up });
    expect(JSON.parse((await ask(t, '/readyz')).text).redis).toBe('up');
    up = false;
    const without = await ask(t, '/readyz');
    expect([without.status, JSON.parse(without.text).redis]).toEqual([200, 'down']);
  });

  it('turn red for a database that lacks a migration, but not for one that is newer', async () => {
    const t = await createTestApp();
    await sql`insert into kysely_migration (name, timestamp) values ('9999_later', '')`.execute(t.db);
    expect((await ask(t, '/readyz')).status).toBe(200);
    await sql`delete from kysely_migration where name like '0003%'`.execute(t.db);
    const behind = await ask(t, '/readyz');
    expect([behind.status, JSON.parse(behind.text).database]).toEqual([503, 'down']);
    expect((await ask(t, '/healthz')).status).toBe(200);
  });

  it('send requests elsewhere while the process ends, and keep no connection open', async () => {
    let draining = false;
    const t = await createTestApp({ isDraining: () => draining });
    expect((await ask(t, '/readyz')).headers.connection).toBe('keep-alive');
    draining = true;
    const ready = await ask(t, '/readyz');
    expect([ready.status, ready.headers.connection]).toEqual([503, 'close']);
    expect(JSON.parse(ready.text)).toMatchObject({ database: 'up', draining: true });
    // What still comes is answered.
    const answered = await ask(t, '/api/docs/json');
    expect([answered.status, answered.headers.connection]).toEqual([200, 'close']);
  });
});

describe('/metrics', () => {
  it('are not there for whoever lacks the token', async () => {
    const t = await createTestApp({ metricsToken: TOKEN });
    const nowhere = await ask(t, '/nowhere');
    for (const authorization of [undefined, '', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
      const { status, text } = await ask(t, '/metrics', authorization);
      expect(status).toBe(404);
      expect(JSON.parse(text).errorCode).toBe(JSON.parse(nowhere.text).errorCode);
    }
    expect((await ask(await createTestApp(), '/metrics', `Bearer ${TOKEN}`)).status).toBe(404);
  });

  it('count answers by the pattern of their address, and tell no id and no keyword', async () => {
    const t = await createTestApp({ metricsToken: TOKEN, redisIsUp: () => false });
    const people = await createCompany(t);
    const lead = await register(t, people.rep);
    await t.call(leads.get, { params: { id: lead.id } }, { as: people.rep });
    await t.call(leads.list, { query: { keyword: '深圳' } }, { as: people.rep });
    await t.send('GET', '/api/nowhere/secret-path');
    const { status, headers, text } = await ask(t, '/metrics', `Bearer ${TOKEN}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    const count = (labels: string) =>
      text.split('\n').find((line) => line.startsWith(`http_request_duration_seconds_count{${labels}}`));
    expect(count(`method="GET",path="${leads.get.path}",status="200"`)).toMatch(/ 1$/);
    expect(count(`method="POST",path="${leads.create.path}",status="200"`)).toMatch(/ 1$/);
    expect(text).toContain('status="404"');
    for (const secret of [lead.id, '深圳', encodeURIComponent('深圳'), 'secret-path'])
      expect(text).not.toContain(secret);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^genjin_redis_up 0$/m);
  });

  it('tell what became of mails, and which jobs wait', async () => {
    const t = await createTestApp({ metricsToken: TOKEN });
    const people = await createCompany(t);
    await t.db
      .updateTable('users')
      .set({ email: 'rep@example.com' })
      .where('id', '=', people.rep.id)
      .execute();
    await t.call(auth.forgotPassword, { body: { username: people.rep.username } });
    await t.work();
    expect(t.mails).toHaveLength(1);
    const { text } = await ask(t, '/metrics', `Bearer ${TOKEN}`);
    expect(text).toMatch(/^genjin_mails_total\{result="sent"\} 1$/m);
    expect(text).toMatch(/^genjin_mails_total\{result="refused"\} 0$/m);
    expect(text).toMatch(/^genjin_jobs\{queue="dead-letters",state="queued"\} 0$/m);
    expect(text).toMatch(/^genjin_jobs\{queue="reminders.check",state="failed"\} 0$/m);
  });
});
