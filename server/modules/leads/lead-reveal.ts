import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { LeadContact, leads } from '#shared/leads/contract.ts';
import { visible } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';

/** Answers what the pool masks, and records who asked for it and why. Throws NOT_FOUND outside what they may read. */
export async function revealLead(
  work: Work,
  id: string,
  { reason }: Request<typeof leads.reveal>['body'],
): Promise<LeadContact> {
  const { scope } = withPermission(work, 'leads.read');
  const contact = await work.db
    .selectFrom('leads')
    .select(['phone', 'wechat', 'otherHandle', 'contactPerson', 'email'])
    .where('id', '=', id)
    .where(visible(scope, 'leads'))
    .executeTakeFirst();
  if (!contact) throw httpErrors.NOT_FOUND();
  work.audit({ action: 'leads.revealed', entity: 'leads', entityId: id, reason });
  return contact;
}
