import { createHash, createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { type IntakeKind, type IntakeSource, intake } from '#shared/intake/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import {
  type Company,
  createCompany,
  leadSeenBy,
  nextPhone,
  register,
  storedLead,
} from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { testSigner } from '../../testing/outside.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const SECRET = 'secret-of-the-platform';
let sources = 0;

async function newSource(kind: IntakeKind, more: object = {}): Promise<IntakeSource> {
  const body = { kind, name: `来源${++sources}`, secret: SECRET, registrantId: people.registrar.id, ...more };
  return (await t.call(intake.createSource, { body }, { as: people.admin })).data;
}
const pathOf = ({ address }: IntakeSource) => new URL(address).pathname;

async function deliver(
  source: IntakeSource,
  body: string | Buffer,
  headers: Record<string, string>,
  query = '',
) {
  const { statusCode, json } = await t.app.inject({
    method: 'POST',
    url: `${pathOf(source)}${query}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
  return { status: statusCode, body: json() as unknown };
}

/** Sends a signed message of our own format. */
function send(source: IntakeSource, message: unknown, secret = SECRET) {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const timestamp = String(Date.parse(t.clock.now()));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return deliver(source, body, { 'x-genjin-timestamp': timestamp, 'x-genjin-signature': signature });
}

const eventsOf = async (source: IntakeSource, as = people.admin) =>
  (await t.call(intake.events, { query: { sourceId: source.id } }, { as })).data.list;
const eventOf = async (source: IntakeSource, as = people.admin) => {
  const [event] = await eventsOf(source, as);
  if (!event) throw new Error('Nothing was received');
  return event;
};

describe('what a platform sends', () => {
  it('is answered in its own words and becomes a lead of the registrant', async () => {
    const source = await newSource('douyin', { campaign: '开年直播' });
    const phone = nextPhone();
    const body = JSON.stringify({
      event: 'im_receive_msg',
      content: {
        message_type: 'retain_consult_card',
        card_status: 2,
        card_data: [
          { label: '姓名', value: '张先生' },
          { label: '手机号', value: phone },
        ],
      },
    });
    const signature = createHash('sha1').update(SECRET).update(body).digest('hex');
    const headers = { 'x-douyin-signature': signature, 'msg-id': 'message-1' };
    expect(await deliver(source, body, headers)).toEqual({
      status: 200,
      body: { code: 0, message: 'success' },
    });
    expect(await eventOf(source)).toMatchObject({ status: 'received', lead: null });
    await t.work();
    const event = await eventOf(source);
    expect(event).toMatchObject({ status: 'processed', attempts: 1, deliveries: 1, contact: phone });
    const lead = await storedLead(t, event.lead?.id as string);
    expect(lead).toMatchObject({
      customerName: '张先生',
      phone,
      source: 'douyin',
      sourceAccount: '开年直播',
      createdBy: people.registrar.id,
      ownerId: null,
    });
    expect((await leadSeenBy(t, people.registrar, lead.id)).registrant.name).toBe('周敏');
    // Tried again by the platform, it is the same message.
    expect((await deliver(source, body, headers)).status).toBe(200);
    await t.work();
    expect(await eventsOf(source)).toMatchObject([{ status: 'processed', deliveries: 2 }]);
  });

  it('checks the address', async () => {
    const douyin = await newSource('douyin');
    const check = JSON.stringify({ event: 'verify_webhook', content: { challenge: 12345 } });
    const signature = createHash('sha1').update(SECRET).update(check).digest('hex');
    expect(await deliver(douyin, check, { 'x-douyin-signature': signature })).toEqual({
      status: 200,
      body: { challenge: 12345 },
    });
    expect((await deliver(douyin, check, {})).status).toBe(401);
    const ocean = await newSource('ocean-engine');
    const get = (url: string) => t.app.inject({ method: 'GET', url });
    expect((await get(`${pathOf(ocean)}?challenge=778899`)).json()).toEqual({ challenge: 778899 });
    expect((await get(`${pathOf(ocean)}`)).statusCode).toBe(404);
    expect((await get(`${pathOf(douyin)}?challenge=778899`)).statusCode).toBe(404);
    expect((await get(`/api/webhooks/ocean-engine/nobody?challenge=778899`)).statusCode).toBe(404);
    expect(await eventsOf(douyin)).toEqual([]);
  });

  it('is refused without the right signature, and nothing is kept of it', async () => {
    const source = await newSource('generic-hmac');
    expect(await send(source, { phone: nextPhone() }, 'another-secret')).toEqual({
      status: 401,
      body: { code: 401, message: 'invalid signature' },
    });
    expect((await deliver(source, '{}', {})).status).toBe(401);
    expect((await deliver(source, '{}', { 'x-genjin-signature': 'a' })).status).toBe(401);
    expect(await eventsOf(source)).toEqual([]);
    const { list } = (await t.call(intake.sources, {}, { as: people.admin })).data;
    expect(list.find(({ id }) => id === source.id)?.refusedAt).toBe(t.clock.now());
  });

  it('is not there for a wrong address, another platform, or a source that was switched off', async () => {
    const source = await newSource('generic-hmac');
    const at = (address: string) => send({ ...source, address }, { phone: nextPhone() });
    expect((await at('http://x/api/webhooks/generic-hmac/nobody')).status).toBe(404);
    expect((await at(source.address.replace('generic-hmac', 'douyin'))).status).toBe(404);
    expect((await at(source.address.replace('generic-hmac', 'other'))).status).toBe(404);
    const { id, version } = source;
    await t.call(
      intake.updateSource,
      { params: { id }, body: { version, enabled: false } },
      { as: people.admin },
    );
    expect((await send(source, { phone: nextPhone() })).status).toBe(404);
    expect((await t.call(intake.sources, {}, { as: people.admin })).data.list.length).toBeGreaterThan(0);
  });

  it('without a secret set is refused', async () => {
    const source = await newSource('generic-hmac', { secret: undefined });
    expect(source).toMatchObject({ secretSetAt: null, secretReadable: false });
    expect((await send(source, { phone: nextPhone() })).status).toBe(401);
  });

  it('may not be too large, and may be nonsense', async () => {
    const source = await newSource('generic-hmac');
    expect(await send(source, 'x'.repeat(262_145))).toEqual({
      status: 413,
      body: { code: 413, message: 'PAYLOAD_TOO_LARGE' },
    });
    for (const body of ['', 'nonsense', '\0\0', `${'['.repeat(200_000)}`, '{"phone":{"a":[]}}'])
      expect((await send(source, body)).status).toBe(200);
    await t.work();
    const list = await eventsOf(source);
    expect(list).toHaveLength(5);
    for (const { status, reason } of list) {
      expect(status).toBe('failed');
      expect(reason).toMatch(/\p{Script=Han}/u);
    }
    const odd = JSON.stringify({ phone: nextPhone(), name: 'a\0b', remark: '\ud800' });
    await send(source, odd);
    await t.work();
    expect((await eventOf(source)).status).toBe('processed');
  });

  it('in our own format is refused a second time', async () => {
    const source = await newSource('generic-hmac');
    const message = { phone: nextPhone() };
    expect((await send(source, message)).status).toBe(200);
    expect(await send(source, message)).toEqual({
      status: 409,
      body: { code: 409, message: 'already received' },
    });
    await t.work();
    expect(await eventsOf(source)).toMatchObject([{ deliveries: 2, status: 'processed' }]);
  });

  it('counts against a budget', async () => {
    const flooded = await createTestApp();
    const url = '/api/webhooks/douyin/nobody';
    const flood = () => flooded.app.inject({ method: 'POST', url, payload: '{}' });
    for (let i = 0; i < 1_200; i += 100) await Promise.all(Array.from({ length: 100 }, flood));
    const reply = await flood();
    expect(reply.statusCode).toBe(429);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('a clue', () => {
  it('that is there already points to its lead', async () => {
    const source = await newSource('generic-hmac');
    const [id, phone] = [newId(), nextPhone()];
    for (let i = 0; i < 5; i++) await send(source, { id, phone, remark: `第${i}次` });
    await t.work();
    const list = await eventsOf(source);
    expect(list.map(({ status }) => status).sort()).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
      'duplicate',
      'processed',
    ]);
    expect(new Set(list.map(({ lead }) => lead?.id)).size).toBe(1);
    expect(await t.db.selectFrom('leads').select('id').where('phone', '=', phone).execute()).toHaveLength(1);
  });

  it('of a customer whose lead is open is told to whoever follows it', async () => {
    const source = await newSource('generic-hmac');
    const lead = await register(t, people.rep, { phone: nextPhone() });
    await send(source, { phone: lead.phone, name: '又是我' });
    await t.work();
    expect(await eventOf(source)).toMatchObject({
      status: 'duplicate',
      reason: '电话相同的线索还在跟进',
      lead: { id: lead.id },
    });
    const { list } = (await t.call(notifications.list, {}, { as: people.rep })).data;
    expect(list[0]).toMatchObject({ kind: 'intake', target: { entity: 'leads', id: lead.id } });
    expect((await storedLead(t, lead.id)).followUpCount).toBe(0);
    // Once it is over, the same customer is a new lead.
    const body = { version: lead.version, action: 'close', outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id: lead.id }, body }, { as: people.rep });
    await send(source, { phone: lead.phone, name: '还是我' });
    await t.work();
    expect((await eventOf(source)).status).toBe('processed');
  });

  it('without a contact fails with the reason, and is made a lead when the names are put right', async () => {
    const source = await newSource('generic-hmac');
    const tel = nextPhone();
    await send(source, { name: '王总', tel });
    await t.work();
    const failed = await eventOf(source);
    expect(failed).toMatchObject({
      status: 'failed',
      reason: '没有电话、微信或其他联系方式',
      replayable: true,
    });
    const { id, version } = source;
    const mapping = { customerName: 'name', phone: 'tel' };
    await t.call(intake.updateSource, { params: { id }, body: { version, mapping } }, { as: people.admin });
    const replay = () => t.call(intake.replay, { params: { id: failed.id } }, { as: people.admin });
    expect((await replay()).data.status).toBe('received');
    expect((await replay()).data.status).toBe('received');
    await t.work();
    expect(await eventOf(source)).toMatchObject({ status: 'processed', contact: tel });
    expect((await replay()).failure.errorCode).toBe('INTAKE_NOT_REPLAYABLE');
    expect(await t.db.selectFrom('leads').select('id').where('phone', '=', tel).execute()).toHaveLength(1);
  });

  it('is tried again after a failure, and stands in the inbox when nothing helps', async () => {
    const source = await newSource('generic-hmac');
    await send(source, { phone: nextPhone(), city: '珠海' });
    await sql`alter table leads add constraint leads_broken check (city <> '珠海')`.execute(t.db);
    const { id } = await eventOf(source);
    const { processEvent } = await import('./intake-processing.ts');
    const context = {
      database: t.database,
      clock: t.clock,
      signer: testSigner,
      cache: { forget: async () => undefined } as never,
      jobs: t.jobs,
    };
    for (let i = 1; i < 8; i++) await expect(processEvent(context, id)).rejects.toThrow();
    expect(await eventOf(source)).toMatchObject({ status: 'received', attempts: 7, lead: null });
    await processEvent(context, id);
    expect(await eventOf(source)).toMatchObject({ status: 'failed', reason: '处理时一直出错，可以稍后重放' });
    await sql`alter table leads drop constraint leads_broken`.execute(t.db);
    await t.call(intake.replay, { params: { id } }, { as: people.admin });
    await t.work();
    const event = await eventOf(source);
    expect(event.status).toBe('processed');
    // At least once: a job that comes again finds nothing to do.
    await processEvent(context, id);
    expect(await eventOf(source)).toEqual(event);
  });
});

describe('a lead from outside', () => {
  it('goes to whoever the source names, who hears of it', async () => {
    const source = await newSource('generic-hmac', {
      assignment: { to: 'owner', ownerId: people.colleague.id },
    });
    expect(source.assignedTo).toBe('黄婷');
    await send(source, { phone: nextPhone(), name: '指定客户' });
    await t.work();
    const { lead } = await eventOf(source);
    expect((await storedLead(t, lead?.id as string)).ownerId).toBe(people.colleague.id);
    const { list } = (await t.call(notifications.list, {}, { as: people.colleague })).data;
    expect(list[0]).toMatchObject({ kind: 'assigned', title: '新线索：指定客户' });
  });

  it('stays in the pool when nobody can take it, and says why', async () => {
    const unfit = await newSource('generic-hmac', {
      assignment: { to: 'owner', ownerId: people.engineer.id },
    });
    const nobody = await newSource('generic-hmac', { assignment: { to: 'group', groupId: null } });
    for (const source of [unfit, nobody]) {
      await send(source, { phone: nextPhone() });
      await t.work();
      const event = await eventOf(source);
      expect(event).toMatchObject({ status: 'processed', reason: expect.stringContaining('留在公海') });
      expect((await storedLead(t, event.lead?.id as string)).ownerId).toBeNull();
    }
  });

  it('goes to whoever is next in a group', async () => {
    const members = [{ userId: people.rep.id }, { userId: people.junior.id }];
    const group = (
      await t.call(assignment.create, { body: { name: '新客组', members } }, { as: people.admin })
    ).data;
    const source = await newSource('generic-hmac', { assignment: { to: 'group', groupId: group.id } });
    for (let i = 0; i < 2; i++) await send(source, { phone: nextPhone() });
    await t.work();
    const owners = await Promise.all(
      (await eventsOf(source)).map(async ({ lead }) => (await storedLead(t, lead?.id as string)).ownerId),
    );
    expect(owners.sort()).toEqual([people.rep.id, people.junior.id].sort());
  });
});

describe('the inbox', () => {
  it('shows contact details to those who may see the lead, and what came to those who set up sources', async () => {
    const source = await newSource('feiyu', { assignment: { to: 'owner', ownerId: people.northerner.id } });
    const telphone = nextPhone();
    const body = JSON.stringify({ id: newId(), name: `找${telphone}`, telphone, access_token: SECRET });
    expect(await deliver(source, body, {})).toEqual({ status: 200, body: { code: 200, message: 'success' } });
    await t.work();
    const { id } = await eventOf(source);
    const admins = (await t.call(intake.event, { params: { id } }, { as: people.admin })).data;
    expect(admins).toMatchObject({ contact: telphone, contactMasked: false });
    expect(admins.raw).toContain(telphone);
    expect(admins.raw).not.toContain(SECRET);
    // The manager of another department.
    const managers = (await t.call(intake.event, { params: { id } }, { as: people.manager })).data;
    expect(managers).toMatchObject({ contactMasked: true, raw: null, lead: { id: null } });
    expect(JSON.stringify([managers, await eventsOf(source, people.manager)])).not.toContain(telphone);
    expect((await t.call(intake.event, { params: { id } }, { as: people.rep })).failure.code).toBe(403);
    const refused = await t.call(intake.replay, { params: { id } }, { as: people.manager });
    expect(refused.failure.errorCode).toBe('FORBIDDEN');
  });

  it('is read page by page and by status', async () => {
    const source = await newSource('generic-hmac');
    for (let i = 0; i < 5; i++) {
      t.clock.advance({ seconds: 1 });
      await send(source, { name: i });
    }
    await t.work();
    const query = { sourceId: source.id, status: ['failed' as const], pageSize: 2 };
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await t.call(intake.events, { query: { ...query, cursor } }, { as: people.manager }))
        .data;
      seen.push(...page.list.map(({ receivedAt }) => receivedAt));
      cursor = page.pagination.nextCursor ?? undefined;
      expect(page.pagination.total).toBe(5);
    } while (cursor);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(seen).toHaveLength(5);
  });

  it('forgets after a month what was no lead', async () => {
    const source = await newSource('douyin');
    const body = JSON.stringify({ event: 'im_send_msg', content: { message_type: 'text', text: '你好' } });
    const signature = createHash('sha1').update(SECRET).update(body).digest('hex');
    await deliver(source, body, { 'x-douyin-signature': signature, 'msg-id': 'echo' });
    await t.work();
    expect(await eventOf(source)).toMatchObject({ status: 'ignored', reason: '自己发出的消息' });
    const { forgetIgnoredEvents } = await import('./intake-events.commands.ts');
    await forgetIgnoredEvents(t.db, t.clock.now());
    expect(await eventsOf(source)).toHaveLength(1);
    await forgetIgnoredEvents(t.db, new Date(Date.parse(t.clock.now()) + 31 * 86_400_000).toISOString());
    expect(await eventsOf(source)).toEqual([]);
  });
});

describe('a source', () => {
  it('never shows its secret, neither in an answer nor in the log', async () => {
    const source = await newSource('generic-hmac');
    const { id, version } = source;
    const secret = 'a-new-secret-for-it';
    const changed = (
      await t.call(intake.setSecret, { params: { id }, body: { version, secret } }, { as: people.admin })
    ).data;
    expect(changed).toMatchObject({ secretReadable: true, version: 2 });
    expect((await send(source, { phone: nextPhone() })).status).toBe(401);
    expect((await send(source, { phone: nextPhone() }, secret)).status).toBe(200);
    const list = await t.call(intake.sources, {}, { as: people.admin });
    const rows = await t.db.selectFrom('intakeSources').selectAll().execute();
    const audit = await t.db.selectFrom('auditEntries').selectAll().where('entityId', '=', id).execute();
    expect(JSON.stringify([changed, list.body, rows, audit])).not.toContain(secret);
    expect(JSON.stringify(audit)).not.toContain(pathOf(source));
  });

  it('gets a new address, and the old one is gone', async () => {
    const source = await newSource('generic-hmac');
    const { id, version } = source;
    const renewed = (
      await t.call(intake.renewAddress, { params: { id }, body: { version } }, { as: people.admin })
    ).data;
    expect((await send(source, { phone: nextPhone() })).status).toBe(404);
    expect((await send(renewed, { phone: nextPhone() })).status).toBe(200);
    const kept = await t.call(
      intake.removeSource,
      { params: { id }, body: { version: renewed.version } },
      { as: people.admin },
    );
    expect(kept.failure.errorCode).toBe('INTAKE_IN_USE');
  });

  it.each(['douyin', 'ocean-engine', 'feiyu', 'tencent-ads', 'generic-hmac'] as const)(
    'of %s is tried with a sample, which leaves no lead and no event',
    async (kind) => {
      const source = await newSource(kind);
      const count = async () => (await t.db.selectFrom('leads').select('id').execute()).length;
      const before = await count();
      const { id } = source;
      const tried = (await t.call(intake.test, { params: { id }, body: {} }, { as: people.admin })).data;
      expect(tried).toMatchObject({ ok: true, outcome: expect.stringContaining('会登记一条线索') });
      expect(tried.fields.map(({ value }) => value)).toContain('13800138000');
      const odd = await t.call(
        intake.test,
        { params: { id }, body: { payload: '{"x":1}' } },
        { as: people.admin },
      );
      expect(odd.data.ok).toBe(false);
      expect(await count()).toBe(before);
      expect(await eventsOf(source)).toEqual([]);
    },
  );

  it('tells what is wrong with it', async () => {
    const taken = await newSource('feiyu');
    const body = { kind: 'feiyu', name: taken.name } as const;
    const again = await t.call(intake.createSource, { body }, { as: people.admin });
    expect(again.failure.errors).toEqual([{ field: 'name', message: '已经有同名的接入来源' }]);
    const bare = await newSource('feiyu', { secret: undefined });
    const untried = await t.call(intake.test, { params: { id: bare.id }, body: {} }, { as: people.admin });
    expect(untried.failure.errorCode).toBe('INTAKE_NO_SECRET');
    await t.db
      .updateTable('intakeSources')
      .set({ secret: 'sealed with another key' })
      .where('id', '=', taken.id)
      .execute();
    const unread = await t.call(intake.test, { params: { id: taken.id }, body: {} }, { as: people.admin });
    expect(unread.failure.errorCode).toBe('INTAKE_SECRET_UNREADABLE');
    const stale = await t.call(
      intake.updateSource,
      { params: { id: taken.id }, body: { version: 9, enabled: false } },
      { as: people.admin },
    );
    expect(stale.failure.errorCode).toBe('STALE');
  });
});
