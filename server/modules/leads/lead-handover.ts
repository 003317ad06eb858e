import { OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import type { Handover } from '../identity/handover.ts';
import { passLead } from './lead-ownership.commands.ts';

/** Leads as something that somebody else takes over. */
export const leadHandover: Handover = {
  async handOver(work, from, to, reason) {
    const open = await work.db
      .selectFrom('leads')
      .selectAll()
      .where('ownerId', '=', from)
      .where('deletedAt', 'is', null)
      .where('status', 'in', [...OPEN_LEAD_STATUSES])
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const lead of open) await passLead(work, lead, to, reason);
    return open.length;
  },
};
