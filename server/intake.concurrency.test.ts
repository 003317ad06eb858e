import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IntakeSource, intake } from '#shared/intake/contract.ts';
import { newId } from './kernel/new-id.ts';
import { processEvent } from './modules/intake/intake-processing.ts';
import { type Company, createCompany, nextPhone } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { testSigner } from './testing/outside.ts';

const SECRET = 'secret-of-the-platform';

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('leads from outside at the same moment', () => {
  let t: TestApp;
  let people: Company;
  let source: IntakeSource;

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
    const assignment = { to: 'owner', ownerId: people.rep.id } as const;
    const body = { kind: 'generic-hmac', name: '官网', secret: SECRET, assignment } as const;
    source = (await t.call(intake.createSource, { body }, { as: people.admin })).data;
  });

  async function send(message: object): Promise<number> {
    const body = JSON.stringify(message);
    const timestamp = String(Date.parse(t.clock.now()));
    const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
    const { statusCode } = await t.app.inject({
      method: 'POST',
      url: new URL(source.address).pathname,
      headers: { 'x-genjin-timestamp': timestamp, 'x-genjin-signature': signature },
      payload: body,
    });
    return statusCode;
  }

  const waiting = async () =>
    (await t.db.selectFrom('intakeEvents').select('id').where('status', '=', 'received').execute()).map(
      ({ id }) => id,
    );
  const context = () => ({
    database: t.database,
    clock: t.clock,
    signer: testSigner,
    cache: { get: async () => undefined, set: async () => undefined, forget: async () => undefined } as never,
    jobs: t.jobs,
  });
  const results = (phone: string) =>
    t.db
      .selectFrom('intakeEvents')
      .innerJoin('leads', 'leads.id', 'intakeEvents.leadId')
      .select(['intakeEvents.status', 'intakeEvents.leadId'])
      .where('leads.phone', '=', phone)
      .execute();

  it.each(['by its number', 'by its telephone number'])(
    'the same clue five times is one lead, %s',
    async (how) => {
      const phone = nextPhone();
      const id = newId();
      const message = (i: number) => ({
        ...(how === 'by its number' ? { id } : {}),
        phone,
        remark: `第${i}次`,
      });
      const sent = await Promise.all([1, 2, 3, 4, 5].map((i) => send(message(i))));
      expect(sent).toEqual([200, 200, 200, 200, 200]);
      const ids = await waiting();
      expect(ids).toHaveLength(5);
      // Each twice: a job is given out again when its worker seems dead.
      await Promise.all([...ids, ...ids].map((eventId) => processEvent(context(), eventId)));
      const events = await results(phone);
      expect(events.map(({ status }) => status).sort()).toEqual([
        'duplicate',
        'duplicate',
        'duplicate',
        'duplicate',
        'processed',
      ]);
      expect(new Set(events.map(({ leadId }) => leadId)).size).toBe(1);
    },
  );

  it('the same message five times is kept once', async () => {
    const message = { id: newId(), phone: nextPhone() };
    const sent = await Promise.all([1, 2, 3, 4, 5].map(() => send(message)));
    expect(sent.filter((status) => status === 200)).toHaveLength(1);
    expect(sent.filter((status) => status === 409)).toHaveLength(4);
    const [id, ...others] = await waiting();
    expect(others).toEqual([]);
    await processEvent(context(), id as string);
    expect(await results(message.phone)).toHaveLength(1);
  });

  it('different customers do not wait for each other in a circle', async () => {
    const phones = Array.from({ length: 20 }, () => nextPhone());
    await Promise.all(phones.map((phone, i) => send({ phone, wechat: `wechat_${i % 4}_id` })));
    await Promise.all((await waiting()).map((eventId) => processEvent(context(), eventId)));
    expect(await waiting()).toEqual([]);
    const rows = await t.db.selectFrom('leads').select('id').where('phone', 'in', phones).execute();
    expect(rows).toHaveLength(4);
  });
});
