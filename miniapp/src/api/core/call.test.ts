import { describe, expect, test } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { ApiError, createCaller, type TransportRequest } from './call';
import { createSessionStore } from './session';
import { createStorage } from './storage';
import { login, memoryStore, noNetwork, ok, refusal, scriptedTransport } from './testing';

const LEAD = '0198f000-0000-7000-8000-000000000001';
const tokenOf = ({ header }: TransportRequest) => header.Authorization;
const keyOf = ({ header }: TransportRequest) => header['Idempotency-Key'];
const isRefresh = ({ url }: TransportRequest) => url.endsWith('/auth/refresh');

function setUp(
  reply: Parameters<typeof scriptedTransport>[0],
  {
    signedIn = true,
    store = memoryStore(),
  }: { signedIn?: boolean; store?: ReturnType<typeof memoryStore> } = {},
) {
  const session = createSessionStore(createStorage(store));
  if (signedIn) session.keep(login('li'));
  const { transport, requests } = scriptedTransport(reply);
  const lost: number[] = [];
  const passwordChange: number[] = [];
  const { call } = createCaller({
    transport,
    session,
    base: 'https://crm.example',
    onSessionLost: () => lost.push(1),
    onPasswordChangeRequired: () => passwordChange.push(1),
    wait: async () => {},
  });
  return { call, session, requests, lost, passwordChange, store };
}

const failure = async (run: Promise<unknown>): Promise<ApiError> => {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

/** A server whose access tokens of the first generation are past. */
const renewing = (request: TransportRequest) => {
  if (isRefresh(request)) return ok(login('li', 2));
  return tokenOf(request) === 'Bearer access-li-2' ? ok({ id: LEAD }) : refusal(401, 'TOKEN_EXPIRED');
};

describe('a call', () => {
  test('carries the token and answers the data of the envelope', async () => {
    const { call, requests } = setUp(() => ok({ id: LEAD }));
    expect(await call(leads.get, { params: { id: LEAD } })).toEqual({ id: LEAD });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: `https://crm.example/api/leads/${LEAD}`,
      body: undefined,
    });
    expect(tokenOf(requests[0]!)).toBe('Bearer access-li-1');
    expect(keyOf(requests[0]!)).toBeUndefined();
  });

  test('sends the body of a PUT and a DELETE as JSON, with a key of its own for each write', async () => {
    const { call, requests } = setUp(() => ok({ id: LEAD }));
    await call(leads.update, { params: { id: LEAD }, body: { version: 2, city: '三亚' } });
    await call(leads.remove, { params: { id: LEAD }, body: { version: 3 } });
    expect(requests.map(({ method, body }) => [method, body])).toEqual([
      ['PUT', '{"version":2,"city":"三亚"}'],
      ['DELETE', '{"version":3}'],
    ]);
    expect(keyOf(requests[0]!)).toBeTruthy();
    expect(keyOf(requests[0]!)).not.toBe(keyOf(requests[1]!));
  });

  test('takes the key of the caller, and none where nothing is written', async () => {
    const { call, requests } = setUp(() => ok({ list: [] }));
    await call(leads.claim, { params: { id: LEAD } }, { idempotencyKey: 'mine' });
    await call(leads.duplicates, { body: { phone: '13800138000' } });
    expect(requests.map(keyOf)).toEqual(['mine', undefined]);
  });

  test('brings the server’s refusal with its fields, request and details', async () => {
    const { call } = setUp(() =>
      refusal(409, 'STALE', { errors: [{ field: 'city', message: '必填' }], details: { version: 4 } }),
    );
    const error = await failure(call(leads.get, { params: { id: LEAD } }));
    expect(error).toMatchObject({
      code: 'STALE',
      status: 409,
      message: 'STALE 的说明',
      fields: [{ field: 'city', message: '必填' }],
      requestId: 'r-1',
      details: { version: 4 },
      offline: false,
      retryable: false,
    });
  });

  test.each([
    ['no network', noNetwork(), { code: 'NETWORK', offline: true, retryable: true }],
    [
      'a gateway’s page',
      { status: 502, text: '<html>' },
      { code: 'UNAVAILABLE', offline: true, retryable: true },
    ],
    [
      'a Wi-Fi login page',
      { status: 200, text: '<html>' },
      { code: 'BLOCKED', offline: true, retryable: true },
    ],
    ['a busy server', refusal(503, 'UNAVAILABLE'), { code: 'UNAVAILABLE', offline: true, retryable: true }],
    ['a failing platform', refusal(503, 'WECHAT_UNAVAILABLE'), { offline: false, retryable: true }],
    ['too many requests', refusal(429, 'RATE_LIMITED'), { offline: false, retryable: true }],
    [
      'a proxy’s size limit',
      { status: 413, text: '<html>' },
      { code: 'PAYLOAD_TOO_LARGE', retryable: false },
    ],
  ])('tells whether %s may pass', async (_, answer, expected) => {
    const { call } = setUp(() => answer);
    expect(await failure(call(leads.get, { params: { id: LEAD } }))).toMatchObject(expected);
  });

  test('sends a file another way, with the same key after the session was renewed', async () => {
    const { call, requests } = setUp(renewing);
    const sent: TransportRequest[] = [];
    const transport = async (request: TransportRequest) => {
      sent.push(request);
      return renewing(request);
    };
    const options = { transport, idempotencyKey: 'the-file' };
    expect(await call(leads.claim, { params: { id: LEAD } }, options)).toEqual({ id: LEAD });
    expect(sent.map(tokenOf)).toEqual(['Bearer access-li-1', 'Bearer access-li-2']);
    expect(sent.map(keyOf)).toEqual(['the-file', 'the-file']);
    expect(requests.map(isRefresh)).toEqual([true]);
  });

  test('asks for the login when nobody is signed in, without a request', async () => {
    const { call, requests, lost } = setUp(() => ok({}), { signedIn: false });
    expect(await failure(call(auth.profile, {}))).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect([requests.length, lost.length]).toEqual([0, 1]);
  });

  test('leaves wrong credentials to the login form', async () => {
    const { call, lost } = setUp(() => refusal(401, 'WRONG_CREDENTIALS'), { signedIn: false });
    const error = await failure(call(auth.login, { body: { username: 'li', password: 'x' } }));
    expect(error.code).toBe('WRONG_CREDENTIALS');
    expect(lost).toEqual([]);
  });

  test('opens the password page when the server asks for a new password', async () => {
    const { call, passwordChange, session } = setUp(() => refusal(403, 'PASSWORD_CHANGE_REQUIRED'));
    await failure(call(leads.get, { params: { id: LEAD } }));
    expect(passwordChange).toEqual([1]);
    expect(session.get()).not.toBeNull();
  });
});

describe('an expired access token', () => {
  test('is renewed, and the write repeated with the same key', async () => {
    const { call, requests, session } = setUp(renewing);
    await call(leads.claim, { params: { id: LEAD } });
    expect(requests.map(({ url }) => url.replace('https://crm.example/api', ''))).toEqual([
      `/leads/${LEAD}/claim`,
      '/auth/refresh',
      `/leads/${LEAD}/claim`,
    ]);
    expect(keyOf(requests[0]!)).toBe(keyOf(requests[2]!));
    expect(session.get()?.refreshToken).toBe('refresh-li-2');
  });

  test('is renewed once for calls in parallel', async () => {
    const { call, requests } = setUp(renewing);
    await Promise.all([1, 2, 3, 4, 5].map(() => call(leads.get, { params: { id: LEAD } })));
    expect(requests.filter(isRefresh)).toHaveLength(1);
  });

  test('needs no renewal when another call or another tab has just done it', async () => {
    const store = memoryStore();
    const otherTab = createSessionStore(createStorage(store));
    const { call, requests } = setUp(
      (request) => {
        if (tokenOf(request) === 'Bearer access-li-1') otherTab.keep(login('li', 2));
        return renewing(request);
      },
      { store },
    );
    await call(leads.get, { params: { id: LEAD } });
    expect(requests.filter(isRefresh)).toEqual([]);
    expect(tokenOf(requests[1]!)).toBe('Bearer access-li-2');
  });

  test('whose renewal gets no answer keeps the session, and the next try uses the same refresh key', async () => {
    let lostAnswers = 1;
    const { call, requests, session, lost } = setUp((request) =>
      isRefresh(request) && lostAnswers-- > 0 ? noNetwork() : renewing(request),
    );
    expect(await failure(call(leads.get, { params: { id: LEAD } }))).toMatchObject({ offline: true });
    expect(session.get()?.accessToken).toBe('access-li-1');
    expect(lost).toEqual([]);
    await call(leads.get, { params: { id: LEAD } });
    const keys = requests.filter(isRefresh).map(keyOf);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('waits while another tab is renewing with the same key', async () => {
    let busy = 2;
    const { call, requests } = setUp((request) =>
      isRefresh(request) && busy-- > 0 ? refusal(409, 'IN_FLIGHT') : renewing(request),
    );
    await call(leads.get, { params: { id: LEAD } });
    expect(new Set(requests.filter(isRefresh).map(keyOf)).size).toBe(1);
  });

  test('that cannot be renewed ends the session and asks for the login once', async () => {
    const { call, session, lost } = setUp((request) =>
      refusal(401, isRefresh(request) ? 'SESSION_ENDED' : 'TOKEN_EXPIRED'),
    );
    const errors = await Promise.all([1, 2, 3].map(() => failure(call(leads.get, { params: { id: LEAD } }))));
    expect(errors.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(session.get()).toBeNull();
    expect(lost).toEqual([1]);
  });

  test('that stays refused after the renewal ends the session', async () => {
    const { call, session, lost } = setUp((request) =>
      isRefresh(request) ? ok(login('li', 2)) : refusal(401, 'TOKEN_EXPIRED'),
    );
    await failure(call(leads.get, { params: { id: LEAD } }));
    expect(session.get()).toBeNull();
    expect(lost).toEqual([1]);
  });
});

test('a session that the server ended is not renewed', async () => {
  const { call, requests, session } = setUp(() => refusal(401, 'SESSION_ENDED'));
  await failure(call(leads.get, { params: { id: LEAD } }));
  expect(requests.filter(isRefresh)).toEqual([]);
  expect(session.get()).toBeNull();
});

test('a late refusal of an old session does not end the new one', async () => {
  const { call, session, lost } = setUp(() => {
    session.keep(login('zhou'));
    return refusal(401, 'SESSION_ENDED');
  });
  await failure(call(leads.get, { params: { id: LEAD } }));
  expect(session.get()?.user.id).toBe('zhou');
  expect(lost).toEqual([]);
});
