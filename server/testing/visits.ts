import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import { toInstant } from '#shared/values/time.ts';
import { newId } from '../kernel/new-id.ts';
import type { Row } from '../kernel/transition.ts';
import { linkExpiry, linkToken } from '../modules/service-tickets/ticket-links.ts';
import { type Company, newCustomer } from './company.ts';
import type { TestApp } from './createTestApp.ts';
import { testSigner } from './outside.ts';

export const SIGNATURE: Signature = {
  width: 600,
  height: 240,
  strokes: [
    [60, 120, 100, 60, 140, 180, 200, 60],
    [260, 60, 260, 180, 330, 150],
  ],
};

let tickets = 0;

/** A ticket as far as it is, put down without anybody walking there, and the token of its customer's link. */
export async function newVisit(
  t: TestApp,
  people: Company,
  status: ServiceTicketStatus,
  more: Partial<Row<'serviceTickets'>> = {},
): Promise<{ id: string; no: string; token: string }> {
  const now = t.clock.now();
  const customer = await newCustomer(t, people.rep, { customerName: `金沙湾大酒店${++tickets}` });
  const id = newId();
  const no = `GD20260310${String(tickets).padStart(4, '0')}`;
  const assignmentId = newId();
  const linkExpiresAt = linkExpiry(now);
  await t.db
    .insertInto('serviceTickets')
    .values({
      id,
      no,
      ticketType: 'repair',
      ticketTitle: '客房面板无响应',
      priority: 'high',
      status,
      problemDescription: '前台重启无效',
      customerId: customer.id,
      contactName: '李经理',
      contactPhone: '13700001234',
      city: '深圳市',
      address: '金沙路88号',
      assignedTo: people.engineer.id,
      assignmentId,
      participantIds: [people.rep.id, people.engineer.id],
      reportedAt: now,
      responseDueAt: now,
      resolveDueAt: now,
      lastStepAt: now,
      problemAnalysis: '通讯模块进水',
      solution: '更换通讯模块，测试正常',
      serviceFee: 200,
      partsCost: 640.5,
      paymentStatus: 'unpaid',
      searchText: '',
      searchGrams: [],
      createdBy: people.rep.id,
      createdAt: now,
      updatedAt: now,
      linkVersion: 1,
      linkExpiresAt,
      ...more,
    } as never)
    .execute();
  await t.db
    .insertInto('ticketAssignments')
    .values({ id: assignmentId, ticketId: id, engineerId: people.engineer.id, assignedAt: now })
    .execute();
  await t.db
    .insertInto('ticketParts')
    .values({ id: newId(), ticketId: id, position: 0, partName: '通讯模块', quantity: 2, unitCost: 320.25 })
    .execute();
  for (const [step, logType] of ['create', 'accept', 'arrive', 'resolve'].entries()) {
    const at = toInstant(Date.parse(now) + step * 60_000 - 300_000);
    const actorId = logType === 'create' ? people.rep.id : people.engineer.id;
    await t.db
      .insertInto('ticketLogs')
      .values({ id: newId(), ticketId: id, logType, actorId, happenedAt: at, createdAt: at })
      .execute();
  }
  const token = linkToken(testSigner, { ticketId: id, version: 1, expiresAt: linkExpiresAt });
  return { id, no, token };
}

/** What was written down about a ticket, oldest first. */
export const logsOfTicket = (t: TestApp, id: string) =>
  t.db
    .selectFrom('ticketLogs')
    .select(['logType', 'logContent', 'actorId', 'actorName'])
    .where('ticketId', '=', id)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
