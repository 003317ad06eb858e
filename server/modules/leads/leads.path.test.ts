import { beforeAll, describe, expect, it, test } from 'vitest';
import { type LeadDetail, type LeadDraft, leads } from '#shared/leads/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import {
  type Company,
  createCompany,
  leadDraft,
  leadSeenBy,
  register,
  storedLead,
} from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const ownershipOf = (leadId: string) =>
  t.db.selectFrom('ownershipChanges').selectAll().where('entityId', '=', leadId).orderBy('id').execute();
const statusPathOf = async (leadId: string) =>
  (
    await t.db.selectFrom('statusChanges').selectAll().where('entityId', '=', leadId).orderBy('id').execute()
  ).map((row) => `${row.fromStatus} → ${row.toStatus}`);
const auditOf = (entityId: string) =>
  t.db.selectFrom('auditEntries').selectAll().where('entityId', '=', entityId).orderBy('id').execute();

describe('registering a lead', () => {
  const create = (as: TestUser, more: Partial<LeadDraft> = {}) =>
    t.call(leads.create, { body: leadDraft(more) }, { as });

  test.each<['rep' | 'manager' | 'registrar' | 'admin', 'self' | 'pool']>([
    ['rep', 'self'],
    ['manager', 'self'],
    ['admin', 'self'],
    ['registrar', 'pool'],
  ])('without naming an owner, %s gives it to %s', async (who, where) => {
    const { data } = await create(people[who]);
    expect(data.owner?.id ?? null).toBe(where === 'self' ? people[who].id : null);
    expect(data.registrant.id).toBe(people[who].id);
    const row = await storedLead(t, data.id);
    expect(row.poolEnteredAt).toBe(where === 'pool' ? t.clock.now() : null);
    expect(row.assignedAt).toBe(where === 'pool' ? null : t.clock.now());
    expect(await ownershipOf(data.id)).toMatchObject([
      { kind: 'create', fromOwnerId: null, toOwnerId: row.ownerId },
    ]);
  });

  it('into the pool is open to everybody who registers', async () => {
    for (const as of [people.rep, people.registrar, people.manager])
      expect((await create(as, { ownerId: null })).data.owner).toBeNull();
  });

  it('for somebody else needs the right to dispatch', async () => {
    const { rep, colleague, registrar, manager } = people;
    expect((await create(rep, { ownerId: colleague.id })).failure).toMatchObject({
      code: 403,
      errorCode: 'OWNER_NOT_ALLOWED',
    });
    for (const as of [registrar, manager])
      expect((await create(as, { ownerId: rep.id })).data.owner).toEqual({ id: rep.id, name: '李强' });
    expect((await create(rep, { ownerId: rep.id })).data.owner?.id).toBe(rep.id);
  });

  it('for somebody who does not follow leads is refused, with the field', async () => {
    const disabled = await t.user({ roles: ['sales'] });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', disabled.id).execute();
    for (const ownerId of [
      people.engineer.id,
      people.finance.id,
      people.registrar.id,
      disabled.id,
      newId(),
    ]) {
      const { failure } = await create(people.admin, { ownerId });
      expect(failure).toMatchObject({ code: 400, errorCode: 'OWNER_NOT_ASSIGNABLE' });
      expect(failure.errors?.map((error) => error.field)).toEqual(['ownerId']);
    }
  });

  it('needs a name and one way of contact, and takes any of the three', async () => {
    const { failure } = await create(people.rep, { phone: undefined, wechat: '  ', otherHandle: '' });
    expect(failure.errors).toEqual([{ field: 'phone', message: '电话、微信、其他联系方式至少填一项' }]);
    for (const contact of [{ phone: '13512345678' }, { wechat: 'wang_1' }, { otherHandle: '抖音 王总' }])
      expect((await create(people.rep, { phone: undefined, ...contact })).status).toBe(200);
  });

  it('keeps everything that was filled in, normalised', async () => {
    const { data } = await create(people.rep, {
      customerName: ' 海景  酒店 ',
      phone: '+86 135-1234-0001',
      wechat: ' Wang ',
      contactPerson: '王总',
      company: '海景集团',
      email: 'wang@hotel.com',
      customerType: 'single_hotel',
      province: '广东',
      city: '深圳',
      address: '滨海大道1号',
      hotelRooms: 120,
      source: 'douyin',
      sourceAccount: '官方号',
      externalClueId: 'clue-keep',
      leadTime: '2026-03-01T09:00:00+08:00',
      intention: 'high',
      isContacted: true,
      score: 90,
      description: ' 第一行\n第二行 ',
    });
    expect(data).toMatchObject({
      customerName: '海景 酒店',
      phone: '13512340001',
      wechat: 'Wang',
      email: 'wang@hotel.com',
      hotelRooms: 120,
      leadTime: '2026-03-01T01:00:00.000Z',
      score: 90,
      description: '第一行\n第二行',
      version: 1,
    });
    expect(await leadSeenBy(t, people.rep, data.id)).toEqual(data);
  });

  it('with its first follow-up makes both, and the lead contacted', async () => {
    const followUp = {
      method: 'wechat',
      content: '加了微信',
      nextFollowUpAt: '2026-03-12T02:00:00.000Z',
    } as const;
    const { data } = await create(people.rep, { followUp });
    expect(data).toMatchObject({
      status: 'contacted',
      isContacted: true,
      followUpCount: 1,
      lastFollowUpContent: '加了微信',
      nextFollowUpAt: followUp.nextFollowUpAt,
    });
    expect(await statusPathOf(data.id)).toEqual(['new → contacted']);
  });

  it('by the registrar with a note works for any owner, and for none', async () => {
    const followUp = { method: 'other', content: '直播间留言' } as const;
    for (const ownerId of [people.rep.id, null, undefined])
      expect((await create(people.registrar, { ownerId, followUp })).data.followUpCount).toBe(1);
  });

  it('into the pool by a rep keeps the note of the call', async () => {
    const followUp = { method: 'phone', content: '不是我的片区' } as const;
    const { data } = await create(people.rep, { ownerId: null, followUp });
    expect(data).toMatchObject({ owner: null, followUpCount: 1, status: 'contacted' });
  });

  it('that fails in its follow-up leaves nothing', async () => {
    const customerName = '不会留下的酒店';
    const followUp = {
      method: 'phone',
      content: '明天的事',
      happenedAt: '2026-06-01T00:00:00.000Z',
    } as const;
    const reply = await create(people.rep, { customerName, followUp });
    expect(reply.failure.errorCode).toBe('FOLLOW_UP_IN_FUTURE');
    expect(
      await t.db.selectFrom('leads').select('id').where('customerName', '=', customerName).execute(),
    ).toEqual([]);
  });

  it('with the same outside number of the same source is refused, another source is another lead', async () => {
    expect((await create(people.rep, { source: 'douyin', externalClueId: 'clue-1' })).status).toBe(200);
    const { failure } = await create(people.colleague, { source: 'douyin', externalClueId: 'clue-1' });
    expect(failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
    expect(failure.errors).toEqual([{ field: 'externalClueId', message: '这条外部线索已经登记过' }]);
    expect((await create(people.rep, { source: 'wechat', externalClueId: 'clue-1' })).status).toBe(200);
    expect((await create(people.rep, { source: 'douyin' })).status).toBe(200);
  });
});

describe('editing', () => {
  const edit = (as: TestUser, id: string, body: object) =>
    t.send('PUT', `/api/leads/${id}`, { as, body }) as Promise<
      ReturnType<typeof t.call<typeof leads.update>> extends Promise<infer R> ? R : never
    >;

  it('changes what was sent and nothing else, and says so in the audit', async () => {
    const lead = await register(t, people.rep, { city: '深圳', wechat: 'old', score: 10 });
    t.clock.advance({ minutes: 5 });
    const { data } = await edit(people.rep, lead.id, { version: 1, city: '广州', wechat: null, score: 10 });
    expect(data).toEqual({ ...lead, city: '广州', wechat: null, version: 2, updatedAt: t.clock.now() });
    const [, entry] = await auditOf(lead.id);
    expect(entry).toMatchObject({
      action: 'leads.updated',
      actorId: people.rep.id,
      changes: { city: ['深圳', '广州'], wechat: ['old', null] },
    });
  });

  it('never changes the owner, whoever edits', async () => {
    const lead = await register(t, people.registrar, { ownerId: people.rep.id });
    for (const as of [people.registrar, people.manager, people.admin]) {
      const { version } = await leadSeenBy(t, as, lead.id);
      const { data } = await edit(as, lead.id, { version, description: `由${as.name}补充` });
      expect(data.owner?.id).toBe(people.rep.id);
    }
  });

  it('of what somebody else changed meanwhile is refused with the current record', async () => {
    const lead = await register(t, people.rep);
    await edit(people.manager, lead.id, { version: 1, city: '广州' });
    const { failure } = await edit(people.rep, lead.id, { version: 1, city: '珠海' });
    expect(failure).toMatchObject({ code: 409, errorCode: 'STALE', message: '这条记录刚刚被别人修改过' });
    const { current } = failure.details as { current: LeadDetail };
    expect(current).toMatchObject({ city: '广州', version: 2 });
    expect((await edit(people.rep, lead.id, { version: current.version, city: '珠海' })).data.city).toBe(
      '珠海',
    );
  });

  it('cannot take away the last way of contact, but any other', async () => {
    const lead = await register(t, people.rep, { wechat: 'w1' });
    expect((await edit(people.rep, lead.id, { version: 1, phone: '' })).data.phone).toBeNull();
    const { failure } = await edit(people.rep, lead.id, { version: 2, wechat: null });
    expect(failure).toMatchObject({ code: 400, errorCode: 'LEAD_CONTACT_REQUIRED' });
    expect(failure.errors?.[0]?.field).toBe('phone');
    expect(await storedLead(t, lead.id)).toMatchObject({ wechat: 'w1', version: 2 });
  });

  it('a lead in the pool asks to claim it first', async () => {
    const lead = await register(t, people.registrar, { ownerId: null });
    const { failure } = await edit(people.rep, lead.id, { version: 1, city: '广州' });
    expect(failure).toMatchObject({ code: 409, errorCode: 'LEAD_IN_POOL' });
    expect((await edit(people.registrar, lead.id, { version: 1, city: '广州' })).status).toBe(200);
  });

  it('to an outside number that is taken is refused', async () => {
    await register(t, people.rep, { source: 'douyin', externalClueId: 'clue-2' });
    const lead = await register(t, people.rep, { source: 'douyin' });
    const { failure } = await edit(people.rep, lead.id, { version: 1, externalClueId: 'clue-2' });
    expect(failure.errors?.[0]?.field).toBe('externalClueId');
  });
});

describe('the status path', () => {
  const change = (as: TestUser, id: string, body: object) =>
    t.send('PUT', `/api/leads/${id}/status`, { as, body }) as Promise<
      Awaited<ReturnType<typeof t.call<typeof leads.changeStatus>>>
    >;

  test.each([
    ['new', []],
    ['contacted', ['contact']],
    ['qualified', ['contact', 'qualify']],
  ] as const)('closed from %s and opened again is back where it was', async (status, steps) => {
    const { id } = await register(t, people.rep);
    let version = 1;
    for (const action of steps) await change(people.rep, id, { action, version: version++ });
    const closed = await change(people.rep, id, {
      action: 'close',
      version: version++,
      outcome: 'lost',
      reason: '价格',
    });
    expect(closed.data).toMatchObject({
      status: 'closed',
      outcome: 'lost',
      closeReason: '价格',
      endedAt: t.clock.now(),
      nextDueAt: null,
      overdue: false,
    });
    t.clock.advance({ days: 10 });
    const opened = await change(people.rep, id, { action: 'reopen', version: version++, reason: '又来找' });
    expect(opened.data).toMatchObject({
      status,
      outcome: null,
      closeReason: null,
      endedAt: null,
      overdue: false,
      version,
    });
    const reasons = await t.db
      .selectFrom('statusChanges')
      .select(['action', 'reason'])
      .where('entityId', '=', id)
      .orderBy('id')
      .execute();
    expect(reasons.slice(-2)).toEqual([
      { action: 'close', reason: '价格' },
      { action: 'reopen', reason: '又来找' },
    ]);
  });

  it('closed twice goes back to where it was the second time', async () => {
    const { id } = await register(t, people.rep);
    await change(people.rep, id, { action: 'close', version: 1, outcome: 'ended', reason: '一' });
    await change(people.rep, id, { action: 'reopen', version: 2, reason: '二' });
    await change(people.rep, id, { action: 'qualify', version: 3 });
    await change(people.rep, id, { action: 'close', version: 4, outcome: 'lost', reason: '三' });
    const { data } = await change(people.rep, id, { action: 'reopen', version: 5, reason: '四' });
    expect(data.status).toBe('qualified');
  });

  it('an agreed date ends with the lead', async () => {
    const followUp = {
      method: 'phone',
      content: '约好',
      nextFollowUpAt: '2026-12-01T02:00:00.000Z',
    } as const;
    const lead = await register(t, people.rep, { followUp });
    const { data } = await change(people.rep, lead.id, {
      action: 'close',
      version: lead.version,
      outcome: 'ended',
      reason: '停',
    });
    expect(data.nextFollowUpAt).toBeNull();
  });

  it('a deal keeps its date and amount, and cannot be opened again', async () => {
    const { id } = await register(t, people.rep);
    const body = { version: 1, dealDate: '2026-03-10', dealAmount: 128_000.55, reason: '首单' };
    const { data } = await t.call(leads.convert, { params: { id }, body }, { as: people.rep });
    expect(data).toMatchObject({
      status: 'converted',
      dealDate: '2026-03-10',
      dealAmount: 128_000.55,
      nextDueAt: null,
    });
    expect(
      (await change(people.rep, id, { action: 'reopen', version: 2, reason: '改' })).failure.errorCode,
    ).toBe('ACTION_NOT_ALLOWED');
    expect(await statusPathOf(id)).toEqual(['new → converted']);
  });

  it('is not the registrar’s to move', async () => {
    const { id } = await register(t, people.registrar, { ownerId: people.rep.id });
    expect((await change(people.registrar, id, { action: 'qualify', version: 1 })).status).toBe(403);
  });
});

describe('ownership', () => {
  it('goes from hand to hand, each time with a reason and a row of history', async () => {
    const { rep, colleague, junior, manager, registrar } = people;
    const { id } = await register(t, registrar, { ownerId: null });
    t.clock.advance({ hours: 1 });
    const claimed = (await t.call(leads.claim, { params: { id } }, { as: rep })).data;
    expect(claimed).toMatchObject({ owner: { id: rep.id }, assignedAt: t.clock.now(), poolEnteredAt: null });
    t.clock.advance({ hours: 1 });
    const assign = { version: 2, ownerId: colleague.id, reason: '调整片区' };
    await t.call(leads.assign, { params: { id }, body: assign }, { as: manager });
    t.clock.advance({ hours: 1 });
    const release = { version: 3, reason: '跟不动' };
    const released = (await t.call(leads.release, { params: { id }, body: release }, { as: colleague })).data;
    expect(released).toMatchObject({
      owner: null,
      poolEnteredAt: t.clock.now(),
      assignedAt: null,
      contactMasked: true,
    });
    t.clock.advance({ hours: 1 });
    const again = { version: 4, ownerId: junior.id, reason: '再试试' };
    await t.call(leads.assign, { params: { id }, body: again }, { as: manager });
    const rows = await ownershipOf(id);
    expect(
      rows.map(({ kind, fromOwnerId, toOwnerId, actorId, reason }) => [
        kind,
        fromOwnerId,
        toOwnerId,
        actorId,
        reason,
      ]),
    ).toEqual([
      ['create', null, null, registrar.id, '登记'],
      ['claim', null, rep.id, rep.id, '公海领取'],
      ['transfer', rep.id, colleague.id, manager.id, '调整片区'],
      ['release', colleague.id, null, colleague.id, '跟不动'],
      ['assign', null, junior.id, manager.id, '再试试'],
    ]);
    expect((await auditOf(id)).map((entry) => entry.action)).toEqual([
      'leads.created',
      'leads.claimed',
      'leads.assigned',
      'leads.released',
      'leads.assigned',
    ]);
    const timeline = (await t.call(leads.timeline, { params: { id } }, { as: junior })).data.list;
    expect(timeline.map((entry) => [entry.kind, entry.title, entry.actorName, entry.reason])).toEqual([
      ['ownership', '公海 → 刘洋', '王芳', '再试试'],
      ['ownership', '退回公海', '黄婷', '跟不动'],
      ['ownership', '李强 → 黄婷', '王芳', '调整片区'],
      ['ownership', '从公海领取', '李强', null],
      ['created', '登记线索，放入公海', '周敏', null],
    ]);
  });

  it('cannot be given to who has it, nor to who follows no leads', async () => {
    const { id } = await register(t, people.rep);
    const assign = (ownerId: string) =>
      t.call(
        leads.assign,
        { params: { id }, body: { version: 1, ownerId, reason: 'x' } },
        { as: people.manager },
      );
    expect((await assign(people.rep.id)).failure.errorCode).toBe('LEAD_ALREADY_OWNED');
    expect((await assign(people.finance.id)).failure.errorCode).toBe('OWNER_NOT_ASSIGNABLE');
    expect((await assign(newId())).failure.errorCode).toBe('OWNER_NOT_ASSIGNABLE');
  });

  it('a manager gives leads within the department, and is told so when it is outside', async () => {
    const lead = await register(t, people.admin, { ownerId: null });
    const assign = (ownerId: string) =>
      t.call(
        leads.assign,
        { params: { id: lead.id }, body: { version: 1, ownerId, reason: 'x' } },
        { as: people.manager },
      );
    const { failure } = await assign(people.northerner.id);
    expect(failure).toMatchObject({ code: 403, errorCode: 'OWNER_NOT_ALLOWED' });
    expect(failure.errors?.map((error) => error.field)).toEqual(['ownerId']);
    expect((await assign(people.junior.id)).status).toBe(200);
  });

  it('of what is over does not move', async () => {
    const { id } = await register(t, people.rep);
    const close = { action: 'close', version: 1, outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id }, body: close }, { as: people.rep });
    const give = { version: 2, ownerId: people.colleague.id, reason: 'x' };
    expect(
      (await t.call(leads.assign, { params: { id }, body: give }, { as: people.manager })).failure.errorCode,
    ).toBe('LEAD_NOT_OPEN');
    const back = { version: 2, reason: 'x' };
    expect(
      (await t.call(leads.release, { params: { id }, body: back }, { as: people.rep })).failure.errorCode,
    ).toBe('LEAD_NOT_OPEN');
  });

  it('given back twice is refused the second time', async () => {
    const { id } = await register(t, people.rep);
    const body = { version: 1, reason: '重复' };
    await t.call(leads.release, { params: { id }, body }, { as: people.rep });
    const again = await t.call(
      leads.release,
      { params: { id }, body: { ...body, version: 2 } },
      { as: people.rep },
    );
    expect(again.failure.errorCode).toBe('LEAD_IN_POOL');
  });

  it('claimed starts the interval anew', async () => {
    const lead = await register(t, people.registrar, { ownerId: null, intention: 'high' });
    t.clock.advance({ days: 30 });
    const claimed = (await t.call(leads.claim, { params: { id: lead.id } }, { as: people.rep })).data;
    expect(claimed.overdue).toBe(false);
    expect((claimed.nextDueAt ?? '') > t.clock.now()).toBe(true);
  });
});

describe('deleting', () => {
  it('hides a lead everywhere, and an administrator brings it back as it was', async () => {
    const lead = await register(t, people.rep, { followUp: { method: 'phone', content: '记得我' } });
    const params = { id: lead.id };
    await t.call(leads.remove, { params, body: { version: lead.version } }, { as: people.rep });
    expect((await t.call(leads.get, { params }, { as: people.rep })).status).toBe(404);
    expect((await t.call(leads.timeline, { params }, { as: people.rep })).status).toBe(404);
    expect((await t.call(leads.claim, { params }, { as: people.rep })).status).toBe(404);
    const seen = await leadSeenBy(t, people.admin, lead.id);
    expect(seen.deletedAt).toBe(t.clock.now());
    expect(seen.actions.map((each) => each.action)).toEqual(['restore']);
    const restored = await t.call(
      leads.restore,
      { params, body: { version: seen.version } },
      { as: people.admin },
    );
    expect(restored.data.deletedAt).toBeNull();
    const { version, updatedAt, ...rest } = await leadSeenBy(t, people.rep, lead.id);
    expect(rest).toEqual({ ...lead, version: undefined, updatedAt: undefined });
    expect([version, updatedAt]).toEqual([lead.version + 2, t.clock.now()]);
  });

  it('of what somebody changed meanwhile is refused', async () => {
    const lead = await register(t, people.rep);
    const body = { version: 1, city: '广州' };
    await t.call(leads.update, { params: { id: lead.id }, body }, { as: people.manager });
    const reply = await t.call(
      leads.remove,
      { params: { id: lead.id }, body: { version: 1 } },
      { as: people.rep },
    );
    expect(reply.failure.errorCode).toBe('STALE');
    expect((await storedLead(t, lead.id)).deletedAt).toBeNull();
  });

  it('does not change a deleted lead, and restores none that is not', async () => {
    const lead = await register(t, people.admin);
    const params = { id: lead.id };
    expect((await t.call(leads.restore, { params, body: { version: 1 } }, { as: people.admin })).status).toBe(
      404,
    );
    await t.call(leads.remove, { params, body: { version: 1 } }, { as: people.admin });
    expect(
      (await t.call(leads.update, { params, body: { version: 2, city: 'x' } }, { as: people.admin })).status,
    ).toBe(404);
    expect((await t.call(leads.remove, { params, body: { version: 2 } }, { as: people.admin })).status).toBe(
      404,
    );
  });
});

describe('the timeline', () => {
  it('shows every entry once in pages, newest first, ties included', async () => {
    const { id } = await register(t, people.rep);
    for (let i = 0; i < 12; i++) {
      if (i % 3 === 0) t.clock.advance({ minutes: 1 });
      await t.call(
        leads.followUp,
        { params: { id }, body: { method: 'phone', content: `第${i}次` } },
        { as: people.rep },
      );
    }
    const whole = (
      await t.call(leads.timeline, { params: { id }, query: { pageSize: 100 } }, { as: people.rep })
    ).data;
    expect(whole.nextCursor).toBeNull();
    expect(whole.list).toHaveLength(14);
    const times = whole.list.map((entry) => entry.at);
    expect(times).toEqual([...times].sort().reverse());
    for (const pageSize of [1, 5, 13, 14]) {
      const paged: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { pageSize, ...(cursor ? { cursor } : {}) };
        const page = (await t.call(leads.timeline, { params: { id }, query }, { as: people.rep })).data;
        paged.push(...page.list.map((entry) => entry.id));
        cursor = page.nextCursor;
      }
      expect(paged, `${pageSize} a page`).toEqual(whole.list.map((entry) => entry.id));
    }
  });

  it('puts a follow-up where it happened, and leaves out one that was deleted', async () => {
    const { id } = await register(t, people.rep);
    t.clock.advance({ days: 1 });
    const body = {
      method: 'visit',
      content: '昨天去的',
      happenedAt: new Date(Date.parse(t.clock.now()) - 7_200_000).toISOString(),
    } as const;
    const followUp = (await t.call(leads.followUp, { params: { id }, body }, { as: people.rep })).data;
    const list = async () => (await t.call(leads.timeline, { params: { id } }, { as: people.rep })).data.list;
    expect((await list()).map((entry) => entry.kind)).toEqual(['status', 'followUp', 'created']);
    await t.send('DELETE', `/api/followups/${followUp.id}`, { as: people.rep, body: { version: 1 } });
    expect((await list()).map((entry) => entry.kind)).toEqual(['status', 'created']);
  });

  it('says what an edit changed from what to what, and hides contact details from who sees only the pool', async () => {
    const { id, version } = await register(t, people.registrar, { ownerId: null, phone: '13912345678' });
    const body = { version, phone: '13987654321', intention: 'high', city: '珠海' } as const;
    await t.call(leads.update, { params: { id }, body }, { as: people.registrar });
    const edit = async (as: TestUser) =>
      (await t.call(leads.timeline, { params: { id } }, { as })).data.list.find(
        ({ kind }) => kind === 'edited',
      );
    expect(await edit(people.registrar)).toMatchObject({
      title: '修改资料',
      actorName: '周敏',
      changes: [
        { label: '电话', from: '139 1234 5678', to: '139 8765 4321' },
        { label: '意向', from: '中', to: '高' },
        { label: '城市', from: null, to: '珠海' },
      ],
    });
    expect((await edit(people.rep))?.changes[0]).toEqual({
      label: '电话',
      from: '139****5678',
      to: '139****4321',
    });
  });

  it('refuses a cursor that we did not write', async () => {
    const { id } = await register(t, people.rep);
    const reply = await t.call(
      leads.timeline,
      { params: { id }, query: { cursor: 'abc' } },
      { as: people.rep },
    );
    expect(reply.failure.errors?.[0]?.field).toBe('cursor');
  });
});

describe('what somebody may do with a lead', () => {
  type Who = 'rep' | 'colleague' | 'manager' | 'registrar' | 'admin';
  type Situation = 'new' | 'qualified' | 'closed' | 'converted' | 'pool';

  /** A lead registered by the registrar and followed by the rep, or lying in the pool. */
  async function put(situation: Situation): Promise<{ id: string; version: number }> {
    const ownerId = situation === 'pool' ? null : people.rep.id;
    const { id } = await register(t, people.registrar, { ownerId });
    if (situation !== 'pool')
      await t.db.updateTable('leads').set({ status: situation }).where('id', '=', id).execute();
    return { id, version: 1 };
  }

  const machine = ['contact', 'qualify', 'convert', 'close'];
  test.each<[Who, Situation, string[] | null]>([
    ['rep', 'new', ['followUp', ...machine, 'edit', 'release', 'merge', 'delete']],
    ['rep', 'qualified', ['followUp', 'convert', 'close', 'edit', 'release', 'merge', 'delete']],
    ['rep', 'closed', ['followUp', 'reopen', 'edit', '-release', 'merge', 'delete']],
    ['rep', 'converted', ['followUp', 'edit', '-release', 'merge', 'delete']],
    ['rep', 'pool', ['claim']],
    ['colleague', 'pool', ['claim']],
    ['colleague', 'new', null],
    ['manager', 'new', ['followUp', ...machine, 'edit', 'assign', 'release', 'merge', 'delete']],
    ['manager', 'closed', ['followUp', 'reopen', 'edit', '-assign', '-release', 'merge', 'delete']],
    ['manager', 'pool', ['claim', 'assign', 'merge', 'reveal']],
    ['registrar', 'new', ['followUp', 'edit', 'delete']],
    ['registrar', 'closed', ['followUp', 'edit', 'delete']],
    ['registrar', 'pool', ['followUp', 'edit', 'delete']],
    ['admin', 'new', ['followUp', ...machine, 'edit', 'assign', 'release', 'merge', 'delete']],
    ['admin', 'pool', ['followUp', 'claim', ...machine, 'edit', 'assign', 'merge', 'delete']],
  ])('%s with one that is %s', async (who, situation, expected) => {
    const { id } = await put(situation);
    const reply = await t.call(leads.get, { params: { id } }, { as: people[who] });
    if (expected === null) {
      expect(reply.status).toBe(404);
    } else {
      expect(reply.data.actions.map((each) => `${each.disabledReason ? '-' : ''}${each.action}`)).toEqual(
        expected,
      );
    }
  });

  it('is what the endpoints let them do, no more and no less', async () => {
    const call = (as: TestUser, action: string, { id, version }: { id: string; version: number }) => {
      const reason = '因为';
      const calls: Record<string, [string, string, object?]> = {
        followUp: ['POST', '/follow-up', { method: 'phone', content: '你好' }],
        claim: ['PUT', '/claim'],
        contact: ['PUT', '/status', { action: 'contact', version }],
        qualify: ['PUT', '/status', { action: 'qualify', version }],
        close: ['PUT', '/status', { action: 'close', version, outcome: 'lost', reason }],
        reopen: ['PUT', '/status', { action: 'reopen', version, reason }],
        convert: ['POST', '/convert', { version, dealDate: '2026-03-10', dealAmount: 1 }],
        edit: ['PUT', '', { version, city: '深圳' }],
        assign: ['PUT', '/assign', { version, ownerId: people.colleague.id, reason }],
        release: ['PUT', '/pool', { version, reason }],
        delete: ['DELETE', '', { version }],
        restore: ['PUT', '/restore', { version }],
      };
      const [method, path, body] = calls[action] as [string, string, object?];
      return t.send(method, `/api/leads/${id}${path}`, { as, body });
    };
    const actions = [
      'followUp',
      'claim',
      ...machine,
      'reopen',
      'edit',
      'assign',
      'release',
      'delete',
      'restore',
    ];
    for (const who of ['rep', 'colleague', 'manager', 'registrar', 'admin'] as const) {
      const as = people[who];
      for (const situation of ['new', 'closed', 'pool'] as const) {
        const probe = await put(situation);
        const reply = await t.call(leads.get, { params: { id: probe.id } }, { as });
        const offered = reply.status === 200 ? reply.data.actions.filter((each) => !each.disabledReason) : [];
        for (const action of actions) {
          const done = await call(as, action, await put(situation));
          const isOffered = offered.some((each) => each.action === action);
          expect(
            done.status === 200,
            `${who} ${action} ${situation}: ${JSON.stringify(done.body).slice(0, 200)}`,
          ).toBe(isOffered);
          if (!isOffered) expect([403, 404, 409]).toContain(done.status);
        }
      }
    }
  });
});
