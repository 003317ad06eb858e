import { followups } from '#shared/followups/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { logFollowUp, removeFollowUp, updateFollowUp } from './followups.commands.ts';
import { getFollowUp, listFollowUps } from './followups.queries.ts';
import type { FollowUpLinks, FollowUpTarget } from './followups.target.ts';

interface Targets {
  readonly lead: FollowUpTarget;
  readonly customer: FollowUpTarget;
}

export function followUpRoutes(targets: Targets): Route[] {
  /** The lead that it was written on, which tells its customer, or the customer. */
  const targetOf = ({ leadId, customerId }: FollowUpLinks) =>
    leadId ? { target: targets.lead, id: leadId } : { target: targets.customer, id: customerId as string };
  return [
    read(followups.list, (context, { query }) => listFollowUps(context, query)),
    write(followups.create, (work, { body: { leadId, customerId, ...draft } }) => {
      const { target, id } = targetOf({ leadId: leadId ?? null, customerId: customerId ?? null });
      return logFollowUp(work, target, id, draft);
    }),
    read(followups.get, (context, { params }) => getFollowUp(context, params.id)),
    write(followups.update, (work, { params, body }) => updateFollowUp(work, targetOf, params.id, body)),
    write(followups.remove, (work, { params, body }) => removeFollowUp(work, targetOf, params.id, body)),
  ];
}
