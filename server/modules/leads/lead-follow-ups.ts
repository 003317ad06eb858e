import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { latest } from '#shared/values/time.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';
import { customerTarget, lockReferred } from '../customers/customer-follow-ups.ts';
import { logFollowUp } from '../followups/followups.commands.ts';
import { nextOf, summarizeFollowUps } from '../followups/followups.summary.ts';
import type { FollowUpTarget } from '../followups/followups.target.ts';
import { lockLeadOrSurvivor, lockReferredLead, moveLead, updateLead } from './lead-record.ts';

/** Leads as something that is followed up. */
export const leadTarget: FollowUpTarget = {
  async lock(work, id) {
    // Written without a network, it may arrive after the lead has become part of another.
    const lead = await lockLeadOrSurvivor(withPermission(work, 'leads.update'), id);
    if (lead.customerId !== null) await lockReferred(work, lead.customerId);
    return { leadId: lead.id, customerId: lead.customerId };
  },

  async lockReferred(work, id) {
    const { customerId } = await lockReferredLead(work, id);
    if (customerId !== null) await lockReferred(work, customerId);
  },

  async refresh(work, asked, change) {
    const id = change.row.leadId ?? asked;
    // A merge may have moved the follow-up to another lead before it was locked.
    const lead = await lockReferredLead(work, id);
    const { last, kept } = await summarizeFollowUps(work.db, 'leadId', id);
    const added = change.kind === 'added';
    const next = nextOf(lead, last, change);
    const changes = {
      ...kept,
      // What ended has no next contact, also when one of its follow-ups is taken back.
      nextFollowUpAt: added || isOpenLead(lead.status as LeadStatus) ? next.nextFollowUpAt : null,
      nextFollowUpContent: next.nextFollowUpContent,
      lastContactAt: latest(last?.happenedAt, lead.assignedAt, lead.createdAt),
    };
    const done = added && last?.id === change.row.id ? last.content : null;
    if (added && lead.status === 'new') {
      const contacted = { ...changes, isContacted: true };
      await moveLead(work, lead, 'contact', { automatic: true, changes: contacted }, done);
    } else {
      await updateLead(work, lead, { ...changes, ...(added ? { isContacted: true } : {}) }, done);
      work.audit({ action: 'leads.contacted', entity: 'leads', entityId: id, changes: diff(lead, changes) });
    }
    if (lead.customerId !== null) await customerTarget.refresh(work, lead.customerId, change);
  },
};

/** Writes a follow-up for a lead. */
export const followUpLead = (
  work: Work,
  id: string,
  draft: Request<typeof leads.followUp>['body'],
): Promise<Answer<typeof leads.followUp>> => logFollowUp(work, leadTarget, id, draft);
