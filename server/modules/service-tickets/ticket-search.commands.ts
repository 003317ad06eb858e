import { sql } from 'kysely';
import type { Database, Queryable } from '../../kernel/database.ts';
import { NO_ID } from '../../kernel/new-id.ts';
import type { Ticket } from './ticket-record.ts';
import { ticketSearch } from './tickets.search.ts';

/** What a ticket belongs to and can be found by. */
type Subject = 'customerId' | 'equipmentId';

const TICKETS_AT_ONCE = 200;

/** Makes a locked ticket findable by what it says now. */
export const refreshSearch = (db: Queryable, ticket: Ticket): Promise<void> => writeSearches(db, [ticket]);

/** Makes the tickets of a customer or a unit findable by what that is called now. */
export async function refreshSearchesOf(db: Database, subject: Subject, id: string): Promise<void> {
  let after: string | undefined = NO_ID;
  while (after !== undefined) {
    const from: string = after;
    after = await db.transaction().execute(async (trx) => {
      const tickets = await trx
        .selectFrom('serviceTickets')
        .selectAll()
        .where(subject, '=', id)
        .where('id', '>', from)
        .orderBy('id')
        .limit(TICKETS_AT_ONCE)
        .forUpdate()
        .execute();
      await writeSearches(trx, tickets);
      return tickets.at(-1)?.id;
    });
  }
}

/** The names stay as they are read until they are written: a next renaming waits, and comes after. */
async function writeSearches(db: Queryable, tickets: readonly Ticket[]): Promise<void> {
  if (tickets.length === 0) return;
  const customers = await db
    .selectFrom('customers')
    .select(['id', 'customerName'])
    .where(sql<boolean>`id = any(${tickets.map(({ customerId }) => customerId)}::uuid[])`)
    .forShare()
    .execute();
  const units = await db
    .selectFrom('equipment')
    .select(['id', 'equipmentName', 'serialNo'])
    .where(sql<boolean>`id = any(${tickets.flatMap(({ equipmentId }) => equipmentId ?? [])}::uuid[])`)
    .forShare()
    .execute();
  const names = new Map(customers.map(({ id, customerName }) => [id, customerName]));
  const unitOf = new Map(units.map((unit) => [unit.id, unit]));
  const searches = tickets.map((ticket) => ({
    id: ticket.id,
    ...ticketSearch({
      ...ticket,
      customerName: names.get(ticket.customerId) ?? '',
      equipment: (ticket.equipmentId && unitOf.get(ticket.equipmentId)) || null,
    }),
  }));
  await sql`
    update service_tickets set search_text = search."searchText", search_grams = search."searchGrams"
    from jsonb_to_recordset(${JSON.stringify(searches)}::jsonb)
      as search (id uuid, "searchText" text, "searchGrams" text[])
    where service_tickets.id = search.id`.execute(db);
}
