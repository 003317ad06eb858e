import { beforeAll, describe, expect, it } from 'vitest';
import { visits } from '#shared/visits/contract.ts';
import { type Company, createCompany } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { storedTicket } from './testing/tickets.ts';
import { logsOfTicket, newVisit, SIGNATURE } from './testing/visits.ts';

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('two phones with one link', () => {
  let t: TestApp;
  let people: Company;

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
  });

  it('rate at the same moment: one counts, the other hears that it was rated', async () => {
    const { id, token } = await newVisit(t, people, 'resolved');
    const replies = await Promise.all(
      [1, 2, 3, 4, 5].map((customerRating) =>
        t.call(visits.rate, { params: { token }, body: { customerRating } }),
      ),
    );
    const won = replies.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const reply of replies.filter((each) => !won.includes(each)))
      expect(reply.failure).toMatchObject({ code: 409, errorCode: 'VISIT_ALREADY_RATED' });
    expect((await storedTicket(t, id)).customerRating).toBe(won[0]?.data.customerRating);
    expect((await logsOfTicket(t, id)).filter(({ logType }) => logType === 'rate')).toHaveLength(1);
  });

  it('accept and refuse at the same moment: one counts, the other hears that it is too late', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, token } = await newVisit(t, people, 'pending_acceptance');
      const params = { token };
      const body = { signerName: '李经理', signature: SIGNATURE };
      const [accepted, refused] = await Promise.all([
        t.call(visits.accept, { params, body }),
        t.call(visits.refuse, { params, body: { reason: '还是不亮' } }),
      ]);
      expect([accepted.status, refused.status].sort()).toEqual([200, 409]);
      const loser = accepted.status === 409 ? accepted : refused;
      expect(loser.failure.errorCode).toBe('ACTION_NOT_ALLOWED');
      const { status, signature } = await storedTicket(t, id);
      expect(status).toBe(accepted.status === 200 ? 'resolved' : 'accepted');
      expect(signature).toEqual(accepted.status === 200 ? SIGNATURE : null);
    }
  });
});
