import { beforeAll, describe, expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let rep: TestUser;
let colleague: TestUser;
let registrar: TestUser;
let manager: TestUser;
let admin: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  const south = await t.department('华南销售部');
  const service = await t.department('客户服务部');
  rep = await t.user({ roles: ['sales'], name: '李强', department: south });
  colleague = await t.user({ roles: ['sales'], name: '黄婷', department: south });
  manager = await t.user({ roles: ['sales_manager'], name: '王芳', department: south });
  registrar = await t.user({ roles: ['media'], name: '周敏', department: service });
  admin = await t.user({ roles: ['admin'], name: '林涛', department: service });
});

let phones = 13_800_000_000;
const draft = (more: object = {}) => ({
  customerName: '维也纳酒店深圳湾店',
  phone: String(++phones),
  ...more,
});

async function registered(as: TestUser, more: object = {}) {
  return (await t.call(leads.create, { body: draft(more) }, { as })).data;
}

describe('registering a lead', () => {
  it('gives a rep their own lead, with a number and an entry in the audit', async () => {
    const lead = await registered(rep, { source: 'douyin', intention: 'high' });
    expect(lead).toMatchObject({
      no: 'LEAD-2026-0001',
      status: 'new',
      owner: { name: '李强' },
      overdue: false,
    });
    const entry = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('entityId', '=', lead.id)
      .executeTakeFirst();
    expect(entry).toMatchObject({ action: 'leads.created', actorId: rep.id });
  });
});

describe('claiming', () => {
  it('shows contact details in the pool only in part, until the lead is claimed', async () => {
    const { id } = await registered(registrar, { phone: '13912345678', ownerId: null });
    const pooled = (await t.call(leads.get, { params: { id } }, { as: rep })).data;
    expect(pooled).toMatchObject({ phone: '139****5678', contactMasked: true, owner: null });
    const claimed = (await t.call(leads.claim, { params: { id } }, { as: rep })).data;
    expect(claimed).toMatchObject({ phone: '13912345678', contactMasked: false, owner: { name: '李强' } });
    const late = await t.call(leads.claim, { params: { id } }, { as: colleague });
    expect(late.failure).toMatchObject({
      errorCode: 'LEAD_ALREADY_CLAIMED',
      message: '手慢了，已被李强领取',
    });
  });
});

describe('following up', () => {
  it('moves a new lead to contacted and plans the next contact', async () => {
    const { id } = await registered(rep);
    await t.call(
      leads.followUp,
      {
        params: { id },
        body: { method: 'phone', content: '约了周四看样板间', nextFollowUpAt: '2026-03-12T02:00:00.000Z' },
      },
      { as: rep },
    );
    const lead = (await t.call(leads.get, { params: { id } }, { as: rep })).data;
    expect(lead).toMatchObject({
      status: 'contacted',
      followUpCount: 1,
      nextFollowUpAt: '2026-03-12T02:00:00.000Z',
    });
    const timeline = (await t.call(leads.timeline, { params: { id } }, { as: rep })).data;
    expect(timeline.list.map((entry) => entry.kind).sort()).toEqual(['created', 'followUp', 'status']);
  });
});

describe('the list', () => {
  it('shows reps their own leads and the pool, managers their department, administrators everything', async () => {
    const mine = await registered(rep);
    const theirs = await registered(colleague);
    const ids = async (as: TestUser) =>
      (await t.call(leads.list, { query: { pageSize: 100 } }, { as })).data.list.map((lead) => lead.id);
    expect(await ids(rep)).toContain(mine.id);
    expect(await ids(rep)).not.toContain(theirs.id);
    expect(await ids(manager)).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    expect(await ids(admin)).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    expect(await ids(registrar)).not.toContain(mine.id);
  });
});
