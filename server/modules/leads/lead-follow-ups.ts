import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';
import { logFollowUp } from '../followups/followups.commands.ts';
import type { FollowUpTarget } from '../followups/followups.target.ts';
import { lockLead, moveLead, updateLead } from './lead-record.ts';

/** Leads as something that is followed up. */
export const leadTarget: FollowUpTarget = {
  column: 'leadId',

  async lock(work, id) {
    await lockLead(withPermission(work, 'leads.update'), id);
  },

  async refresh(work, id, added) {
    // Locked here too: whoever changes a follow-up has not locked its lead yet.
    const lead = await work.db
      .selectFrom('leads')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const last = await work.db
      .selectFrom('followups')
      .select(['happenedAt', 'content', 'nextFollowUpAt', 'nextFollowUpContent'])
      .select((eb) =>
        eb
          .selectFrom('followups as every')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('every.leadId', '=', id)
          .where('every.deletedAt', 'is', null)
          .as('count'),
      )
      .where('leadId', '=', id)
      .where('deletedAt', 'is', null)
      .orderBy('happenedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    // What ended has no next contact, also when one of its follow-ups is taken back.
    const planned = added || isOpenLead(lead.status as LeadStatus);
    const changes = {
      lastFollowUpAt: last?.happenedAt ?? null,
      lastFollowUpContent: last?.content ?? null,
      followUpCount: last?.count ?? 0,
      nextFollowUpAt: (planned && last?.nextFollowUpAt) || null,
      nextFollowUpContent: last?.nextFollowUpContent ?? null,
      lastContactAt: latest(last?.happenedAt, lead.assignedAt, lead.createdAt),
    };
    if (added && lead.status === 'new') {
      await moveLead(work, lead, 'contact', { automatic: true, changes: { ...changes, isContacted: true } });
    } else {
      await updateLead(work, lead, { ...changes, ...(added ? { isContacted: true } : {}) });
      work.audit({ action: 'leads.contacted', entity: 'leads', entityId: id, changes: diff(lead, changes) });
    }
  },
};

const latest = (...instants: (string | null | undefined)[]): string =>
  instants
    .filter((at) => at != null)
    .sort()
    .at(-1) as string;

/** Writes a follow-up for a lead. */
export const followUpLead = (
  work: Work,
  id: string,
  draft: Request<typeof leads.followUp>['body'],
): Promise<Answer<typeof leads.followUp>> => logFollowUp(work, leadTarget, id, draft);
