import { followups } from '#shared/followups/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import type { Row } from '../../kernel/transition.ts';
import { logFollowUp, removeFollowUp, updateFollowUp } from './followups.commands.ts';
import { getFollowUp, listFollowUps } from './followups.queries.ts';
import type { FollowUpTarget } from './followups.target.ts';

export function followUpRoutes(targets: { readonly lead: FollowUpTarget }): Route[] {
  const targetOf = (row: Row<'followups'>) => ({ target: targets.lead, id: row.leadId as string });
  return [
    read(followups.list, (context, { query }) => listFollowUps(context, query)),
    write(followups.create, (work, { body: { leadId, ...draft } }) =>
      logFollowUp(work, targets.lead, leadId, draft),
    ),
    read(followups.get, (context, { params }) => getFollowUp(context, params.id)),
    write(followups.update, (work, { params, body }) => updateFollowUp(work, targetOf, params.id, body)),
    write(followups.remove, (work, { params, body }) => removeFollowUp(work, targetOf, params.id, body)),
  ];
}
