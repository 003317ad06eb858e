import { sql } from 'kysely';
import { type LeadStatus, leadMachine, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { HandedOver, LeadHandover } from '../identity/handover.ts';
import { unmovedSince } from '../ownership/ownership.queries.ts';
import { changeOwner } from './lead-ownership.commands.ts';
import type { Lead } from './lead-record.ts';

const PREVIEWED = 20;

/** The next contact that was planned: the pool knows none, so it is put back with the lead. */
type Planned = Pick<Lead, 'nextFollowUpAt' | 'nextFollowUpContent'>;

const openLeads = (db: Queryable) =>
  db
    .selectFrom('leads')
    .where('deletedAt', 'is', null)
    .where('status', 'in', [...OPEN_LEAD_STATUSES]);

/** Leads as something that somebody else takes over. */
export const leadHandover: LeadHandover = {
  async preview(db, from) {
    const counts = await openLeads(db)
      .select(['status', sql<number>`count(*)`.as('count')])
      .where('ownerId', '=', from)
      .groupBy('status')
      .execute();
    const leads = await openLeads(db)
      .select(['id', 'no', 'customerName'])
      .where('ownerId', '=', from)
      .orderBy('id')
      .limit(PREVIEWED)
      .execute();
    const statuses = OPEN_LEAD_STATUSES.flatMap((status: LeadStatus) => {
      const count = Number(counts.find((each) => each.status === status)?.count ?? 0);
      return count > 0 ? [{ status, label: leadMachine.states[status], count }] : [];
    });
    return { total: statuses.reduce((sum, { count }) => sum + count, 0), statuses, leads };
  },

  async handOver(work, from, to, reason) {
    const open = await openLeads(work.db)
      .selectAll()
      .where('ownerId', '=', from)
      .orderBy('id')
      .forUpdate()
      .execute();
    const moved: HandedOver[] = [];
    for (const lead of open) {
      const changeId = await changeOwner(work, lead, { kind: 'handover', to, reason });
      const { nextFollowUpAt, nextFollowUpContent } = lead;
      const planned: Planned = { nextFollowUpAt, nextFollowUpContent };
      moved.push({ recordId: lead.id, changeId, cleared: to === null ? planned : null });
    }
    return moved;
  },

  async giveBack(work, items, to, reason) {
    const ids = items.map(({ recordId }) => recordId);
    const open = await openLeads(work.db)
      .selectAll()
      .where(sql<boolean>`id = any(${ids}::uuid[])`)
      .orderBy('id')
      .forUpdate()
      .execute();
    const unmoved = await unmovedSince(work.db, 'leads', items);
    let returned = 0;
    for (const lead of open) {
      const item = unmoved.get(lead.id);
      if (!item) continue;
      const more = (item.cleared as Planned | null) ?? {};
      await changeOwner(work, lead, { kind: 'handover', to, reason, more });
      returned++;
    }
    return returned;
  },
};
