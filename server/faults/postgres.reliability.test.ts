import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { exports } from '#shared/transfers/contract.ts';
import { newId } from '../kernel/new-id.ts';
import { leadDraft } from '../testing/company.ts';
import { type Line, openLine } from '../testing/line.ts';
import { canStopServers, type Installation, install, type RunningServer } from '../testing/own-servers.ts';
import { callServer, until } from '../testing/process.ts';

// While people go on working, Postgres is stopped and started again, as a provider does for an update, or after a crash; or the
// network loses whatever is sent to it.

const WRITERS = 12;
const READERS = 4;
const BACK_WITHIN_MS = 5_000;
const PATIENCE_MS = 5_000;

interface Refusal {
  readonly word: string;
  readonly at: number;
  readonly ms: number;
}

describe.runIf(canStopServers)('Postgres that goes away under load', () => {
  let installation: Installation;
  let line: Line;
  let servers: RunningServer[];
  let token: string;

  beforeAll(async () => {
    installation = await install();
    line = await openLine(installation.postgres.url);
    const env = { DATABASE_URL: line.url };
    const first = await installation.start({ ...env, WORKER: 'on' });
    servers = [first, await installation.start({ ...env, WORKER: 'off' })];
    token = await installation.signIn(first);
  });
  afterAll(async () => {
    await line?.close();
    await installation?.remove();
  });

  const stop = (signal: NodeJS.Signals) => () => installation.postgres.stop(signal);
  const start = () => installation.postgres.start();

  const ask = async (path: string) => {
    const responses = servers.map(({ url }) => fetch(url + path, { signal: AbortSignal.timeout(5_000) }));
    return (await Promise.all(responses)).map(({ status }) => status);
  };

  it.each([
    { how: 'ended in an orderly way', seconds: 1.5, leave: stop('SIGINT'), come: start },
    { how: 'ended at once, as by a crash', seconds: 1.5, leave: stop('SIGQUIT'), come: start },
    {
      how: 'out of reach without a word',
      seconds: 20,
      leave: async () => line.silence(),
      come: async () => line.restore(),
    },
  ])(
    '$how for $seconds seconds: only 503 meanwhile, every write once, back within five seconds',
    async ({ seconds, leave, come }) => {
      const refusals: Refusal[] = [];
      /** The number of each lead by the key under which it was acknowledged. */
      const acknowledged = new Map<string, string>();
      const inTime: number[] = [];
      let isOver = false;
      let hasFailed = false;
      onTestFinished(() => {
        hasFailed = isOver = true;
      });
      let back = Number.POSITIVE_INFINITY;
      onTestFailed(() => {
        const words = Map.groupBy(refusals, ({ word, at }) => `${word} ${at < back ? 'meanwhile' : 'after'}`);
        console.info('Refused:', [...words].map(([word, all]) => `${word}: ${all.length}`).join(', '));
      });

      async function send(
        server: RunningServer,
        form: { key: string; body: string } | null,
      ): Promise<{ no: string } | null> {
        const asked = Date.now();
        const response = await fetch(server.url + leads.create.path + (form ? '' : '?pageSize=20'), {
          method: form ? 'POST' : 'GET',
          headers: {
            authorization: `Bearer ${token}`,
            ...(form ? { 'content-type': 'application/json', 'idempotency-key': form.key } : {}),
          },
          body: form?.body ?? null,
        });
        const { data, errorCode } = (await response.json()) as { data: { no: string }; errorCode?: string };
        if (response.status === 200) return data;
        const at = Date.now();
        refusals.push({ word: `${response.status} ${errorCode}`, at, ms: at - asked });
        return null;
      }
      async function read(server: RunningServer): Promise<void> {
        while (!isOver) if (!(await send(server, null))) await sleep(50);
      }
      /** As a phone does: the same form with the same key, until somebody acknowledges it. */
      async function write(i: number): Promise<void> {
        while (!isOver) {
          const key = newId();
          // Word for word: under its key, another number would be another form.
          const form = { key, body: JSON.stringify(leadDraft({ customerName: key })) };
          for (let attempt = 0; !acknowledged.has(key) && !hasFailed; attempt++) {
            const lead = await send(servers[(i + attempt) % servers.length] as RunningServer, form);
            if (lead) acknowledged.set(key, lead.no);
            else await sleep(50);
          }
          if (Date.now() > back) inTime.push(Date.now());
        }
      }
      const people = [
        ...Array.from({ length: WRITERS }, (_, i) => write(i)),
        ...Array.from({ length: READERS }, (_, i) => read(servers[i % servers.length] as RunningServer)),
      ];

      await until('work goes on', async () => acknowledged.size > 50);
      // A machine that is slow refuses some while the processes are still cold.
      refusals.length = 0;
      await leave();
      await sleep(seconds * 1000);
      expect(await ask('/readyz')).toEqual([503, 503]);
      expect(await ask('/healthz')).toEqual([200, 200]);
      await come();
      back = Date.now();
      await until('work goes on again', async () => inTime.length > 50);
      isOver = true;
      await Promise.all(people);

      expect((inTime[0] as number) - back).toBeLessThan(BACK_WITHIN_MS);
      const slowest = Math.max(...refusals.map(({ ms }) => ms));
      console.info(
        `${refusals.length} refusals, the slowest after ${slowest} ms; first write ${(inTime[0] as number) - back} ms after`,
      );
      expect(slowest).toBeLessThan(PATIENCE_MS);
      const meanwhile = refusals.filter(({ at }) => at < back);
      expect(new Set(meanwhile.map(({ word }) => word))).toEqual(new Set(['503 UNAVAILABLE']));
      // What was under way is known only when the connection that carried it is found to be gone.
      for (const { word } of refusals) expect(['503 UNAVAILABLE', '409 IN_FLIGHT']).toContain(word);
      for (const { child } of servers) expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      await until('they are ready again', async () =>
        (await ask('/readyz')).every((status) => status === 200),
      );

      const kept = await installation.db
        .selectFrom('leads')
        .select(['customerName', 'no'])
        .where('customerName', 'in', [...acknowledged.keys()])
        .execute();
      expect(kept.map(({ customerName, no }) => [customerName, no]).sort()).toEqual([...acknowledged].sort());
      // What nobody acknowledged is not there either: each form was sent until somebody did.
      const { rows } = await sql<{ leads: number; numbers: number; last: number }>`
        select count(*) as leads, count(distinct no) as numbers, max(right(no, 4)::int) as last from leads`.execute(
        installation.db,
      );
      expect(rows[0]).toMatchObject({ numbers: rows[0]?.leads, last: rows[0]?.leads });
    },
    120_000,
  );

  it('that starts after a process of ours is waited for', async () => {
    await installation.postgres.stop('SIGINT');
    const starting = installation.start({ WORKER: 'off' });
    await sleep(2_000);
    await installation.postgres.start();
    expect((await fetch(`${(await starting).url}/readyz`)).status).toBe(200);
  }, 120_000);

  it('leaves the worker at work', async () => {
    const [server] = servers as [RunningServer];
    const { id } = await callServer(server, exports.leads, { body: {} }, token);
    await until('a file is made', async () => {
      const { state } = await callServer(server, exports.get, { params: { id } }, token);
      return state === 'ready';
    });
  }, 120_000);
});
