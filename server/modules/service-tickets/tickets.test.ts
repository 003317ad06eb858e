import { beforeAll, describe, expect, it, test } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { serviceTickets, type TicketDraft, type TicketFilters } from '#shared/service-tickets/contract.ts';
import { OPEN_TICKET_STATUSES, type TicketStep } from '#shared/service-tickets/machine.ts';
import { SLA_HOURS } from '#shared/service-tickets/sla.ts';
import { atWallClock, toInstant } from '#shared/values/time.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, newCustomer } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import {
  newTicket,
  SIGNATURE,
  SITE,
  send,
  step,
  storedTicket,
  ticketAfter,
  ticketSeenBy,
} from '../../testing/tickets.ts';

let t: TestApp;
let people: Company;
/** Sends and takes back. */
let desk: TestUser;
let engineer: TestUser;
let second: TestUser;

const MORNING = atWallClock('2026-03-10', '10:00');

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  desk = people.manager;
  engineer = people.engineer;
  second = await t.user({ roles: ['engineer'], name: '钱进', department: people.departments.service });
});

const logsOf = (id: string) =>
  t.db.selectFrom('ticketLogs').selectAll().where('ticketId', '=', id).orderBy('id').execute();
const stepsOf = async (id: string) => (await logsOf(id)).map(({ logType }) => logType);
const actionsOf = async (as: TestUser, id: string) =>
  (await ticketSeenBy(t, as, id)).actions.filter((each) => !each.disabledReason).map(({ action }) => action);
const putFile = async (ticketId: string): Promise<string> => {
  const id = newId();
  const content = {
    kind: 'check_in',
    name: 'a.jpg',
    mimeType: 'image/jpeg',
    size: 1,
    hash: 'x',
    storageKey: id,
  };
  await t.db
    .insertInto('files')
    .values({ id, entity: 'serviceTickets', entityId: ticketId, createdAt: t.clock.now(), ...content })
    .execute();
  return id;
};
const putUnit = async (customerId: string, more: object = {}): Promise<string> => {
  const id = newId();
  await t.db
    .insertInto('equipment')
    .values({
      id,
      no: id,
      code: id,
      serialNo: `SN-${id}`,
      equipmentName: '客控主机',
      customerId,
      warrantyMonths: 12,
      installedOn: '2025-06-01',
      status: 'in_use',
      searchText: '',
      searchGrams: [],
      createdBy: people.admin.id,
      createdAt: t.clock.now(),
      updatedAt: t.clock.now(),
      ...more,
    })
    .execute();
  return id;
};

describe('a new ticket', () => {
  it('takes contact and site from its customer', async () => {
    const contact = { name: '梁志远', phone: '13610240018' };
    const at = { province: '广东', city: '广州', address: '体育东路 118 号' };
    const ticket = await newTicket(t, people.rep, {}, { ...at, contact });
    expect(ticket).toMatchObject({
      status: 'pending',
      priority: 'medium',
      contactName: '梁志远',
      contactPhone: '13610240018',
      ...at,
      isUnderWarranty: null,
      assignee: null,
      overdue: null,
    });
    expect(ticket.no).toMatch(/^TICKET-2026-\d{4}$/);
    expect(await stepsOf(ticket.id)).toEqual(['create']);
  });

  it('takes customer and warranty from its unit, as they stand on the day it is reported', async () => {
    const { id: customerId } = await newCustomer(t, people.rep);
    const equipmentId = await putUnit(customerId);
    const ticket = await newTicket(t, people.rep, { equipmentId });
    expect(ticket).toMatchObject({
      customer: { id: customerId },
      equipment: { id: equipmentId, equipmentName: '客控主机' },
      isUnderWarranty: true,
      warrantyEndDate: '2026-06-01',
    });
    await t.db
      .updateTable('equipment')
      .set({ installedOn: '2020-01-01' })
      .where('id', '=', equipmentId)
      .execute();
    expect(await ticketSeenBy(t, people.rep, ticket.id)).toMatchObject({ isUnderWarranty: true });
    expect(await newTicket(t, people.rep, { equipmentId })).toMatchObject({ isUnderWarranty: false });
  });

  it('is refused without customer and unit, for the unit or the contact of somebody else, and for a customer out of sight', async () => {
    const mine = await newCustomer(t, people.rep, { contact: { name: '张总' } });
    const other = await newCustomer(t, people.northerner, { contact: { name: '李总' } });
    const unit = await putUnit(other.id);
    const base = { ticketType: 'repair', ticketTitle: '漏水' } as const;
    const open = (more: Partial<TicketDraft>) =>
      t.call(serviceTickets.create, { body: { ...base, ...more } }, { as: people.rep });
    expect((await open({})).failure.errors).toMatchObject([{ field: 'customerId' }]);
    const contact = await open({ customerId: mine.id, customerContactId: other.contacts[0]?.id ?? '' });
    expect(contact.failure.errors).toMatchObject([{ field: 'customerContactId' }]);
    expect((await open({ customerId: other.id })).status).toBe(404);
    expect((await open({ customerId: mine.id, equipmentId: unit })).status).toBe(404);
    const both = { customerId: mine.id, equipmentId: unit };
    const wrong = await t.call(serviceTickets.create, { body: { ...base, ...both } }, { as: people.admin });
    expect(wrong.failure.errors).toMatchObject([{ field: 'equipmentId' }]);
  });

  it('is dispatched at once by whoever may, and by nobody else', async () => {
    const { id: customerId } = await newCustomer(t, people.rep);
    const body = { ticketType: 'repair', ticketTitle: '漏水', customerId, assignedTo: engineer.id } as const;
    expect((await t.call(serviceTickets.create, { body }, { as: people.rep })).status).toBe(403);
    const ticket = (await t.call(serviceTickets.create, { body }, { as: desk })).data;
    expect(ticket).toMatchObject({ status: 'assigned', assignee: { id: engineer.id } });
    expect(await stepsOf(ticket.id)).toEqual(['create', 'assign']);
  });

  it('counts its deadlines in working hours, over the weekend and a holiday', async () => {
    t.clock.set(atWallClock('2026-04-03', '17:00'));
    // Friday; the 4th to the 6th of April are 清明.
    const ticket = await newTicket(t, desk, { priority: 'high' });
    expect(ticket.responseDueAt).toBe(atWallClock('2026-04-07', '10:00'));
    expect(ticket.resolveDueAt).toBe(atWallClock('2026-04-08', '17:00'));
    expect(SLA_HOURS.high).toEqual({ response: 2, resolve: 18 });
    t.clock.set(MORNING);
  });
});

describe('the way to the customer and back', () => {
  it('is written down step by step, with the phone’s time and the working minutes', async () => {
    const ticket = await send(t, desk, await newTicket(t, desk), engineer);
    t.clock.advance({ minutes: 30 });
    await step(t, engineer, ticket, 'accept');
    t.clock.advance({ minutes: 10 });
    await step(t, engineer, ticket, 'depart');
    t.clock.advance({ minutes: 20 });
    await step(t, engineer, ticket, 'arrive');
    t.clock.advance({ hours: 1 });
    const done = (await step(t, engineer, ticket, 'resolve')).data;
    expect(done).toMatchObject({
      status: 'pending_acceptance',
      isRemote: false,
      partsCost: 200.29,
      totalCost: 280.49,
      paymentStatus: 'unpaid',
      replacedParts: [{ partName: '电源适配器', quantity: 3, unitCost: 0.1 }, { partName: '网关' }],
    });
    t.clock.advance({ minutes: 5 });
    const signed = (await step(t, engineer, ticket, 'sign')).data;
    expect(signed).toMatchObject({
      status: 'resolved',
      signature: { ...SIGNATURE, signerName: '梁志远', signedAt: t.clock.now() },
    });
    const { version } = await ticketSeenBy(t, desk, ticket.id);
    const closing = { params: { id: ticket.id }, body: { version } };
    const closed = (await t.call(serviceTickets.close, closing, { as: desk })).data;
    expect(closed).toMatchObject({ status: 'closed', closedAt: t.clock.now() });
    expect(await storedTicket(t, ticket.id)).toMatchObject({ responseMinutes: 30, resolveMinutes: 120 });
    expect(await stepsOf(ticket.id)).toEqual([
      ...['create', 'assign', 'accept', 'depart', 'arrive', 'resolve', 'sign', 'close'],
    ]);
    expect(closed.logs.map(({ logType }) => logType)).toEqual((await stepsOf(ticket.id)).reverse());
    t.clock.set(MORNING);
  });

  it('keeps the phone’s time between the step before and now', async () => {
    const ticket = await send(t, desk, await newTicket(t, desk), engineer);
    const sent = t.clock.now();
    t.clock.advance({ hours: 3 });
    const atSite = toInstant(Date.parse(sent) + 3_600_000);
    await step(t, engineer, ticket, 'accept', { happenedAt: '2026-01-01T00:00:00.000Z' });
    await step(t, engineer, ticket, 'depart', { happenedAt: atSite });
    await step(t, engineer, ticket, 'arrive', { happenedAt: '2026-12-01T00:00:00.000Z' });
    const logs = (await logsOf(ticket.id)).slice(-3);
    expect(logs.map(({ happenedAt }) => happenedAt)).toEqual([sent, atSite, t.clock.now()]);
    expect(new Set(logs.map(({ createdAt }) => createdAt))).toEqual(new Set([t.clock.now()]));
    t.clock.set(MORNING);
  });

  it('may be spared when the matter is settled from afar, if that is said', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept']);
    const went = await step(t, engineer, ticket, 'resolve');
    expect(went.failure.errors).toMatchObject([{ field: 'isRemote' }]);
    const settled = (await step(t, engineer, ticket, 'resolve', { isRemote: true })).data;
    expect(settled).toMatchObject({ status: 'pending_acceptance', isRemote: true });
    const onSite = await ticketAfter(t, desk, engineer, ['accept', 'depart', 'arrive']);
    expect((await step(t, engineer, onSite, 'resolve', { isRemote: true })).data.isRemote).toBe(false);
  });

  it('costs nothing under warranty and when nothing was used', async () => {
    const { id: customerId } = await newCustomer(t, desk);
    const equipmentId = await putUnit(customerId);
    const there = ['accept', 'depart', 'arrive'] as const;
    const covered = await ticketAfter(t, desk, engineer, there, { equipmentId });
    expect((await step(t, engineer, covered, 'resolve')).data.paymentStatus).toBe('waived');
    const free = await ticketAfter(t, desk, engineer, there);
    const nothing = { replacedParts: [], serviceFee: 0 };
    expect((await step(t, engineer, free, 'resolve', nothing)).data.paymentStatus).toBe('waived');
    const dear = await ticketAfter(t, desk, engineer, there);
    const parts = [{ partName: '酒店', quantity: 100_000, unitCost: 999_999_999_999 }];
    const refused = await step(t, engineer, dear, 'resolve', { replacedParts: parts });
    expect(refused.failure.errors).toMatchObject([{ field: 'replacedParts' }]);
  });

  it('goes on where it was when the customer does not take the work, and forgets when it was done', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart', 'arrive', 'resolve']);
    const body = { version: ticket.version, reason: '还是离线' };
    const refused = await t.call(serviceTickets.refuse, { params: { id: ticket.id }, body }, { as: desk });
    expect(refused.data).toMatchObject({
      status: 'accepted',
      resolvedAt: null,
      assignee: { id: engineer.id },
    });
    expect(await storedTicket(t, ticket.id)).toMatchObject({ resolveMinutes: null });
    const again = await step(t, engineer, ticket, 'resolve', { isRemote: true, replacedParts: [] });
    expect(again.data).toMatchObject({ replacedParts: [], partsCost: 0 });
  });

  it('ends by word, too', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart', 'arrive', 'resolve']);
    const body = { version: ticket.version, note: '梁总电话确认' };
    const done = await t.call(serviceTickets.confirm, { params: { id: ticket.id }, body }, { as: desk });
    expect(done.data).toMatchObject({ status: 'resolved', signature: null });
    expect((await logsOf(ticket.id)).at(-1)).toMatchObject({
      logType: 'confirm',
      logContent: '梁总电话确认',
    });
  });

  it('starts over when a ticket is opened again, and no signature stands under other work', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart', 'arrive', 'resolve', 'sign']);
    const body = { version: ticket.version, reason: '又坏了' };
    const open = (await t.call(serviceTickets.reopen, { params: { id: ticket.id }, body }, { as: desk }))
      .data;
    expect(open).toMatchObject({ status: 'pending', assignee: null, assignment: null, resolvedAt: null });
    let next = await send(t, desk, open, second);
    for (const name of ['accept', 'depart', 'arrive', 'resolve'] as const)
      next = (await step(t, second, next, name)).data;
    expect(next.signature).toBeNull();
  });

  it('takes no step twice, and names what may be done instead', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept']);
    const again = await step(t, engineer, ticket, 'accept');
    expect(again.failure).toMatchObject({
      errorCode: 'ACTION_NOT_ALLOWED',
      details: { status: 'accepted' },
    });
    const key = newId();
    const first = await step(t, engineer, ticket, 'depart', {}, key);
    const retried = await step(t, engineer, ticket, 'depart', {}, key);
    expect(retried.data).toEqual(first.data);
    expect((await stepsOf(ticket.id)).filter((type) => type === 'depart')).toHaveLength(1);
  });
});

describe('a check-in', () => {
  const onTheWay = async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart']);
    await t.db.updateTable('customers').set(SITE).where('id', '=', ticket.customer.id).execute();
    return ticket;
  };
  const north = (metres: number) => ({ ...SITE, latitude: SITE.latitude + metres / 111_195 });

  it('says how far from the site it is', async () => {
    const ticket = await onTheWay();
    const near = await step(t, engineer, ticket, 'arrive', { position: { ...north(120), accuracy: 30 } });
    expect(near.data.logs[0]).toMatchObject({ distance: 120, far: false, position: { accuracy: 30 } });
  });

  it('from far away needs a reason and a photo of this ticket, and is marked', async () => {
    const ticket = await onTheWay();
    const position = { ...north(900), accuracy: 50 };
    const bare = await step(t, engineer, ticket, 'arrive', { position });
    expect(bare.failure).toMatchObject({
      errorCode: 'TICKET_CHECK_IN_REASON',
      errors: [{ field: 'farReason' }, { field: 'fileIds' }],
    });
    const strange = await putFile((await newTicket(t, desk)).id);
    const reason = { position, farReason: '停车场在对面' };
    const foreign = await step(t, engineer, ticket, 'arrive', { ...reason, fileIds: [strange] });
    expect(foreign.failure.errorCode).toBe('TICKET_FILE_UNKNOWN');
    const fileIds = [await putFile(ticket.id)];
    const arrived = await step(t, engineer, ticket, 'arrive', { ...reason, fileIds });
    expect(arrived.data).toMatchObject({
      status: 'on_site',
      logs: [
        { far: true, distance: 900, logContent: '停车场在对面', files: [{ id: fileIds[0] }] },
        {},
        {},
        {},
        {},
      ],
    });
  });

  it('is not far as long as the phone is that unsure', async () => {
    const ticket = await onTheWay();
    const position = { ...north(900), accuracy: 450 };
    const arrived = await step(t, engineer, ticket, 'arrive', { position });
    expect(arrived.data.logs[0]).toMatchObject({ far: false, distance: 900 });
  });

  it('without a position stops nobody', async () => {
    const arrived = await step(t, engineer, await onTheWay(), 'arrive');
    expect(arrived.data).toMatchObject({ status: 'on_site' });
    expect(arrived.data.logs[0]).toMatchObject({ position: null, distance: null, far: false });
  });

  test.each([
    ['a sure one teaches where the customer is', 60, {}, SITE],
    ['an unsure one teaches nothing', 300, {}, null],
    ['one at another site than the customer’s teaches nothing', 60, { address: '工地' }, null],
  ])('%s', async (_, accuracy, more, learnt) => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart'], more);
    const arrived = await step(t, engineer, ticket, 'arrive', { position: { ...SITE, accuracy } });
    expect(arrived.data.logs[0]).toMatchObject({ distance: null, far: false });
    const params = { id: ticket.customer.id };
    expect((await t.call(customers.get, { params }, { as: people.admin })).data.coordinates).toEqual(learnt);
  });
});

describe('who has it', () => {
  it('may change, and both are told', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept']);
    const passed = await send(t, desk, ticket, second, '离得近');
    expect(passed).toMatchObject({
      status: 'assigned',
      assignee: { id: second.id },
      assignment: { reason: '离得近', engineer: { id: second.id } },
    });
    await t.work();
    const titles = async (as: TestUser) =>
      (await t.call(notifications.list, { query: {} }, { as })).data.list
        .filter(({ target }) => target?.id === ticket.id)
        .map(({ title }) => title.split('：')[0]);
    expect(await titles(second)).toEqual(['新工单']);
    expect(await titles(engineer)).toContain('工单已改派');
    // Who did it knows.
    expect(await titles(desk)).toEqual([]);
  });

  it('is told of the way back, and so is whoever reported it', async () => {
    const ticket = await newTicket(t, people.rep);
    const sent = await send(t, desk, ticket, engineer);
    const declined = (await step(t, engineer, sent, 'decline')).data;
    expect(declined).toMatchObject({ status: 'pending', assignee: null });
    const again = await send(t, desk, declined, engineer);
    for (const name of ['accept', 'depart', 'arrive', 'resolve'] as const)
      await step(t, engineer, again, name);
    await t.work();
    const { list } = (await t.call(notifications.list, { query: {} }, { as: people.rep })).data;
    const words = list
      .filter(({ target }) => target?.id === ticket.id)
      .map(({ title }) => title.split('：')[0]);
    expect(words.sort()).toEqual(['工单完工，待验收', '工单退回，待重新派工']);
  });

  it('is an engineer, active, and somebody else than before', async () => {
    const ticket = await newTicket(t, desk);
    const params = { id: ticket.id };
    const assign = (assignedTo: string, version = ticket.version) =>
      t.call(serviceTickets.assign, { params, body: { version, assignedTo } }, { as: desk });
    expect((await assign(people.rep.id)).failure.errorCode).toBe('TICKET_ENGINEER_INVALID');
    expect((await assign(newId())).failure.errorCode).toBe('TICKET_ENGINEER_INVALID');
    const gone = await t.user({ roles: ['engineer'] });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    expect((await assign(gone.id)).failure.errorCode).toBe('TICKET_ENGINEER_INVALID');
    const sent = (await assign(engineer.id)).data;
    expect((await assign(engineer.id, sent.version)).failure.errorCode).toBe('TICKET_ALREADY_ASSIGNED');
    const stale = await assign(second.id);
    expect(stale.failure).toMatchObject({
      errorCode: 'STALE',
      details: { current: { id: ticket.id, assignee: { id: engineer.id } } },
    });
  });

  it('hears at the next step that it went to somebody else, and keeps reading it', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept']);
    await send(t, desk, ticket, second);
    const late = await step(t, engineer, ticket, 'depart');
    expect(late.failure).toMatchObject({
      errorCode: 'TICKET_REASSIGNED',
      message: '工单已不在你名下，现在由钱进处理',
      details: { current: { id: ticket.id, status: 'assigned', assignee: { id: second.id } } },
    });
    expect(await actionsOf(engineer, ticket.id)).toEqual(['reclaim', 'comment', 'addPhoto', 'link']);
    const note = { logContent: '我还在现场' };
    const written = await t.call(
      serviceTickets.addLog,
      { params: { id: ticket.id }, body: note },
      { as: engineer },
    );
    expect(written.data).toMatchObject({ logType: 'comment', actor: { id: engineer.id } });
  });

  it('may take it back from the site, and what waited on the phone still fits', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart']);
    const passed = await send(t, desk, ticket, second);
    await step(t, second, passed, 'accept');
    const body = { assignment: ticket.assignment?.id ?? '', reason: '已经到了' };
    const back = await t.call(serviceTickets.reclaim, { params: { id: ticket.id }, body }, { as: engineer });
    expect(back.data).toMatchObject({ status: 'en_route', assignment: { id: ticket.assignment?.id } });
    expect((await step(t, engineer, ticket, 'arrive')).data.status).toBe('on_site');
    expect((await step(t, second, passed, 'depart')).failure.errorCode).toBe('TICKET_REASSIGNED');
    const rows = await t.db
      .selectFrom('ticketAssignments')
      .select(['engineerId', 'endedStatus'])
      .where('ticketId', '=', ticket.id)
      .orderBy('assignedAt')
      .orderBy('id')
      .execute();
    expect(rows).toEqual([
      { engineerId: engineer.id, endedStatus: null },
      { engineerId: second.id, endedStatus: 'accepted' },
    ]);
  });

  it('does not take it back from somebody who is there', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept']);
    const passed = await send(t, desk, ticket, second);
    for (const name of ['accept', 'depart', 'arrive'] as const) await step(t, second, passed, name);
    const body = { assignment: ticket.assignment?.id ?? '', reason: '我在' };
    const refused = await t.call(
      serviceTickets.reclaim,
      { params: { id: ticket.id }, body },
      { as: engineer },
    );
    expect(refused.failure).toMatchObject({
      errorCode: 'TICKET_RECLAIM_REFUSED',
      message: '钱进已经到场，请与调度商量',
    });
    const stranger = { assignment: passed.assignment?.id ?? '', reason: '我在' };
    const foreign = { params: { id: ticket.id }, body: stranger };
    expect((await t.call(serviceTickets.reclaim, foreign, { as: engineer })).status).toBe(404);
  });

  it('is suggested by what is in hand and by where that is', async () => {
    const free = await t.user({ roles: ['engineer'], name: '孙闲' });
    const ticket = await newTicket(t, desk, { city: '珠海' });
    const params = { id: ticket.id };
    const { list } = (await t.call(serviceTickets.candidates, { params }, { as: desk })).data;
    expect(list[0]).toMatchObject({ id: free.id, suggested: true, openTickets: 0, reason: '手上没有工单' });
    expect(list.filter(({ suggested }) => suggested)).toHaveLength(1);
    // Whoever dispatches is sent only if there is nobody else.
    expect(list.at(-1)?.id).toBe(people.admin.id);
    await send(t, desk, await newTicket(t, desk, { city: '珠海' }), free);
    const again = (await t.call(serviceTickets.candidates, { params }, { as: desk })).data.list;
    expect(again.find(({ id }) => id === free.id)).toMatchObject({
      openTickets: 1,
      openNearby: 1,
      recentNearby: 1,
      reason: '同城，在手1单',
    });
    await send(t, desk, ticket, free);
    const others = (await t.call(serviceTickets.candidates, { params }, { as: desk })).data.list;
    expect(others.map(({ id }) => id)).not.toContain(free.id);
  });
});

describe('an edit', () => {
  it('of the priority counts the deadlines anew from the report', async () => {
    const ticket = await newTicket(t, desk);
    t.clock.advance({ hours: 2 });
    const body = { version: ticket.version, priority: 'urgent', updateReason: '客户催' } as const;
    const edited = (await t.call(serviceTickets.update, { params: { id: ticket.id }, body }, { as: desk }))
      .data;
    expect(edited.responseDueAt).toBe(atWallClock('2026-03-10', '11:00'));
    expect(edited).toMatchObject({
      overdue: 'response',
      logs: [{ logType: 'update', logContent: '优先级：客户催' }, {}],
    });
    t.clock.set(MORNING);
  });

  it('ends with the work; only who has paid is still written down', async () => {
    const ticket = await ticketAfter(t, desk, engineer, ['accept', 'depart', 'arrive']);
    const update = (body: object) =>
      t.call(serviceTickets.update, { params: { id: ticket.id }, body: body as never }, { as: desk });
    const early = await update({ version: ticket.version, paymentStatus: 'paid' });
    expect(early.failure.errors).toMatchObject([{ field: 'paymentStatus' }]);
    const { version } = (await step(t, engineer, ticket, 'resolve')).data;
    expect((await update({ version, ticketTitle: '别的' })).failure.errorCode).toBe('TICKET_ENDED');
    expect((await update({ version, paymentStatus: 'paid' })).data.paymentStatus).toBe('paid');
  });

  it('is found again by what it says now', async () => {
    const ticket = await newTicket(t, desk, { ticketTitle: '旧标题奇异果' });
    const body = { version: ticket.version, ticketTitle: '新标题火龙果', contactName: '欧阳锋' };
    await t.call(serviceTickets.update, { params: { id: ticket.id }, body }, { as: desk });
    const found = async (keyword: string) =>
      (await t.call(serviceTickets.list, { query: { keyword } }, { as: desk })).data.list.map(({ id }) => id);
    expect(await found('奇异果')).toEqual([]);
    expect(await found('火龙果')).toEqual([ticket.id]);
    expect(await found('欧阳锋 火龙')).toEqual([ticket.id]);
    expect(await found(ticket.no)).toEqual([ticket.id]);
  });

  it('is found by what its customer and its unit are called now', async () => {
    const customer = await newCustomer(t, people.admin, { customerName: '旧名枇杷酒店' });
    const { id: customerId } = customer;
    const unit = await putUnit(customerId);
    const ofUnit = await newTicket(t, people.admin, { equipmentId: unit });
    // Also more of them than are renewed at once.
    const { id: _, no: __, ...other } = await storedTicket(t, ofUnit.id);
    const more = Array.from({ length: 250 }, () => newId());
    await t.db
      .insertInto('serviceTickets')
      .values(more.map((id) => ({ ...other, id, no: id, equipmentId: null, signature: null })))
      .execute();
    const { version } = customer;
    const renaming = { params: { id: customerId }, body: { version, customerName: '新名橄榄酒店' } };
    await t.call(customers.update, renaming, { as: people.admin });
    const relabelling = { params: { id: unit }, body: { version: 1, serialNo: 'KX-200-77' } };
    await t.call(equipment.update, relabelling, { as: people.admin });
    await t.work();
    const total = async (keyword: string) =>
      (await t.call(serviceTickets.list, { query: { keyword } }, { as: people.admin })).data.pagination.total;
    expect(await total('枇杷')).toBe(0);
    expect(await total('橄榄 1806')).toBe(251);
    expect(await total('KX-200')).toBe(1);
    expect((await ticketSeenBy(t, people.admin, ofUnit.id)).version).toBe(ofUnit.version);
  });
});

it('a deleted ticket is gone for all but who may bring it back', async () => {
  const ticket = await newTicket(t, desk);
  const params = { id: ticket.id };
  const removing = { params, body: { version: ticket.version } };
  await t.call(serviceTickets.remove, removing, { as: people.admin });
  expect((await t.call(serviceTickets.get, { params }, { as: desk })).status).toBe(404);
  const deleted = await ticketSeenBy(t, people.admin, ticket.id);
  expect(deleted.actions.map(({ action }) => action)).toEqual(['restore']);
  const listed = (await t.call(serviceTickets.list, { query: { deleted: true } }, { as: people.admin })).data;
  expect(listed.list.map(({ id }) => id)).toContain(ticket.id);
  expect((await t.call(serviceTickets.list, { query: { deleted: true } }, { as: desk })).status).toBe(403);
  const body = { version: deleted.version };
  expect((await t.call(serviceTickets.restore, { params, body }, { as: people.admin })).status).toBe(200);
  expect(await ticketSeenBy(t, desk, ticket.id)).toMatchObject({ status: 'pending', deletedAt: null });
});

it('the story of a customer tells what became of its tickets, as far as the reader sees them', async () => {
  const customer = await newCustomer(t, people.rep);
  const { id } = customer;
  const told = async (as: TestUser) => {
    const all = (await t.call(customers.timeline, { params: { id }, query: {} }, { as })).data.list;
    return all.filter(({ kind }) => kind === 'ticket');
  };
  const ofRep = await newTicket(t, people.rep, { customerId: id, ticketTitle: '大堂面板失灵' });
  let ticket = await send(t, desk, ofRep, engineer);
  for (const name of ['accept', 'depart', 'arrive', 'resolve', 'sign'] as const) {
    t.clock.advance({ minutes: 1 });
    ticket = (await step(t, engineer, ticket, name)).data;
  }
  t.clock.advance({ minutes: 1 });
  const closing = { params: { id: ofRep.id }, body: { version: ticket.version, closeNote: '已回访' } };
  expect((await t.call(serviceTickets.close, closing, { as: desk })).status).toBe(200);
  const { no } = ofRep;
  const link = { id: ofRep.id, no, ticketTitle: '大堂面板失灵' };
  expect(await told(people.rep)).toMatchObject([
    { title: '关闭工单', actorName: desk.name, reason: '已回访', ticket: link, of: null },
    { title: '客户签字验收', actorName: '梁志远', reason: null, ticket: link },
    { title: '新建工单', actorName: people.rep.name, ticket: link },
  ]);

  // An engineer sees every customer, and of the tickets those with a part in them.
  expect(await told(engineer)).toHaveLength(3);
  expect((await t.call(customers.get, { params: { id } }, { as: second })).status).toBe(200);
  expect(await told(second)).toEqual([]);

  const removing = { params: { id: ofRep.id }, body: { version: ticket.version + 1 } };
  expect((await t.call(serviceTickets.remove, removing, { as: people.admin })).status).toBe(200);
  expect(await told(people.rep)).toEqual([]);
});

it('a ticket outlives its customer', async () => {
  const customer = await newCustomer(t, people.admin, { customerName: '要删的酒店' });
  const ticket = await newTicket(t, people.admin, { customerId: customer.id });
  const body = { version: customer.version };
  await t.call(customers.remove, { params: { id: customer.id }, body }, { as: people.admin });
  expect(await ticketSeenBy(t, people.admin, ticket.id)).toMatchObject({
    customer: { customerName: '要删的酒店' },
  });
});

describe('the buttons', () => {
  test.each<[TicketStep[], string[], string[]]>([
    [[], ['accept', 'decline'], ['transfer', 'cancel']],
    [['accept'], ['depart', 'resolve', 'decline'], ['transfer', 'cancel']],
    [
      ['accept', 'depart'],
      ['arrive', 'decline'],
      ['transfer', 'cancel'],
    ],
    [['accept', 'depart', 'arrive'], ['resolve', 'decline'], ['transfer']],
    [['accept', 'depart', 'arrive', 'resolve'], ['sign'], ['confirm', 'refuse']],
    [['accept', 'depart', 'arrive', 'resolve', 'sign'], [], ['close', 'reopen']],
  ])('after %j are the steps of whoever was sent, and those of the desk', async (steps, mine, theirs) => {
    const { id } = await ticketAfter(t, desk, engineer, steps);
    const records = ['comment', 'addPhoto', 'edit', 'link', 'report'];
    const [own, others] = [await actionsOf(engineer, id), await actionsOf(desk, id)];
    expect(own.filter((action) => !records.includes(action))).toEqual(mine);
    expect(others.filter((action) => !records.includes(action))).toEqual(theirs);
    expect(await actionsOf(people.finance, id)).not.toContain('addPhoto');
  });
});

describe('what is late', () => {
  it('is the answer first, and then the work, as long as a ticket is open', async () => {
    const at = await createTestApp({ start: MORNING });
    const company = await createCompany(at);
    const all = async (overdue: 'response' | 'resolve' | 'any') =>
      (await at.call(serviceTickets.list, { query: { overdue } }, { as: company.manager })).data.list.map(
        (ticket) => [ticket.id, ticket.overdue],
      );
    const slow = await newTicket(at, company.manager, { priority: 'urgent' });
    const taken = await ticketAfter(at, company.manager, company.engineer, ['accept'], {
      priority: 'urgent',
    });
    const done = await ticketAfter(
      at,
      company.manager,
      company.engineer,
      ['accept', 'depart', 'arrive', 'resolve'],
      {
        priority: 'urgent',
      },
    );
    at.clock.set(atWallClock('2026-03-10', '11:00'));
    expect(await all('any')).toEqual([]);
    at.clock.advance({ seconds: 1 });
    expect(await all('any')).toEqual([[slow.id, 'response']]);
    at.clock.set(atWallClock('2026-03-11', '10:01'));
    expect(await all('response')).toEqual([[slow.id, 'response']]);
    expect(new Set((await all('resolve')).map(([id]) => id))).toEqual(new Set([slow.id, taken.id]));
    expect((await all('any')).map(([id]) => id)).not.toContain(done.id);
  });
});

describe('the statistics', () => {
  it('are the totals of the list with the same filters, and averages of the tickets’ own minutes', async () => {
    const at = await createTestApp({ start: MORNING });
    const company = await createCompany(at);
    const { manager, engineer: worker } = company;
    const other = await at.user({ roles: ['engineer'] });
    await newTicket(at, manager, { priority: 'urgent', ticketType: 'complaint' });
    const one = await send(at, manager, await newTicket(at, manager), worker);
    at.clock.advance({ minutes: 60 });
    await step(at, worker, one, 'accept');
    const two = await send(at, manager, await newTicket(at, manager, { priority: 'low' }), other);
    at.clock.advance({ minutes: 120 });
    for (const name of ['accept', 'depart', 'arrive', 'resolve'] as const) await step(at, other, two, name);
    await at.db
      .updateTable('serviceTickets')
      .set({ customerRating: 4, isUnderWarranty: false })
      .where('id', '=', two.id)
      .execute();
    at.clock.set(atWallClock('2026-03-12', '10:00'));
    await newTicket(at, company.rep);
    const period = { startDate: '2026-03-10', endDate: '2026-03-10' };
    const told = (await at.call(serviceTickets.statistics, { query: period }, { as: manager })).data;
    expect(told).toMatchObject({
      totalTickets: 3,
      avgResponseTime: 1.5,
      avgResolveTime: 2,
      responseOnTime: 1,
      resolveOnTime: 1,
      avgCustomerRating: 4,
      overdueTickets: 1,
    });
    const total = async (filters: TicketFilters, as = manager) =>
      (
        await at.call(
          serviceTickets.list,
          { query: { from: period.startDate, to: period.endDate, ...filters } },
          { as },
        )
      ).data.pagination.total;
    expect(told.totalTickets).toBe(await total({}));
    for (const [status, count] of Object.entries(told.byStatus))
      expect(count, status).toBe(await total({ status: [status as never] }));
    for (const [type, count] of Object.entries(told.byType))
      expect(count, type).toBe(await total({ ticketType: [type as never] }));
    for (const [priority, count] of Object.entries(told.byPriority))
      expect(count, priority).toBe(await total({ priority: [priority as never] }));
    expect(told.warrantyTickets).toBe(await total({ isUnderWarranty: true }));
    expect(told.nonWarrantyTickets).toBe(await total({ isUnderWarranty: false }));
    expect(told.nonWarrantyTickets).toBe(1);
    expect(told.overdueTickets).toBe(await total({ overdue: 'any' }));
    expect(told.byEngineer).toHaveLength(2);
    for (const { engineer: who, total: all, open } of told.byEngineer) {
      expect(all).toBe(await total({ assignedTo: who.id }));
      expect(open).toBe(await total({ assignedTo: who.id, status: [...OPEN_TICKET_STATUSES] }));
    }
    // Everybody counts what they see.
    const mine = (await at.call(serviceTickets.statistics, { query: {} }, { as: worker })).data;
    expect([mine.totalTickets, mine.byEngineer.map(({ total: own }) => own)]).toEqual([1, [1]]);
  });
});

it('the log is read page by page, each row once', async () => {
  const ticket = await newTicket(t, desk);
  const params = { id: ticket.id };
  for (let i = 0; i < 7; i++)
    await t.call(serviceTickets.addLog, { params, body: { logContent: `第${i}条` } }, { as: desk });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { pageSize: 3, cursor };
    const page = (await t.call(serviceTickets.logs, { params, query }, { as: desk })).data;
    expect(page.pagination.total).toBe(8);
    seen.push(...page.list.map(({ logContent }) => logContent ?? ''));
    cursor = page.pagination.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual([...Array.from({ length: 7 }, (_, i) => `第${6 - i}条`), '']);
});
