import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { type Row, withPermission } from '../../kernel/transition.ts';
import { logFollowUp } from '../followups/followups.commands.ts';
import type { FollowUpChange, FollowUpTarget } from '../followups/followups.target.ts';
import { type Lead, lockLead, moveLead, updateLead } from './lead-record.ts';

/** Leads as something that is followed up. */
export const leadTarget: FollowUpTarget = {
  column: 'leadId',

  async lock(work, id) {
    await lockLead(withPermission(work, 'leads.update'), id);
  },

  async refresh(work, id, change) {
    // Locked here too: whoever changes a follow-up has not locked its lead yet.
    const lead = await work.db
      .selectFrom('leads')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const last = await work.db
      .selectFrom('followups')
      .select(['id', 'happenedAt', 'content', 'nextFollowUpAt', 'nextFollowUpContent'])
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
    const added = change.kind === 'added';
    const next = nextOf(lead, last, change);
    const changes = {
      lastFollowUpAt: last?.happenedAt ?? null,
      lastFollowUpContent: last?.content ?? null,
      followUpCount: last?.count ?? 0,
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
  },
};

type Next = Pick<Lead, 'nextFollowUpAt' | 'nextFollowUpContent'>;
type Last = Next & Pick<Row<'followups'>, 'id' | 'happenedAt'>;

/**
 * What is agreed for the next contact. The last follow-up says it when it was written, changed in just that, or became the
 * last; otherwise the lead keeps what was arranged since, e.g. by putting it off.
 */
function nextOf(lead: Next, last: Last | undefined, change: FollowUpChange): Next {
  const { row } = change;
  if (change.kind === 'removed') {
    const wasLast =
      !last || row.happenedAt > last.happenedAt || (row.happenedAt === last.happenedAt && row.id > last.id);
    return wasLast ? (last ?? { nextFollowUpAt: null, nextFollowUpContent: null }) : lead;
  }
  if (last?.id !== row.id) return lead;
  if (change.kind !== 'updated') return last;
  return {
    nextFollowUpAt: 'nextFollowUpAt' in change.changes ? last.nextFollowUpAt : lead.nextFollowUpAt,
    nextFollowUpContent:
      'nextFollowUpContent' in change.changes ? last.nextFollowUpContent : lead.nextFollowUpContent,
  };
}

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
