import { auth, type Session } from '#shared/auth/contract.ts';
import {
  type Answer,
  type CallInput,
  type EndpointDefinition,
  isWrite,
  urlOf,
} from '#shared/http/endpoint.ts';
import type { Failure, FieldError, Success } from '#shared/http/envelope.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import type { SessionStore } from './session';

export interface TransportRequest {
  readonly url: string;
  readonly method: string;
  readonly header: Record<string, string>;
  /** JSON text. */
  readonly body?: string;
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends one request. Resolves with any answer, whatever its status; rejects with a `TransportFailure` without one. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly kind: 'network' | 'timeout' | 'aborted';

  constructor(kind: 'network' | 'timeout' | 'aborted') {
    super(kind);
    this.kind = kind;
  }
}

interface ErrorFacts {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly fields?: readonly FieldError[] | null;
  readonly requestId?: string | null;
  readonly details?: unknown;
  readonly offline?: boolean;
  readonly retryable?: boolean;
}

/** Why a call failed, in words to show. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** From the contract's catalogue; `NETWORK`, `TIMEOUT`, `BLOCKED` or `ABORTED` when our server did not answer. */
  readonly code: string;
  /** 0 without an answer. */
  readonly status: number;
  readonly fields: readonly FieldError[] | null;
  readonly requestId: string | null;
  readonly details: unknown;
  /** Our server was not reached: whether a write took place is unknown until it is repeated with the same key. */
  readonly offline: boolean;
  /** The same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(facts: ErrorFacts) {
    super(facts.message);
    this.code = facts.code;
    this.status = facts.status;
    this.fields = facts.fields ?? null;
    this.requestId = facts.requestId ?? null;
    this.details = facts.details;
    this.offline = facts.offline ?? false;
    this.retryable = facts.retryable ?? this.offline;
  }
}

export interface CallOptions {
  /** Makes a repeated write count once; writes without one get a fresh key. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** How it is sent, where there is a file to it. */
  readonly transport?: Transport;
}

/** The part of an endpoint that is needed to send it; a stored write keeps just this. */
export type Sendable = Pick<EndpointDefinition, 'method' | 'path' | 'permission' | 'readOnly'>;
export interface Parts {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

export interface CallDependencies {
  readonly transport: Transport;
  readonly session: SessionStore;
  /** Origin of the API without a trailing slash. */
  readonly base: string;
  /** The session is over: show the login, keep what is on the screen. */
  readonly onSessionLost: () => void;
  readonly onPasswordChangeRequired?: () => void;
  readonly wait?: (ms: number) => Promise<void>;
  readonly newKey?: () => string;
}

const TIMEOUT_MS = 15_000;
const IN_FLIGHT_TRIES = 4;
const IN_FLIGHT_WAIT_MS = 700;

const NETWORK = { code: 'NETWORK', status: 0, message: '网络连接失败，请检查网络', offline: true };
const TIMEOUT = { code: 'TIMEOUT', status: 0, message: '网络太慢，没有等到回应', offline: true };
const ABORTED = { code: 'ABORTED', status: 0, message: '已取消' };
/** A hotel's Wi-Fi login page, or a proxy, answered in our place. */
const BLOCKED = '网络被拦截，请检查是否需要登录 Wi-Fi';

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function envelopeOf(text: string): Success<unknown> | Failure | null {
  try {
    const value = JSON.parse(text) as Success<unknown> | Failure | null;
    return typeof value === 'object' && value !== null && typeof value.success === 'boolean' ? value : null;
  } catch {
    return null;
  }
}

function errorOf(answer: TransportAnswer, envelope: Success<unknown> | Failure | null): ApiError {
  const { status } = answer;
  if (!envelope || envelope.success) {
    const { PAYLOAD_TOO_LARGE, UNAVAILABLE } = httpErrors;
    if (status === 413)
      return new ApiError({ code: 'PAYLOAD_TOO_LARGE', status, message: PAYLOAD_TOO_LARGE().message });
    const gateway = status >= 500;
    return new ApiError({
      code: gateway ? 'UNAVAILABLE' : 'BLOCKED',
      status,
      message: gateway ? UNAVAILABLE().message : BLOCKED,
      offline: true,
    });
  }
  const code = envelope.errorCode;
  const offline = code === 'UNAVAILABLE';
  return new ApiError({
    code,
    status,
    message: envelope.message,
    fields: envelope.errors,
    requestId: envelope.requestId,
    details: envelope.details,
    offline,
    retryable: offline || status === 429 || code === 'IN_FLIGHT' || (status >= 500 && status !== 501),
  });
}

function failureOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TransportFailure && error.kind === 'aborted') return new ApiError(ABORTED);
  if (error instanceof TransportFailure && error.kind === 'timeout') return new ApiError(TIMEOUT);
  return new ApiError(NETWORK);
}

const unauthenticated = () =>
  new ApiError({ code: 'UNAUTHENTICATED', status: 401, message: httpErrors.UNAUTHENTICATED().message });

/** 401s that a new access token cures. */
const isExpired = (error: unknown) =>
  error instanceof ApiError &&
  error.status === 401 &&
  (error.code === 'TOKEN_EXPIRED' || error.code === 'UNAUTHENTICATED');

export type Call = <E extends EndpointDefinition>(
  endpoint: E,
  input: CallInput<E>,
  options?: CallOptions,
) => Promise<Answer<E>>;

export interface Caller {
  call: Call;
  /** The untyped form, for writes that were stored. */
  send(endpoint: Sendable, input: Parts, options?: CallOptions): Promise<unknown>;
}

/** The one way to the server: authorisation, one refresh, idempotency, and errors people can read. */
export function createCaller(dependencies: CallDependencies): Caller {
  const { transport, session, base, onSessionLost } = dependencies;
  const wait = dependencies.wait ?? delay;
  const newKey = dependencies.newKey ?? (() => idempotencyKey());

  async function request(endpoint: Sendable, input: Parts, token: string | null, options: CallOptions) {
    const header: Record<string, string> = { Accept: 'application/json' };
    if (token) header.Authorization = `Bearer ${token}`;
    if (options.idempotencyKey) header['Idempotency-Key'] = options.idempotencyKey;
    const body = input.body === undefined ? undefined : JSON.stringify(input.body);
    if (body !== undefined) header['Content-Type'] = 'application/json';
    const answer = await (options.transport ?? transport)({
      url: base + urlOf(endpoint as EndpointDefinition, input),
      method: endpoint.method,
      header,
      body,
      timeout: TIMEOUT_MS,
      signal: options.signal,
    }).catch((error: unknown) => {
      throw failureOf(error);
    });
    const envelope = envelopeOf(answer.text);
    if (envelope?.success && answer.status >= 200 && answer.status < 300) return envelope.data;
    throw errorOf(answer, envelope);
  }

  const loseSession = () => {
    session.end();
    onSessionLost();
  };

  /** @returns a newer access token than the one that was refused */
  async function refresh(refused: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const before = session.reload();
      if (!before) throw unauthenticated();
      if (before.accessToken !== refused) return before.accessToken;
      const { refreshToken, refreshKey } = before;
      try {
        const renewed = (await request(auth.refresh, { body: { refreshToken } }, null, {
          idempotencyKey: refreshKey,
        })) as Session;
        // Somebody may have signed out or in meanwhile: the answer is then nobody's.
        if (session.reload()?.refreshToken === refreshToken) session.keep(renewed);
        const now = session.get();
        if (!now) throw unauthenticated();
        return now.accessToken;
      } catch (error) {
        const failed = failureOf(error);
        if (failed.code === 'IN_FLIGHT' && attempt < IN_FLIGHT_TRIES) {
          await wait(IN_FLIGHT_WAIT_MS);
          continue;
        }
        const refusal = failed.status >= 400 && failed.status < 500 && !failed.offline && !failed.retryable;
        if (!refusal) throw failed;
        const now = session.reload();
        if (now && now.refreshToken !== refreshToken) return now.accessToken;
        if (now) loseSession();
        throw failed.status === 401 ? failed : unauthenticated();
      }
    }
  }

  let refreshing: { refused: string; token: Promise<string> } | null = null;
  function refreshOnce(refused: string): Promise<string> {
    if (refreshing?.refused === refused) return refreshing.token;
    const started = { refused, token: refresh(refused) };
    refreshing = started;
    const done = () => {
      if (refreshing === started) refreshing = null;
    };
    started.token.then(done, done);
    return started.token;
  }

  async function authorized(endpoint: Sendable, input: Parts, options: CallOptions): Promise<unknown> {
    const held = session.get()?.accessToken;
    if (!held) {
      onSessionLost();
      throw unauthenticated();
    }
    const attempt = async (token: string) => {
      try {
        return { data: await request(endpoint, input, token, options) };
      } catch (error) {
        if (isExpired(error) && token === held) return null;
        // Refused with a fresh token, or the server ended the session: a password change, a disabled account.
        const over = error instanceof ApiError && (error.status === 401 || error.code === 'ACCOUNT_DISABLED');
        if (over && session.get()?.accessToken === token) loseSession();
        throw error;
      }
    };
    const first = await attempt(held);
    if (first) return first.data;
    const second = await attempt(await refreshOnce(held));
    return second?.data;
  }

  async function send(endpoint: Sendable, input: Parts, options: CallOptions = {}): Promise<unknown> {
    const write = isWrite(endpoint as EndpointDefinition);
    const idempotencyKey = write ? (options.idempotencyKey ?? newKey()) : undefined;
    const keyed = { signal: options.signal, transport: options.transport, idempotencyKey };
    if (endpoint.permission === 'public') return request(endpoint, input, null, keyed);
    try {
      return await authorized(endpoint, input, keyed);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'PASSWORD_CHANGE_REQUIRED') {
        dependencies.onPasswordChangeRequired?.();
      }
      throw error;
    }
  }

  return { send, call: send as Call };
}
