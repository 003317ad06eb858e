import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import type { TicketStep } from '#shared/service-tickets/machine.ts';
import { newId } from './kernel/new-id.ts';
import { createCompany, hashPassword } from './testing/company.ts';
import { createTestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { withDatabase } from './testing/global-setup.ts';
import { addressOf, callServer, spawnServer, until } from './testing/process.ts';
import { newTicket, send, stepBody, storedTicket, ticketSeenBy } from './testing/tickets.ts';

// A real server process, killed in the middle of each step of a visit: the phone sends the step again, with the same key.

const PASSWORD = 'correct-horse-1';
const STEPS: readonly TicketStep[] = ['accept', 'depart', 'arrive', 'resolve', 'sign'];
/** After the status was written, and before the row of the log. */
const STOPS_AT = 'ticket_logs';

it.runIf(onRealPostgres)(
  'a step whose server is killed in the middle has not happened, and happens once when it is sent again',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'genjin-tickets-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const t = await createTestApp();
    const { manager } = await createCompany(t);
    // The processes go by the clock on the wall.
    t.clock.set(new Date().toISOString());
    const engineer = await t.user({ roles: ['engineer'], passwordHash: await hashPassword(PASSWORD) });
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(t.db);
    const env = {
      DATABASE_URL: withDatabase(process.env.TEST_DATABASE_URL as string, rows[0]?.name as string),
      FILES_DIR: join(directory, 'files'),
      WORKER: 'off',
    };
    async function start() {
      const server = spawnServer(directory, env);
      onTestFinished(server.kill);
      const url = await addressOf(server);
      const body = { username: engineer.username, password: PASSWORD };
      const { accessToken } = await callServer({ url }, auth.login, { body });
      return { ...server, url, accessToken };
    }
    const { id } = await send(t, manager, await newTicket(t, manager), engineer);
    const ticket = await ticketSeenBy(t, engineer, id);
    const logged = async () =>
      (
        await t.db
          .selectFrom('ticketLogs')
          .select('logType')
          .where('ticketId', '=', id)
          .orderBy('id')
          .execute()
      ).map(({ logType }) => logType);

    let server = await start();
    for (const [i, name] of STEPS.entries()) {
      const [key, body] = [newId(), JSON.stringify(stepBody(t, ticket, name))];
      const sendStep = () =>
        fetch(server.url + urlOf(serviceTickets[name], { params: { id } } as never), {
          method: 'PUT',
          headers: {
            authorization: `Bearer ${server.accessToken}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body,
        });
      const before = await storedTicket(t, id);
      await t.db.transaction().execute(async (trx) => {
        await sql.raw(`lock table ${STOPS_AT} in share row exclusive mode`).execute(trx);
        const sent = sendStep().catch(() => null);
        await until('the step waits in the middle', async () => {
          const { rows: waiting } = await sql<{ count: number }>`select count(*) from pg_locks
            where not granted and relation = ${sql.lit(STOPS_AT)}::regclass`.execute(t.db);
          return waiting[0]?.count === 1;
        });
        await server.kill();
        expect(await sent).toBeNull();
      });
      server = await start();
      expect(await storedTicket(t, id)).toEqual(before);
      expect(await logged()).toEqual(['create', 'assign', ...STEPS.slice(0, i)]);
      for (const replayed of [null, 'true']) {
        const again = await sendStep();
        expect(again.status, await again.clone().text()).toBe(200);
        expect(again.headers.get('idempotency-replayed')).toBe(replayed);
      }
      expect(await logged()).toEqual(['create', 'assign', ...STEPS.slice(0, i + 1)]);
    }
    expect(await storedTicket(t, id)).toMatchObject({ status: 'resolved', signerName: '梁志远' });
    const parts = await t.db.selectFrom('ticketParts').select('id').where('ticketId', '=', id).execute();
    expect(parts).toHaveLength(2);
  },
  180_000,
);
