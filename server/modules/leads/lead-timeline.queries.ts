import type { Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import type { TimelinePage } from '#shared/timeline/contract.ts';
import type { Context } from '../../kernel/context.ts';
import { type TimelineSource, timelineOf } from '../timeline/timeline.queries.ts';
import { absorbedInto } from './lead-merged.queries.ts';
import { getLead } from './leads.queries.ts';

const source: TimelineSource = {
  entity: 'leads',
  followUps: 'lead_id',
  states: leadMachine.states,
  created: (ownerName) => ({
    title: ownerName ? `登记线索，跟进人：${ownerName}` : '登记线索，放入公海',
    reason: null,
  }),
  more: ['leads.mergeUndone'],
  own: ['leads.absorbed', 'leads.separated'],
};

/** Everything that happened to a lead and to those that became part of it, newest first. */
export async function leadTimeline(
  context: Context,
  id: string,
  query: Request<typeof leads.timeline>['query'],
): Promise<TimelinePage> {
  const lead = await getLead(context, id);
  const absorbed = lead.merges.length > 0 ? await absorbedInto(context.db, lead.id) : [];
  return timelineOf(context, source, lead.id, query, { masked: lead.contactMasked, absorbed });
}
