import { leadErrors } from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { visible } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import { lockVisible, type Row, transition, withPermission } from '../../kernel/transition.ts';
import { getLead } from './leads.queries.ts';

/** A lead as it is stored. */
export type Lead = Row<'leads'>;

/** A lead within the command's scope, locked. Throws NOT_FOUND, STALE, or LEAD_IN_POOL for what must be claimed first. */
export async function lockLead(work: Work, id: string, version?: number): Promise<Lead> {
  try {
    return await lockVisible(work, 'leads', id, { version, current: () => getLead(work, id) });
  } catch (error) {
    if ((error as { code?: string }).code === 'NOT_FOUND' && (await isInPool(work, id)))
      throw leadErrors.LEAD_IN_POOL();
    throw error;
  }
}

async function isInPool(work: Work, id: string): Promise<boolean> {
  const { scope } = withPermission(work, 'leads.read');
  const row = await work.db
    .selectFrom('leads')
    .select('ownerId')
    .where('id', '=', id)
    .where(visible(scope, 'leads'))
    .executeTakeFirst();
  return row?.ownerId === null;
}

export async function updateLead(
  work: Work,
  lead: Pick<Lead, 'id' | 'version'>,
  changes: Partial<Lead>,
): Promise<void> {
  await work.db
    .updateTable('leads')
    .set({ ...changes, version: lead.version + 1, updatedAt: work.now })
    .where('id', '=', lead.id)
    .execute();
}

export const moveLead = (
  work: Work,
  lead: Lead,
  action: Parameters<typeof transition<LeadStatus, keyof typeof leadMachine.actions>>[4],
  options: Parameters<typeof transition<LeadStatus, keyof typeof leadMachine.actions>>[5],
) => transition(work, 'leads', leadMachine, { ...lead, status: lead.status as LeadStatus }, action, options);
