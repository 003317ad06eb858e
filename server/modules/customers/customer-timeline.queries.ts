import type { customers } from '#shared/customers/contract.ts';
import { customerMachine, customerStageMachine } from '#shared/customers/machine.ts';
import type { Request } from '#shared/http/endpoint.ts';
import type { TimelinePage } from '#shared/timeline/contract.ts';
import type { Context } from '../../kernel/context.ts';
import { type TimelineSource, timelineOf } from '../timeline/timeline.queries.ts';
import { getCustomer } from './customers.queries.ts';

const source: TimelineSource = {
  entity: 'customers',
  followUps: 'customer_id',
  states: { ...customerMachine.states, ...customerStageMachine.states },
  created: (ownerName, reason) => ({
    title: `新建客户，负责人：${ownerName}`,
    reason: reason === '新建' ? null : reason,
  }),
  more: [
    'customers.assessed',
    'customers.collaboratorsChanged',
    'customers.contactAdded',
    'customers.contactUpdated',
    'customers.contactRemoved',
    'customers.merged',
  ],
};

/** Everything that happened to a customer, newest first; with the follow-ups of the leads that became it. */
export async function customerTimeline(
  context: Context,
  id: string,
  query: Request<typeof customers.timeline>['query'],
): Promise<TimelinePage> {
  await getCustomer(context, id);
  return timelineOf(context, source, id, query);
}
