import { sql } from 'kysely';
import type { Answer } from '#shared/http/endpoint.ts';
import type { serviceTickets } from '#shared/service-tickets/contract.ts';
import { DAY_MS, toInstant } from '#shared/values/time.ts';
import type { Context } from '../../kernel/context.ts';
import { type Candidate, rankCandidates } from './ticket-candidates.ts';
import { openTicket } from './ticket-filters.ts';
import { requireSeen } from './tickets.queries.ts';

const SHOWN = 50;
const RECENT_DAYS = 90;

/** Everybody who can be sent to a ticket and is not there yet, the best first. Throws NOT_FOUND outside the scope. */
export async function candidatesFor(
  context: Context,
  id: string,
): Promise<Answer<typeof serviceTickets.candidates>> {
  const { customerId, city, assignedTo } = await requireSeen(context, id);
  const recent = toInstant(Date.parse(context.now) - RECENT_DAYS * DAY_MS);
  const { rows } = await sql<Candidate>`
    with engineers as (
      select users.id, users.name, bool_or(role_permissions.permission = 'serviceTickets.dispatch') as dispatches
      from users
      join user_roles on user_roles.user_id = users.id
      join role_permissions on role_permissions.role_id = user_roles.role_id
      where users.status = 'active' and users.id is distinct from ${assignedTo}::uuid
        and role_permissions.permission in ('serviceTickets.work', 'serviceTickets.dispatch')
      group by users.id, users.name
      having bool_or(role_permissions.permission = 'serviceTickets.work')
    ), in_hand as (
      select assigned_to, count(*) as count, count(*) filter (where city = ${city}) as nearby
      from service_tickets where deleted_at is null and ${openTicket} group by assigned_to
    ), in_city as (
      select assigned_to, count(*) as count
      from service_tickets where deleted_at is null and city = ${city} and reported_at >= ${recent}
      group by assigned_to
    ), of_customer as (
      select assigned_to, count(*) as count
      from service_tickets where deleted_at is null and customer_id = ${customerId} and id <> ${id}
      group by assigned_to
    )
    select engineers.id, engineers.name, engineers.dispatches,
      coalesce(in_hand.count, 0) as open_tickets, coalesce(in_hand.nearby, 0) as open_nearby,
      coalesce(in_city.count, 0) as recent_nearby, coalesce(of_customer.count, 0) as of_customer
    from engineers
    left join in_hand on in_hand.assigned_to = engineers.id
    left join in_city on in_city.assigned_to = engineers.id
    left join of_customer on of_customer.assigned_to = engineers.id`.execute(context.db);
  return { list: rankCandidates(rows).slice(0, SHOWN) };
}
