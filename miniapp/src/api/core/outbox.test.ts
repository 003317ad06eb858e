import { describe, expect, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { ApiError, createCaller, type TransportRequest } from './call';
import { createOutbox, type OutboxItem } from './outbox';
import { createSessionStore } from './session';
import { createStorage } from './storage';
import {
  login,
  manualTimers,
  memoryStore,
  noNetwork,
  ok,
  refusal,
  scriptedTransport,
  settled,
} from './testing';

const LEAD = '0198f000-0000-7000-8000-000000000001';
const OTHER = '0198f000-0000-7000-8000-000000000002';
const note = (content: string, id = LEAD) => ({
  params: { id },
  body: { method: 'phone' as const, content },
});
const contentOf = ({ body }: TransportRequest) => (JSON.parse(body ?? '{}') as { content: string }).content;
const keyOf = ({ header }: TransportRequest) => header['Idempotency-Key'];
const about = (recordId: string = LEAD) => ({ label: '写跟进', recordId });
const never = () => new Promise<never>(() => {});

type Reply = Parameters<typeof scriptedTransport>[0];

/** A phone: what is stored survives `restart`, everything else is new. */
function setUp(first: Reply) {
  const store = memoryStore();
  const clock = manualTimers();
  let reply = first;
  const { transport, requests } = scriptedTransport((request, index) => reply(request, index));
  const sent: OutboxItem[] = [];
  const launch = () => {
    const storage = createStorage(store);
    const session = createSessionStore(storage);
    const caller = createCaller({
      transport,
      session,
      base: '',
      onSessionLost: () => {},
      wait: async () => {},
    });
    const outbox = createOutbox({
      storage,
      timers: clock.timers,
      send: caller.send,
      userId: () => session.get()?.user.id ?? null,
      onSent: (item) => sent.push(item),
    });
    session.subscribe(outbox.wake);
    return { outbox, session };
  };
  const app = launch();
  app.session.keep(login('li'));
  return {
    ...app,
    ...clock,
    requests,
    sent,
    store,
    restart: launch,
    answer: (next: Reply) => {
      reply = next;
    },
  };
}

const states = (items: readonly OutboxItem[]) => items.map(({ state }) => state);

describe('a write in the field', () => {
  test('is sent at once where there is a network', async () => {
    const { outbox, sent } = setUp(() => ok({ id: 'f-1' }));
    expect(await outbox.submit(leads.followUp, note('谈好了'), about())).toEqual({
      state: 'sent',
      data: { id: 'f-1' },
    });
    expect(outbox.items()).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('is stored before it is sent', async () => {
    const { outbox, store } = setUp(() => {
      expect(store.keys().filter((key) => key.includes('outbox'))).toHaveLength(1);
      return ok({});
    });
    await outbox.submit(leads.followUp, note('谈好了'), about());
    expect.assertions(1);
  });

  test('waits without a network and goes out later with the same key', async () => {
    const { outbox, requests, answer, advance, sent } = setUp(noNetwork);
    expect(await outbox.submit(leads.followUp, note('谈好了'), about())).toEqual({ state: 'queued' });
    expect(outbox.items()).toMatchObject([{ state: 'waiting', attempts: 1, error: { code: 'NETWORK' } }]);
    answer(() => ok({}));
    await advance(2_000);
    expect(outbox.items()).toEqual([]);
    expect(requests.map(keyOf)).toEqual([keyOf(requests[0]!), keyOf(requests[0]!)]);
    expect(sent).toHaveLength(1);
  });

  test('does not hold a person up for longer than a few seconds', async () => {
    const { outbox, advance } = setUp(never);
    const submitted = outbox.submit(leads.followUp, note('谈好了'), about());
    await advance(6_000);
    expect(await submitted).toEqual({ state: 'queued' });
    expect(states(outbox.items())).toEqual(['sending']);
  });

  test('tapped twice is one write', async () => {
    const { outbox, requests } = setUp(() => ok({ id: 'f-1' }));
    const options = { ...about(), idempotencyKey: 'one' };
    const both = [1, 2].map(() => outbox.submit(leads.followUp, note('谈好了'), options));
    expect(await Promise.all(both)).toEqual([1, 2].map(() => ({ state: 'sent', data: { id: 'f-1' } })));
    expect(requests).toHaveLength(1);
  });

  test('waits longer after each failure, and starts over when the network is back', async () => {
    const { outbox, requests, advance } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('谈好了'), about());
    await advance(2_000);
    expect(requests).toHaveLength(2);
    await advance(3_999);
    expect(requests).toHaveLength(2);
    await advance(1);
    expect(requests).toHaveLength(3);
    outbox.wake();
    await settled();
    expect(requests).toHaveLength(4);
  });

  test('respects how long the server asks to wait', async () => {
    const { outbox, requests, advance } = setUp(() =>
      refusal(429, 'RATE_LIMITED', { details: { seconds: 30 } }),
    );
    await outbox.submit(leads.followUp, note('谈好了'), about());
    await advance(29_999);
    expect(requests).toHaveLength(1);
    await advance(1);
    expect(requests).toHaveLength(2);
  });
});

describe('the writes of one record', () => {
  test('arrive in the order in which they were made, others do not wait for them', async () => {
    const { outbox, requests, answer, advance } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('一'), about());
    await outbox.submit(leads.followUp, note('二'), about());
    await outbox.submit(leads.followUp, note('三'), about());
    await outbox.submit(leads.followUp, note('别处', OTHER), about(OTHER));
    expect(requests.map(contentOf)).toEqual(['一', '别处']);
    answer(() => ok({}));
    await advance(10_000);
    expect(
      requests
        .slice(2)
        .map(contentOf)
        .filter((content) => content !== '别处'),
    ).toEqual(['一', '二', '三']);
    expect(outbox.items()).toEqual([]);
  });

  test('stop behind one that was refused until somebody decides', async () => {
    const { outbox, answer, advance, requests } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('一'), about());
    await outbox.submit(leads.followUp, note('二'), about());
    answer((request) => (contentOf(request) === '一' ? refusal(409, 'LEAD_IN_POOL') : ok({})));
    await advance(10_000);
    expect(states(outbox.items())).toEqual(['failed', 'waiting']);
    outbox.discard(outbox.items()[0]!.key);
    outbox.retry();
    await settled();
    expect(outbox.items()).toEqual([]);
    expect(contentOf(requests[requests.length - 1]!)).toBe('二');
  });
});

describe('a refusal', () => {
  const refused = () => refusal(400, 'VALIDATION', { errors: [{ field: 'content', message: '必填' }] });

  test('goes back to the form while it is open, and nothing is queued', async () => {
    const { outbox } = setUp(refused);
    const error = await outbox.submit(leads.followUp, note(''), about()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'VALIDATION', fields: [{ field: 'content', message: '必填' }] });
    expect(outbox.items()).toEqual([]);
  });

  test('of a queued write keeps it with the server’s words, and it can be tried again', async () => {
    const { outbox, answer, advance, requests } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('谈好了'), about());
    answer(refused);
    await advance(60_000);
    const [item] = outbox.items();
    expect(item).toMatchObject({
      state: 'failed',
      error: {
        code: 'VALIDATION',
        message: 'VALIDATION 的说明',
        fields: [{ field: 'content', message: '必填' }],
      },
    });
    expect(requests).toHaveLength(2);
    answer(() => ok({}));
    outbox.retry(item!.key);
    await settled();
    expect(outbox.items()).toEqual([]);
  });

  test('can be answered with other words under the same key, which stay when they are refused too', async () => {
    const { outbox, answer, advance, requests } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('旧'), about());
    answer(refused);
    await advance(2_000);
    const [item] = outbox.items();
    expect(outbox.isEditable(item!)).toBe(true);
    const again = { ...about(), idempotencyKey: item!.key };
    await expect(outbox.submit(leads.followUp, note('新'), again)).rejects.toMatchObject({
      code: 'VALIDATION',
    });
    expect(outbox.items()).toMatchObject([{ state: 'failed', input: { body: { content: '新' } } }]);
    answer(() => ok({}));
    await outbox.submit(leads.followUp, note('更新'), again);
    expect(new Set(requests.map(keyOf)).size).toBe(1);
    expect(outbox.items()).toEqual([]);
  });

  test('of a queued write leaves to its form what the form kept, which is not sent', async () => {
    const { outbox, answer, advance, requests, restart } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('谈好了'), { ...about(), form: { began: '没谈' } });
    answer(refused);
    await advance(60_000);
    const [item] = restart().outbox.items();
    expect(item).toMatchObject({ state: 'failed', form: { began: '没谈' } });
    expect(requests.map(({ body }) => body).join()).not.toContain('没谈');
  });

  test('other words are not sent under the key of a write whose fate is unknown', async () => {
    const { outbox } = setUp(noNetwork);
    const options = { ...about(), idempotencyKey: 'one' };
    await outbox.submit(leads.followUp, note('旧'), options);
    expect(outbox.isEditable(outbox.items()[0]!)).toBe(false);
    await expect(outbox.submit(leads.followUp, note('新'), options)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect(await outbox.submit(leads.followUp, note('旧'), options)).toEqual({ state: 'queued' });
    expect(outbox.items()).toHaveLength(1);
  });
});

describe('an app that was killed while sending', () => {
  test('sends again at the next start, with the same key', async () => {
    const { outbox, restart, requests, answer } = setUp(never);
    void outbox.submit(leads.followUp, note('谈好了'), about());
    await settled();
    answer(() => ok({}));
    const next = restart().outbox;
    expect(states(next.items())).toEqual(['sending']);
    expect(next.isEditable(next.items()[0]!)).toBe(false);
    next.start();
    await settled();
    expect(next.items()).toEqual([]);
    expect(keyOf(requests[0]!)).toBe(keyOf(requests[1]!));
  });
});

describe('the session', () => {
  test('that ends under a queued write keeps it until the same person is back', async () => {
    const { outbox, session, answer, requests, advance } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('谈好了'), about());
    answer(() => refusal(401, 'SESSION_ENDED'));
    await advance(600_000);
    expect(requests).toHaveLength(2);
    answer(() => ok({}));
    session.keep(login('zhou'));
    await advance(600_000);
    expect(outbox.items()).toEqual([]);
    expect(requests).toHaveLength(2);
    session.keep(login('li', 2));
    await settled();
    expect(outbox.items()).toEqual([]);
    expect(requests).toHaveLength(3);
    expect(keyOf(requests[2]!)).toBe(keyOf(requests[0]!));
  });

  test('that ends under an open form leaves the words to the form', async () => {
    const { outbox, session } = setUp(() => refusal(401, 'SESSION_ENDED'));
    await expect(outbox.submit(leads.followUp, note('谈好了'), about())).rejects.toMatchObject({
      status: 401,
    });
    session.keep(login('li', 2));
    expect(outbox.items()).toEqual([]);
  });

  test('that cannot be renewed for lack of a network costs nothing', async () => {
    const { outbox, session, advance, answer } = setUp(({ url }) =>
      url.endsWith('/refresh') ? noNetwork() : refusal(401, 'TOKEN_EXPIRED'),
    );
    expect(await outbox.submit(leads.followUp, note('谈好了'), about())).toEqual({ state: 'queued' });
    expect(session.get()?.user.id).toBe('li');
    answer(() => ok({}));
    await advance(2_000);
    expect(outbox.items()).toEqual([]);
  });

  test('without one, the call asks for the login and the form keeps its words', async () => {
    const { outbox, session, requests } = setUp(() => ok({}));
    session.end();
    await expect(outbox.submit(leads.followUp, note('谈好了'), about())).rejects.toMatchObject({
      status: 401,
    });
    expect(requests).toEqual([]);
  });

  test('a password that has to be changed holds the queue without a storm of requests', async () => {
    const { outbox, requests, answer, advance } = setUp(noNetwork);
    await outbox.submit(leads.followUp, note('谈好了'), about());
    answer(() => refusal(403, 'PASSWORD_CHANGE_REQUIRED'));
    await advance(2_000);
    expect(states(outbox.items())).toEqual(['waiting']);
    await advance(59_000);
    expect(requests).toHaveLength(2);
  });
});

test('two tabs send what they share under one key, and neither sends what the other has finished', async () => {
  const { outbox, restart, requests, answer, advance } = setUp(noNetwork);
  await outbox.submit(leads.followUp, note('谈好了'), about());
  const otherTab = restart().outbox;
  answer(() => ok({}));
  otherTab.start();
  await settled();
  await advance(60_000);
  expect(requests).toHaveLength(2);
  expect(new Set(requests.map(keyOf)).size).toBe(1);
  outbox.reload();
  expect(outbox.items()).toEqual([]);
});

test('a phone without room still sends, from memory', async () => {
  const { outbox, store, answer, advance } = setUp(noNetwork);
  store.full = true;
  expect(await outbox.submit(leads.followUp, note('谈好了'), about())).toEqual({ state: 'queued' });
  expect(outbox.items()).toHaveLength(1);
  answer(() => ok({}));
  await advance(2_000);
  expect(outbox.items()).toEqual([]);
});
