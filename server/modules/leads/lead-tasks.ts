import { httpErrors } from '#shared/http/errors.ts';
import { visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import { withPermission } from '../../kernel/transition.ts';
import type { TaskSource } from '../tasks/task-source.ts';
import { lockLead, updateLead } from './lead-record.ts';

/** Leads as something that tasks are about. */
export const leadTaskSource: TaskSource = {
  async requireSeen(work, id) {
    // Whoever makes tasks need not have to do with leads at all.
    if (!work.actor.grants['leads.read']) throw httpErrors.NOT_FOUND();
    const { scope } = withPermission(work, 'leads.read');
    const lead = await work.db
      .selectFrom('leads')
      .select('id')
      .where('id', '=', id)
      .where(visible(scope, 'leads'))
      // Until the task is there: a merge takes along what it finds.
      .forShare()
      .executeTakeFirst();
    if (!lead) throw httpErrors.NOT_FOUND();
  },

  async lock(work, id) {
    await lockLead(withPermission(work, 'leads.update'), id);
  },

  async plan(work, id, dueAt, reason) {
    const lead = await lockLead(withPermission(work, 'leads.update'), id);
    const changes = { nextFollowUpAt: dueAt, ...(dueAt === null ? { nextFollowUpContent: null } : {}) };
    await updateLead(work, lead, changes);
    work.audit({
      action: 'leads.updated',
      entity: 'leads',
      entityId: id,
      changes: diff(lead, changes),
      reason,
    });
  },
};
