import { beforeAll, describe, expect, it, test } from 'vitest';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { type Company, createCompany, leadSeenBy, nextPhone, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const KINDS = ['rep', 'colleague', 'junior', 'northerner', 'pool', 'registered', 'registeredPool'] as const;
type Kind = (typeof KINDS)[number];
type Who = 'rep' | 'colleague' | 'junior' | 'northerner' | 'manager' | 'registrar' | 'admin';

/** Who reaches what. The pool is seen but not held: its contact details are masked. */
const POOL: readonly Kind[] = ['pool', 'registeredPool'];
const HELD: Record<Who, readonly Kind[]> = {
  rep: ['rep', 'registered'],
  colleague: ['colleague'],
  junior: ['junior'],
  northerner: ['northerner'],
  manager: ['rep', 'colleague', 'junior', 'registered'],
  registrar: ['registered', 'registeredPool'],
  admin: KINDS,
};
const SEES: Record<Who, readonly Kind[]> = {
  ...HELD,
  rep: [...HELD.rep, ...POOL],
  colleague: [...HELD.colleague, ...POOL],
  junior: [...HELD.junior, ...POOL],
  northerner: [...HELD.northerner, ...POOL],
  manager: [...HELD.manager, ...POOL],
};
const EVERYBODY = Object.keys(SEES) as Who[];

describe('what somebody reaches is the same everywhere', () => {
  const lead = {} as Record<Kind, { id: string; phone: string; followUpId: string }>;

  beforeAll(async () => {
    const { admin, registrar, rep, colleague, junior, northerner } = people;
    const owners: Record<Kind, TestUser | null> = {
      rep,
      colleague,
      junior,
      northerner,
      pool: null,
      registered: rep,
      registeredPool: null,
    };
    for (const kind of KINDS) {
      const phone = nextPhone();
      const by = kind.startsWith('registered') ? registrar : admin;
      const { id } = await register(t, by, {
        customerName: `范围大酒店${kind}`,
        phone,
        ownerId: owners[kind]?.id ?? null,
      });
      const body = { method: 'phone', content: `联系了${kind}` } as const;
      const followUp = await t.call(leads.followUp, { params: { id }, body }, { as: admin });
      lead[kind] = { id, phone, followUpId: followUp.data.id };
    }
  });

  const kindsOf = (ids: readonly (string | null)[]) =>
    KINDS.filter((kind) => ids.includes(lead[kind].id)).sort();
  const visibleBy = async (check: (kind: Kind) => Promise<boolean>) => {
    const found: Kind[] = [];
    for (const kind of KINDS) if (await check(kind)) found.push(kind);
    return found.sort();
  };
  const sorted = (kinds: readonly Kind[]) => [...kinds].sort();

  const ways: Record<
    string,
    { reaches: Record<Who, readonly Kind[]>; found(as: TestUser): Promise<Kind[]> }
  > = {
    list: {
      reaches: SEES,
      found: async (as) =>
        kindsOf(
          (await t.call(leads.list, { query: { pageSize: 100 } }, { as })).data.list.map((item) => item.id),
        ),
    },
    search: {
      reaches: SEES,
      found: async (as) =>
        kindsOf(
          (await t.call(leads.list, { query: { keyword: '范围大酒店' } }, { as })).data.list.map(
            (item) => item.id,
          ),
        ),
    },
    'search by telephone': {
      reaches: HELD,
      found: (as) =>
        visibleBy(async (kind) => {
          const page = await t.call(leads.list, { query: { keyword: lead[kind].phone.slice(-8) } }, { as });
          return page.data.list.length === 1;
        }),
    },
    detail: {
      reaches: SEES,
      found: (as) =>
        visibleBy(
          async (kind) => (await t.call(leads.get, { params: { id: lead[kind].id } }, { as })).status === 200,
        ),
    },
    timeline: {
      reaches: SEES,
      found: (as) =>
        visibleBy(
          async (kind) =>
            (await t.call(leads.timeline, { params: { id: lead[kind].id } }, { as })).status === 200,
        ),
    },
    'unmasked detail': {
      reaches: HELD,
      found: (as) =>
        visibleBy(async (kind) => {
          const reply = await t.call(leads.get, { params: { id: lead[kind].id } }, { as });
          return reply.status === 200 && reply.data.phone === lead[kind].phone && !reply.data.contactMasked;
        }),
    },
    'follow-up list': {
      reaches: HELD,
      found: async (as) =>
        kindsOf(
          (await t.call(followups.list, { query: { pageSize: 100 } }, { as })).data.list.map(
            (item) => item.leadId,
          ),
        ),
    },
    'follow-up search': {
      reaches: HELD,
      found: async (as) =>
        kindsOf(
          (
            await t.call(followups.list, { query: { keyword: '联系了', from: '2026-01-01' } }, { as })
          ).data.list.map((item) => item.leadId),
        ),
    },
    'follow-up detail': {
      reaches: HELD,
      found: (as) =>
        visibleBy(
          async (kind) =>
            (await t.call(followups.get, { params: { id: lead[kind].followUpId } }, { as })).status === 200,
        ),
    },
  };

  test.each(Object.keys(ways).flatMap((way) => EVERYBODY.map((who) => [way, who] as const)))(
    '%s as %s',
    async (way, who) => {
      const { reaches, found } = ways[way] as (typeof ways)[string];
      expect(await found(people[who])).toEqual(sorted(reaches[who]));
    },
  );

  test.each(EVERYBODY)('count and statistics as %s', async (who) => {
    const as = people[who];
    const expected = SEES[who].length;
    expect((await t.call(leads.list, { query: { pageSize: 1 } }, { as })).data.pagination.total).toBe(
      expected,
    );
    expect((await t.call(leads.statistics, {}, { as })).data.total).toBe(expected);
    const page = (await t.call(followups.list, { query: { pageSize: 1 } }, { as })).data.pagination;
    expect(page.total).toBe(HELD[who].length);
  });

  test.each(['rep', 'registrar', 'manager'] as const)(
    'duplicates as %s: known to all, opened by few',
    async (who) => {
      for (const kind of KINDS) {
        const body = { phone: lead[kind].phone };
        const { list } = (await t.call(leads.duplicates, { body }, { as: people[who] })).data;
        expect(list, kind).toHaveLength(1);
        expect(list[0]?.id !== null, kind).toBe(SEES[who].includes(kind));
      }
    },
  );

  test.each(EVERYBODY)('today as %s', async (who) => {
    const { sections } = (await t.call(workbench.get, {}, { as: people[who] })).data;
    const shown = sections.flatMap((section) =>
      section.kind === 'leads' ? section.leads.map((item) => item.id) : [],
    );
    for (const kind of kindsOf(shown)) expect(SEES[who]).toContain(kind);
  });

  test.each(['engineer', 'finance'] as const)('%s reaches nothing of it', async (who) => {
    const as = people[who];
    expect((await t.call(leads.list, {}, { as })).status).toBe(403);
    expect((await t.call(leads.get, { params: { id: lead.pool.id } }, { as })).status).toBe(403);
    expect((await t.call(followups.list, {}, { as })).status).toBe(403);
    const { sections } = (await t.call(workbench.get, {}, { as })).data;
    expect(sections.filter((section) => section.kind === 'leads')).toEqual([]);
  });

  it('moves with the lead the moment it changes hands', async () => {
    const { rep, colleague, admin } = people;
    const { id } = await register(t, admin, { ownerId: rep.id });
    const sees = async (as: TestUser) => (await t.call(leads.get, { params: { id } }, { as })).status === 200;
    expect([await sees(rep), await sees(colleague)]).toEqual([true, false]);
    const body = { version: 1, ownerId: colleague.id, reason: '交接' };
    await t.call(leads.assign, { params: { id }, body }, { as: admin });
    expect([await sees(rep), await sees(colleague)]).toEqual([false, true]);
  });
});

describe('in the pool', () => {
  const PHONE = '13912345678';
  const SECRETS = [
    PHONE,
    '139 1234 5678',
    '139-1234-5678',
    'wang_hotel88',
    '13912340000',
    '139-1234-0000',
    'wang_hotel99',
    'boss@hotel.com',
    'douyin_wang_7788',
    'wang@hotel.com',
    '王经理',
  ];
  let id: string;

  beforeAll(async () => {
    const { rep } = people;
    const lead = await register(t, rep, {
      customerName: '公海打码酒店',
      phone: PHONE,
      wechat: 'wang_hotel88',
      otherHandle: 'douyin_wang_7788',
      email: 'wang@hotel.com',
      contactPerson: '王经理',
      description: '老板电话 139-1234-5678',
    });
    id = lead.id;
    const body = {
      method: 'phone',
      content: '打 139 1234 5678 没接',
      result: '改打13912345678',
      customerFeedback: '晚上打 13912345678',
      nextFollowUpAt: '2026-03-12T02:00:00.000Z',
      nextFollowUpContent: '再打 13912345678',
    } as const;
    await t.call(leads.followUp, { params: { id }, body }, { as: rep });
    const edit = {
      version: 2,
      phone: '13912340000',
      wechat: 'wang_hotel99',
      contactPerson: '王经理二',
      email: 'boss@hotel.com',
      description: '换成 139-1234-0000',
    };
    await t.call(leads.update, { params: { id }, body: edit }, { as: rep });
    const back = {
      version: 3,
      phone: PHONE,
      wechat: 'wang_hotel88',
      contactPerson: '王经理',
      email: 'wang@hotel.com',
    };
    await t.call(
      leads.update,
      { params: { id }, body: { ...back, description: '老板电话 139-1234-5678' } },
      { as: rep },
    );
    const reason = '13912345678 一直不接';
    await t.call(leads.release, { params: { id }, body: { version: 4, reason } }, { as: rep });
  });

  it.each(['colleague', 'northerner', 'rep'] as const)(
    'nothing answers contact details to %s',
    async (who) => {
      const as = people[who];
      const answers = [
        await t.call(leads.get, { params: { id } }, { as }),
        await t.call(leads.timeline, { params: { id } }, { as }),
        await t.call(leads.list, { query: { pool: true, keyword: '公海打码' } }, { as }),
        await t.call(leads.list, { query: { pageSize: 100 } }, { as }),
        await t.call(leads.duplicates, { body: { customerName: '公海打码酒店' } }, { as }),
        await t.call(workbench.get, {}, { as }),
        await t.call(leads.update, { params: { id }, body: { version: 1, city: '深圳' } }, { as }),
      ];
      const text = JSON.stringify(answers.map((reply) => reply.body));
      expect(text).toContain('公海打码酒店');
      for (const secret of SECRETS) expect(text, secret).not.toContain(secret);
    },
  );

  it('they are masked field by field', async () => {
    expect(await leadSeenBy(t, people.colleague, id)).toMatchObject({
      phone: '139****5678',
      wechat: 'wan****el88',
      otherHandle: 'dou****7788',
      contactPerson: '王***',
      email: 'wan****.com',
      description: '老板电话 139****5678',
      contactMasked: true,
    });
  });

  it.each(['13912345678', '5678', '139 1234', 'wang_hotel', 'douyin_wang', '王经理', 'wang@hotel'])(
    'a search for %s finds nothing, and cannot tell that it is there',
    async (keyword) => {
      const { list, pagination } = (
        await t.call(leads.list, { query: { keyword } }, { as: people.colleague })
      ).data;
      expect(list).toEqual([]);
      expect(pagination.total).toBe(0);
      const both = (
        await t.call(leads.list, { query: { keyword: `公海打码 ${keyword}` } }, { as: people.colleague })
      ).data;
      expect(both.list).toEqual([]);
      const held = (await t.call(leads.list, { query: { keyword } }, { as: people.admin })).data;
      expect(held.list.map((lead) => lead.id)).toEqual([id]);
    },
  );

  it('a lead closed there keeps its reason masked', async () => {
    const version = (await leadSeenBy(t, people.admin, id)).version;
    const body = { version, action: 'close', outcome: 'invalid', reason: '空号 13912345678' } as const;
    await t.call(leads.changeStatus, { params: { id }, body }, { as: people.admin });
    expect((await leadSeenBy(t, people.colleague, id)).closeReason).toBe('空号 139****5678');
    expect((await leadSeenBy(t, people.admin, id)).closeReason).toBe('空号 13912345678');
    const reopen = { version: version + 1, action: 'reopen', reason: '号码对了' } as const;
    await t.call(leads.changeStatus, { params: { id }, body: reopen }, { as: people.admin });
  });

  it('whoever claims it sees everything at once', async () => {
    const lead = (await t.call(leads.claim, { params: { id } }, { as: people.colleague })).data;
    expect(lead).toMatchObject({
      phone: PHONE,
      wechat: 'wang_hotel88',
      contactPerson: '王经理',
      contactMasked: false,
    });
    const timeline = (await t.call(leads.timeline, { params: { id } }, { as: people.colleague })).data;
    expect(JSON.stringify(timeline)).toContain('139 1234 5678');
  });

  it('whoever registered it goes on seeing it whole', async () => {
    const lead = await register(t, people.registrar, { ownerId: null, phone: '13900009999' });
    expect(await leadSeenBy(t, people.registrar, lead.id)).toMatchObject({
      phone: '13900009999',
      contactMasked: false,
    });
    expect(await leadSeenBy(t, people.manager, lead.id)).toMatchObject({
      phone: '139****9999',
      contactMasked: true,
    });
  });
});

describe('the duplicate check', () => {
  const check = async (body: object, as = people.rep) =>
    (await t.call(leads.duplicates, { body }, { as })).data.list;

  it('finds a telephone number in any spelling, a WeChat in any case, a name with or without its legal form', async () => {
    const { rep } = people;
    const lead = await register(t, rep, {
      customerName: '深圳市 海景酒店 管理有限公司',
      phone: '+86 135-0000-7777',
      wechat: 'Haijing_2026',
    });
    for (const phone of ['13500007777', '0086 135 0000 7777', '１３５００００７７７７'])
      expect((await check({ phone }))[0]).toMatchObject({ id: lead.id, matchedOn: ['phone'] });
    expect((await check({ wechat: ' haijing_2026 ' }))[0]).toMatchObject({
      id: lead.id,
      matchedOn: ['wechat'],
    });
    for (const customerName of [
      '深圳市海景酒店管理',
      '深圳市海景酒店（管理）有限公司',
      '深圳市海景酒店管理有限责任公司',
    ])
      expect((await check({ customerName }))[0], customerName).toMatchObject({
        id: lead.id,
        matchedOn: ['customerName'],
      });
    const all = await check({
      phone: '13500007777',
      wechat: 'haijing_2026',
      customerName: '深圳市海景酒店管理',
    });
    expect(all.map((each) => each.matchedOn)).toEqual([['phone', 'wechat', 'customerName']]);
  });

  it('says who follows it and how far it is, and hides the rest of what the asker may not open', async () => {
    const { northerner, rep, colleague } = people;
    const lead = await register(t, northerner, {
      customerName: '哈尔滨冰雪大世界度假酒店',
      phone: '13500008888',
    });
    const [seen] = await check({ phone: '13500008888' });
    expect(seen).toEqual({
      entity: 'lead',
      id: null,
      customerId: null,
      contactName: null,
      stage: null,
      no: lead.no,
      customerName: '哈尔滨****度假酒店',
      matchedOn: ['phone'],
      status: 'new',
      ownerName: '孙悦',
      createdAt: lead.createdAt,
    });
    expect((await check({ phone: '13500008888' }, northerner))[0]).toMatchObject({
      id: lead.id,
      customerName: lead.customerName,
    });
    expect(JSON.stringify(await check({ phone: '13500008888' }, colleague))).not.toContain(rep.id);
  });

  it('leaves out the record that is being edited, and what was deleted', async () => {
    const lead = await register(t, people.rep, { phone: '13500009999' });
    expect(await check({ phone: '13500009999', exceptId: lead.id })).toEqual([]);
    await t.call(leads.remove, { params: { id: lead.id }, body: { version: 1 } }, { as: people.rep });
    expect(await check({ phone: '13500009999' })).toEqual([]);
  });

  it('finds nothing by nothing: blanks, half a number, a name of signs only', async () => {
    await register(t, people.rep, { customerName: '……', phone: undefined, wechat: 'x_y_z_1' });
    for (const body of [{}, { phone: '' }, { phone: '1350000' }, { wechat: '  ' }, { customerName: '--' }])
      expect(await check(body), JSON.stringify(body)).toEqual([]);
  });

  it('shows the newest ten', async () => {
    for (let i = 0; i < 12; i++) {
      t.clock.advance({ minutes: 1 });
      await register(t, people.rep, { customerName: '连锁快捷酒店' });
    }
    const list = await check({ customerName: '连锁快捷酒店' });
    expect(list).toHaveLength(10);
    const dates = list.map((each) => each.createdAt);
    expect(dates).toEqual([...dates].sort().reverse());
  });
});
