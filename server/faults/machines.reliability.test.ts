import { beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '#shared/http/envelope.ts';
import type { Machine } from '#shared/machine.ts';
import { type Company, createCompany } from '../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../testing/createTestApp.ts';
import { onRealPostgres } from '../testing/database.ts';
import { type Act, type Driven, drivenMachines, drivenTickets, type Seen } from '../testing/machines.ts';

// Everything that can be done to one record, done at the same moment by people who all saw it as it was before.

const ROUNDS = 3;
/** So many records at once: the pool has a connection for each. */
const AT_ONCE = 10;

type AnyDriven = Driven<string, string>;

describe.runIf(onRealPostgres)('at one moment', () => {
  let t: TestApp;
  let people: Company;
  let former: TestUser;

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
    former = await t.user({ roles: ['engineer'], name: '钱进' });
  });

  const machines = {
    ...drivenMachines(() => ({ t, people })),
    tickets: drivenTickets(() => ({ t, people, former })),
  } as unknown as Record<string, AnyDriven>;

  const stored = (table: AnyDriven['table'], id: string) =>
    t.db.selectFrom(table).selectAll().where('id', '=', id).executeTakeFirstOrThrow() as Promise<
      Record<string, unknown>
    >;

  /** The steps of a machine that a record has taken, in their order. */
  async function stepsOf({ table, machine }: AnyDriven, id: string) {
    const steps = await t.db
      .selectFrom('statusChanges')
      .select(['action', 'fromStatus', 'toStatus'])
      .where('entity', '=', table)
      .where('entityId', '=', id)
      .orderBy('id')
      .execute();
    return steps.filter(({ action }) => action in machine.actions);
  }

  /** Follows the steps from a state; answers where they end, and fails where the machine does not let them. */
  function follow(
    machine: Machine<string, string>,
    start: string,
    steps: Awaited<ReturnType<typeof stepsOf>>,
  ) {
    return steps.reduce((state, { action, fromStatus, toStatus }) => {
      expect(fromStatus).toBe(state);
      expect(machine.can(state, action)).toBe(true);
      return toStatus;
    }, start);
  }

  /** Does all of it to one new record at once, and looks at what is left. */
  async function race(driven: AnyDriven, state: string, names: readonly string[]): Promise<void> {
    const { machine, table, column, drive, besides } = driven;
    const acts: Readonly<Record<string, Act>> = { ...besides, ...drive };
    const record: Seen = await driven.put(state);
    const earlier = (await stepsOf(driven, record.id)).length;
    const replies = await Promise.all(names.map((name) => (acts[name] as Act)(record)));
    const what = `${names.map((name, i) => `${name} ${replies[i]?.status}`).join(', ')} from ${state}`;

    const accepted = names.filter((_, i) => replies[i]?.status === 200);
    // A record that is finished may not be edited, by nobody.
    if (names.some((name) => name !== 'edit')) expect(accepted.length, what).toBeGreaterThan(0);
    for (const { status, body } of replies.filter((reply) => reply.status !== 200)) {
      // Whoever comes after it was removed finds nothing.
      if (status === 404) expect(accepted, what).toContain('remove');
      else expect(status, `${what}: ${(body as Failure).errorCode}`).toBe(409);
    }
    const row = await stored(table, record.id);
    expect(row.version, what).toBe(record.version + accepted.length);
    const steps = (await stepsOf(driven, record.id)).slice(earlier);
    expect(steps, what).toHaveLength(accepted.filter((name) => name in drive).length);
    expect(row[column], what).toBe(follow(machine, state, steps));
  }

  it.each(Object.entries(machines))(
    'any two actions on %s, and all of them: one step for each that was accepted, and 409 for the others',
    async (_, driven) => {
      const races: (() => Promise<void>)[] = [];
      for (const state of Object.keys(driven.machine.states)) {
        const possible = [...driven.machine.available(state), ...Object.keys(driven.besides)];
        for (let round = 0; round < ROUNDS; round++) {
          races.push(() => race(driven, state, possible));
          for (const [i, one] of possible.entries())
            for (const other of possible.slice(i)) races.push(() => race(driven, state, [one, other]));
        }
      }
      const take = async () => {
        for (let next = races.pop(); next; next = races.pop()) await next();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, take));
    },
    240_000,
  );
});
