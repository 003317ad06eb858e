import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { type Company, createCompany, newCustomer, register } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { until } from './testing/process.ts';
import { newTicket } from './testing/tickets.ts';

interface Case {
  /** What everybody locks first. */
  readonly first: readonly [table: string, id: string];
  /** What the request may not hold while it waits for the first. */
  readonly next: readonly [table: string, id: string];
  readonly request: () => Promise<Reply<unknown>>;
}

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)(
  'locks are taken in one order: accounts, records, what belongs to them',
  () => {
    let t: TestApp;
    let people: Company;

    beforeAll(async () => {
      t = await createTestApp();
      people = await createCompany(t);
    });

    const closed = async () => {
      const { id, version } = await register(t, people.rep);
      const body = { version, action: 'close', outcome: 'invalid', reason: '重复登记' } as const;
      return (await t.call(leads.changeStatus, { params: { id }, body }, { as: people.rep })).data;
    };
    const draft = { method: 'phone', content: '说过' } as const;

    const cases: Record<string, () => Promise<Case>> = {
      'a change of what was said waits for the lead': async () => {
        const lead = await register(t, people.rep);
        const input = { params: { id: lead.id }, body: draft };
        const { id, version } = (await t.call(leads.followUp, input, { as: people.rep })).data;
        const body = { version, content: '改过' };
        return {
          first: ['leads', lead.id],
          next: ['followups', id],
          request: () => t.call(followups.update, { params: { id }, body }, { as: people.rep }),
        };
      },
      'a removal of what was said waits for the customer': async () => {
        const customer = await newCustomer(t, people.rep);
        const input = { params: { id: customer.id }, body: draft };
        const { id, version } = (await t.call(customers.followUp, input, { as: people.rep })).data;
        return {
          first: ['customers', customer.id],
          next: ['followups', id],
          request: () => t.call(followups.remove, { params: { id }, body: { version } }, { as: people.rep }),
        };
      },
      'opening a lead again waits for the account of its owner': async () => {
        const { id, version } = await closed();
        const body = { version, action: 'reopen', reason: '客户又来电' } as const;
        return {
          first: ['users', people.rep.id],
          next: ['leads', id],
          request: () => t.call(leads.changeStatus, { params: { id }, body }, { as: people.manager }),
        };
      },
      'bringing a lead back waits for the account of its owner': async () => {
        const { id, version } = await register(t, people.rep);
        await t.call(leads.remove, { params: { id }, body: { version } }, { as: people.manager });
        const body = { version: version + 1 };
        return {
          first: ['users', people.rep.id],
          next: ['leads', id],
          request: () => t.call(leads.restore, { params: { id }, body }, { as: people.admin }),
        };
      },
      'bringing a customer back waits for the account of its owner': async () => {
        const { id, version } = await newCustomer(t, people.rep);
        await t.call(customers.remove, { params: { id }, body: { version } }, { as: people.admin });
        const body = { version: version + 1 };
        return {
          first: ['users', people.rep.id],
          next: ['customers', id],
          request: () => t.call(customers.restore, { params: { id }, body }, { as: people.admin }),
        };
      },
      'giving a customer away waits for the account of whoever gets it': async () => {
        const { id, version } = await newCustomer(t, people.rep);
        const body = { version, newOwnerId: people.colleague.id, transferReason: '调整' };
        return {
          first: ['users', people.colleague.id],
          next: ['customers', id],
          request: () => t.call(customers.transfer, { params: { id }, body }, { as: people.manager }),
        };
      },
      'naming who helps with a customer waits for their accounts': async () => {
        const { id, version } = await newCustomer(t, people.rep);
        const body = { version, userIds: [people.colleague.id] };
        return {
          first: ['users', people.colleague.id],
          next: ['customers', id],
          request: () => t.call(customers.collaborate, { params: { id }, body }, { as: people.rep }),
        };
      },
      'sending an engineer waits for their account': async () => {
        const { id, version } = await newTicket(t, people.manager);
        const body = { version, assignedTo: people.engineer.id };
        return {
          first: ['users', people.engineer.id],
          next: ['service_tickets', id],
          request: () => t.call(serviceTickets.assign, { params: { id }, body }, { as: people.manager }),
        };
      },
    };

    it.each(Object.entries(cases))('%s', async (_name, prepare) => {
      const { first, next, request } = await prepare();
      const asked = await t.db.transaction().execute(async (trx) => {
        const lock = ([table, id]: Case['first']) =>
          sql`select from ${sql.table(table)} where id = ${id} for update nowait`.execute(trx);
        await lock(first);
        const answer = request();
        await until('it waits', async () => {
          const { rows } = await sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
            t.db,
          );
          return rows.length > 0;
        });
        await lock(next);
        return { answer };
      });
      expect((await asked.answer).status).toBe(200);
    });
  },
);
