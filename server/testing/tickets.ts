import type { CustomerDraft } from '#shared/customers/contract.ts';
import {
  serviceTickets,
  type TicketDetail,
  type TicketDraft,
  type TicketResolution,
} from '#shared/service-tickets/contract.ts';
import type { TicketStep } from '#shared/service-tickets/machine.ts';
import { newId } from '../kernel/new-id.ts';
import { newCustomer } from './company.ts';
import type { Reply, TestApp, TestUser } from './createTestApp.ts';

/** A customer that is known on the map: 广州 天河, in GCJ-02. */
export const SITE = { latitude: 23.1291, longitude: 113.3245 } as const;

/** Sets up a ticket over HTTP, at a customer of its own unless one is named. */
export async function newTicket(
  t: TestApp,
  as: TestUser,
  more: Partial<TicketDraft> = {},
  customer: Partial<CustomerDraft> = {},
): Promise<TicketDetail> {
  const customerId =
    (more.customerId ?? more.equipmentId) ? more.customerId : (await newCustomer(t, as, customer)).id;
  const body = { ticketType: 'repair', ticketTitle: '1806 房面板离线', ...more, customerId } as const;
  return (await t.call(serviceTickets.create, { body }, { as })).data;
}

/** The ticket as somebody sees it now. */
export async function ticketSeenBy(t: TestApp, as: TestUser, id: string): Promise<TicketDetail> {
  return (await t.call(serviceTickets.get, { params: { id } }, { as })).data;
}

/** The ticket as it is stored. */
export const storedTicket = (t: TestApp, id: string) =>
  t.db.selectFrom('serviceTickets').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Sends somebody; answers the ticket as the sender sees it. */
export async function send(
  t: TestApp,
  as: TestUser,
  { id, version }: Pick<TicketDetail, 'id' | 'version'>,
  engineer: TestUser,
  assignReason?: string,
): Promise<TicketDetail> {
  const body = { version, assignedTo: engineer.id, assignReason };
  return (await t.call(serviceTickets.assign, { params: { id }, body }, { as })).data;
}

const WORK = {
  problemAnalysis: '网关掉线，重启后恢复',
  solution: '更换电源适配器',
  serviceFee: 80.2,
  replacedParts: [
    { partName: '电源适配器', partCode: 'PW-12', quantity: 3, unitCost: 0.1 },
    { partName: '网关', quantity: 1, unitCost: 199.99 },
  ],
} satisfies Partial<TicketResolution>;

export const SIGNATURE = { width: 600, height: 300, strokes: [[10, 10, 120, 80, 240, 40]] };

/** What each step wants beside its facts. */
const MORE: Readonly<Record<TicketStep, object>> = {
  accept: {},
  depart: {},
  arrive: {},
  resolve: WORK,
  sign: { signerName: '梁志远', signature: SIGNATURE },
  decline: { reason: '缺配件' },
};

/** What a step of an engineer says, made now and under the assignment of the ticket as it is given. */
export const stepBody = (
  t: TestApp,
  { assignment }: Pick<TicketDetail, 'assignment'>,
  name: TicketStep,
  more: object = {},
) => ({
  assignment: assignment?.id ?? newId(),
  happenedAt: t.clock.now(),
  position: null,
  ...MORE[name],
  ...more,
});

/** One step of an engineer. */
export const step = (
  t: TestApp,
  as: TestUser,
  ticket: Pick<TicketDetail, 'id' | 'assignment'>,
  name: TicketStep,
  more: object = {},
  idempotencyKey?: string,
): Promise<Reply<TicketDetail>> =>
  t.call(
    serviceTickets[name],
    { params: { id: ticket.id }, body: stepBody(t, ticket, name, more) as never },
    { as, ...(idempotencyKey ? { idempotencyKey } : {}) },
  );

/** A ticket that an engineer was sent to and has taken so many steps with. */
export async function ticketAfter(
  t: TestApp,
  desk: TestUser,
  engineer: TestUser,
  steps: readonly TicketStep[],
  more: Partial<TicketDraft> = {},
): Promise<TicketDetail> {
  let ticket = await send(t, desk, await newTicket(t, desk, more), engineer);
  for (const name of steps) ticket = (await step(t, engineer, ticket, name)).data;
  return ticket;
}
