import { beforeAll, describe, expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { type Visit, visits } from '#shared/visits/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany } from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { testSigner } from '../../testing/outside.ts';
import { createRandom } from '../../testing/random.ts';
import { storedTicket } from '../../testing/tickets.ts';
import { logsOfTicket, newVisit, SIGNATURE } from '../../testing/visits.ts';
import { linkToken, readToken } from './ticket-links.ts';
import { engineerTitle } from './ticket-visits.queries.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp({ limiter: { take: async () => 0, forget: async () => undefined } });
  people = await createCompany(t);
});

const look = (token: string) => t.call(visits.get, { params: { token } });
const sign = (token: string, options = {}) =>
  t.call(visits.accept, { params: { token }, body: { signerName: '李经理', signature: SIGNATURE } }, options);
const refuse = (token: string, reason = '面板还是没反应') =>
  t.call(visits.refuse, { params: { token }, body: { reason } });
const rate = (token: string, customerRating = 5, options = {}) =>
  t.call(visits.rate, { params: { token }, body: { customerRating, customerFeedback: '很快' } }, options);

describe('what the customer sees', () => {
  it('is how far the work is, what was done and what it costs', async () => {
    const { token, no } = await newVisit(t, people, 'pending_acceptance');
    expect((await look(token)).data).toMatchObject({
      no,
      status: 'pending_acceptance',
      engineer: '赵工',
      steps: [{ label: '报修受理' }, { label: '工程师接单' }, { label: '到达现场' }, { label: '处理完成' }],
      work: {
        solution: '更换通讯模块，测试正常',
        replacedParts: [{ partName: '通讯模块', quantity: 2 }],
        totalCost: 840.5,
        isFree: false,
      },
      canAccept: true,
      canRate: false,
      signerName: null,
    });
  });

  it('is no work before it is done, also of the visit before', async () => {
    const { token } = await newVisit(t, people, 'on_site');
    expect((await look(token)).data).toMatchObject({ work: null, canAccept: false, canRate: false });
  });

  it('names nobody in full, and holds no id, no telephone number and no word of ours', async () => {
    const { token, id } = await newVisit(t, people, 'resolved', { signerName: '李经理', signature: null });
    await newVisit(t, people, 'resolved', { ticketTitle: '别人的工单' });
    for (const [logType, logContent] of [
      ['comment', '客户难缠'],
      ['decline', '不想去'],
      ['assign', '他最闲'],
    ] as const) {
      await t.db
        .insertInto('ticketLogs')
        .values({
          id: newId(),
          ticketId: id,
          logType,
          logContent,
          actorId: people.engineer.id,
          happenedAt: t.clock.now(),
          createdAt: t.clock.now(),
        })
        .execute();
    }
    const { data, body } = await look(token);
    const text = JSON.stringify(body);
    for (const secret of ['难缠', '不想去', '最闲', '赵磊', '李强', '13700001234', '金沙路', '别人的工单'])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(text).not.toMatch(/1[3-9]\d{9}/);
    expect(Object.keys(data).sort()).toEqual(Object.keys(visits.get.response.shape).sort());
  });

  it.each([
    ['赵磊', '赵工'],
    ['欧阳修远', '欧阳工'],
    ['𠮷田', '𠮷工'],
  ])('calls %s %s', (name, title) => {
    expect(engineerTitle(name)).toBe(title);
  });
});

describe('a link', () => {
  const notThere = async (token: string) => {
    const bodies = [];
    for (const reply of [await look(token), await sign(token), await refuse(token), await rate(token)]) {
      expect(reply.status).toBe(404);
      const { requestId: _, timestamp: __, ...rest } = reply.failure;
      bodies.push(rest);
    }
    return bodies;
  };

  it('that is none, was forged, has expired, was replaced or leads to what was deleted gets one answer', async () => {
    const good = await newVisit(t, people, 'pending_acceptance');
    const deleted = await newVisit(t, people, 'pending_acceptance', { deletedAt: t.clock.now() });
    const replaced = await newVisit(t, people, 'pending_acceptance', { linkVersion: 2 });
    const expiresAt = '2026-03-10T01:59:59.000Z';
    const expired = linkToken(testSigner, { ticketId: good.id, version: 1, expiresAt });
    const nowhere = linkToken(testSigner, {
      ticketId: newId(),
      version: 1,
      expiresAt: '2026-04-01T00:00:00.000Z',
    });
    const forOther = testSigner.sign('file', good.token.slice(0, 32));
    const answers = [];
    for (const token of [
      'x',
      '%00',
      "' or 1=1 --",
      'A'.repeat(54),
      'A'.repeat(200),
      `${good.token}A`,
      good.token.slice(0, -1),
      good.token.slice(0, 32) + forOther,
      deleted.token,
      replaced.token,
      expired,
      nowhere,
    ])
      answers.push(...(await notThere(token)));
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect((await storedTicket(t, good.id)).status).toBe('pending_acceptance');
    expect((await look(good.token)).status).toBe(200);
  });

  it('is not guessed: none of ten thousand changes of one is taken for ours', async () => {
    const { token } = await newVisit(t, people, 'resolved');
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const random = createRandom(20260310);
    const changed = new Set<string>();
    while (changed.size < 10_000) {
      const characters = [...token];
      for (let changes = random.below(4); changes >= 0; changes--)
        characters[random.below(token.length)] = random.pick(alphabet);
      const guess = characters.join('');
      if (guess !== token) changed.add(guess);
    }
    expect(readToken(testSigner, token).genuine).toBe(true);
    expect([...changed].filter((guess) => readToken(testSigner, guess).genuine)).toEqual([]);
    for (const guess of [...changed].slice(0, 200)) expect((await look(guess)).status).toBe(404);
  });

  it('says what it was made of', () => {
    const link = { ticketId: newId(), version: 4_000_000_000, expiresAt: '2099-12-31T23:59:59.000Z' };
    expect(readToken(testSigner, linkToken(testSigner, link))).toEqual({ ...link, genuine: true });
  });

  it('opens until its last second', async () => {
    const { token } = await newVisit(t, people, 'assigned');
    const start = t.clock.now();
    t.clock.advance({ days: 30, seconds: -1 });
    expect((await look(token)).status).toBe(200);
    t.clock.advance({ seconds: 1 });
    expect((await look(token)).status).toBe(404);
    t.clock.set(start);
  });

  it('is asked for so often and no more', async () => {
    const limited = await createTestApp({ sharing: t });
    const replies = [];
    for (let i = 0; i < 61; i++) replies.push(await limited.call(visits.get, { params: { token: 'guess' } }));
    expect(replies.slice(0, 60).every(({ status }) => status === 404)).toBe(true);
    expect(replies[60]?.failure.errorCode).toBe('RATE_LIMITED');
  });
});

describe('the customer', () => {
  it('signs: the ticket is done, and the log names who signed', async () => {
    const { token, id } = await newVisit(t, people, 'pending_acceptance');
    const { data } = await sign(token);
    expect(data).toMatchObject({ status: 'resolved', signerName: '李经理', canAccept: false, canRate: true });
    expect(await storedTicket(t, id)).toMatchObject({
      status: 'resolved',
      signature: SIGNATURE,
      signerName: '李经理',
      signedAt: t.clock.now(),
    });
    expect((await logsOfTicket(t, id)).at(-1)).toMatchObject({
      logType: 'sign',
      actorId: null,
      actorName: '李经理',
    });
  });

  it('who sends the signature again with the same key gets the same answer, once in effect', async () => {
    const { token, id } = await newVisit(t, people, 'pending_acceptance');
    const idempotencyKey = newId();
    const [first, second] = [await sign(token, { idempotencyKey }), await sign(token, { idempotencyKey })];
    expect(second.data).toEqual(first.data);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await logsOfTicket(t, id)).filter(({ logType }) => logType === 'sign')).toHaveLength(1);
    expect((await sign(token)).failure).toMatchObject({ code: 409, errorCode: 'ACTION_NOT_ALLOWED' });
  });

  it('does not agree: whoever was there goes again, with the reason', async () => {
    const { token, id } = await newVisit(t, people, 'pending_acceptance');
    expect((await refuse(token)).data).toMatchObject({ status: 'accepted', work: null, canAccept: false });
    expect((await logsOfTicket(t, id)).at(-1)).toMatchObject({
      logType: 'refuse',
      logContent: '面板还是没反应',
      actorId: null,
    });
    expect((await sign(token)).failure.errorCode).toBe('ACTION_NOT_ALLOWED');
  });

  it('rates once, and only what they have accepted', async () => {
    const { token, id } = await newVisit(t, people, 'pending_acceptance');
    expect((await rate(token)).failure.errorCode).toBe('VISIT_NOT_RATEABLE');
    await sign(token);
    const idempotencyKey = newId();
    const { data } = await rate(token, 4, { idempotencyKey });
    expect(data).toMatchObject({ customerRating: 4, customerFeedback: '很快', canRate: false });
    expect((await rate(token, 4, { idempotencyKey })).data).toEqual(data);
    expect((await rate(token, 1)).failure.errorCode).toBe('VISIT_ALREADY_RATED');
    expect(await storedTicket(t, id)).toMatchObject({ customerRating: 4, ratedAt: t.clock.now() });
    expect((await logsOfTicket(t, id)).at(-1)).toMatchObject({
      logType: 'rate',
      logContent: '4星：很快',
      actorName: '李经理',
    });
    const { customerId } = await storedTicket(t, id);
    const story = await t.call(
      customers.timeline,
      { params: { id: customerId }, query: { pageSize: 100 } },
      { as: people.rep },
    );
    expect(story.data.list.find(({ title }) => title === '客户评价')).toMatchObject({
      actorName: '李经理',
      reason: '4星：很快',
      ticket: { id },
    });
  });

  it.each([
    ['no stars', { customerRating: 0 }],
    ['half a star', { customerRating: 3.5 }],
    ['six stars', { customerRating: 6 }],
  ])('who gives %s is told so', async (_, body) => {
    const { token } = await newVisit(t, people, 'resolved');
    expect((await t.call(visits.rate, { params: { token }, body })).failure.errorCode).toBe('VALIDATION');
  });

  it('can do nothing with a ticket that was cancelled but see that it was', async () => {
    const { token } = await newVisit(t, people, 'cancelled');
    const seen: Visit = (await look(token)).data;
    expect(seen).toMatchObject({ status: 'cancelled', canAccept: false, canRate: false, work: null });
    expect((await sign(token)).failure.errorCode).toBe('ACTION_NOT_ALLOWED');
    expect((await rate(token)).failure.errorCode).toBe('VISIT_NOT_RATEABLE');
  });
});

describe('the link that the company sends', () => {
  const send = (id: string, as = people.engineer) =>
    t.call(serviceTickets.createLink, { params: { id } }, { as });
  const tokenOf = (url: string) => new URL(url.replace('#/', '')).searchParams.get('token') ?? '';

  it('opens the ticket for thirty days, and makes the one before nothing', async () => {
    const { id, token } = await newVisit(t, people, 'assigned');
    const { url, expiresAt } = (await send(id)).data;
    expect(url).toMatch(/^http:\/\/localhost:3000\/#\/service\/visit\/index\?token=[\w-]{54}$/);
    expect(expiresAt).toBe('2026-04-09T02:00:00.000Z');
    expect((await look(tokenOf(url))).data).toMatchObject({ status: 'assigned', expiresAt });
    expect((await look(token)).status).toBe(404);
    expect((await logsOfTicket(t, id)).at(-1)).toMatchObject({
      logType: 'link',
      actorId: people.engineer.id,
    });
  });

  it('is not made for a ticket that was cancelled, nor by who does not see it', async () => {
    const { id } = await newVisit(t, people, 'cancelled');
    expect((await send(id)).failure.errorCode).toBe('TICKET_ENDED');
    const other = await newVisit(t, people, 'assigned');
    expect((await send(other.id, people.northerner)).failure.errorCode).toBe('NOT_FOUND');
    expect((await storedTicket(t, other.id)).linkVersion).toBe(1);
  });
});
