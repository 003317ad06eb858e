import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import type { FieldError } from '#shared/http/envelope.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import { ApiError, type CallOptions, type Parts, type Sendable, type Transport } from './call';
import type { Timers } from './drafts';
import type { Storage } from './storage';

export interface OutboxError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly FieldError[] | null;
  readonly requestId: string | null;
  /** What else the server said, e.g. the record as it is now; null where that is too much to keep. */
  readonly details: unknown;
}

/** A file that is kept on the phone apart from the write. */
export interface KeptFile {
  /** What it is kept under. */
  readonly ref: string;
  readonly name: string;
}

export interface OutboxFile extends KeptFile {
  /** The part of the form that carries it. */
  readonly field: string;
}

/** A write that was saved before it was sent. */
export interface OutboxItem {
  /** Also its idempotency key: however often it is sent, it counts once. */
  readonly key: string;
  readonly userId: string;
  readonly endpoint: Sendable;
  readonly input: Parts;
  /** Goes with it. */
  readonly file: OutboxFile | null;
  /** What it is, for people: `登记线索 海景酒店`. */
  readonly label: string;
  /** The record it belongs to; writes of one record are sent in their order. */
  readonly recordId: string | null;
  /** What the form that wrote it needs to take it up again; undefined: nothing. Only that form looks into it. */
  readonly form?: unknown;
  readonly createdAt: number;
  readonly order: number;
  /** `failed`: the server refused it; it waits for a person. */
  readonly state: 'waiting' | 'sending' | 'failed';
  /** How often it was sent without learning the result; 0: the server certainly did not take it. */
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly sendingSince: number | null;
  /** A corrected version of one that was refused: kept when it is refused again. */
  readonly edited: boolean;
  /** The refusal, or why the last attempt did not get through. */
  readonly error: OutboxError | null;
}

export interface SubmitOptions {
  readonly label: string;
  readonly recordId?: string;
  /** Kept with it for the form that wrote it. */
  readonly form?: unknown;
  readonly idempotencyKey?: string;
  /** For an endpoint that takes a file. */
  readonly file?: KeptFile;
}

/** Where the files are kept. */
export interface OutboxFiles {
  /**
   * How a write with this file is sent; null when its content is gone.
   * @throws when it cannot be read now
   */
  open(file: OutboxFile): Promise<Transport | null>;
  /** No write here needs it any more. */
  release(file: OutboxFile): void;
}

export type Submitted<T> = { readonly state: 'sent'; readonly data: T } | { readonly state: 'queued' };

export interface OutboxDependencies {
  readonly storage: Storage;
  readonly timers: Timers;
  readonly send: (endpoint: Sendable, input: Parts, options: CallOptions) => Promise<unknown>;
  readonly files?: OutboxFiles;
  readonly userId: () => string | null;
  /** A queued write got through after nobody waited for it any more. */
  readonly onSent?: (item: OutboxItem) => void;
  readonly newKey?: () => string;
}

export interface Outbox {
  /** Those of the person signed in, oldest first. The array stays the same object until something changes. */
  items(): readonly OutboxItem[];
  subscribe(listener: () => void): () => void;
  /**
   * Saves the write, then sends it. Waits a few seconds for the answer; after that, or without a network, it is
   * `queued` and goes out by itself. With the key of an editable item it replaces that item.
   * @throws ApiError when the server refuses it, or the session, while somebody waits: nothing is queued then
   */
  submit(endpoint: EndpointDefinition, input: Parts, options: SubmitOptions): Promise<Submitted<unknown>>;
  /** Tries an item again now; without a key, everything that waits. */
  retry(key?: string): void;
  /** Forgets these writes at once; what stood behind them goes on. */
  discard(...keys: string[]): void;
  /** Whether its words may still be changed: the server certainly did not take them. */
  isEditable(item: OutboxItem): boolean;
  /** At boot: takes up what a killed app left. */
  start(): void;
  /** The network, the app or the person is back: sends what waits. */
  wake(): void;
  /** Another window changed what is stored. */
  reload(): void;
}

const FOLDER = 'outbox:';
const PATIENCE_MS = 6_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** Longer than a call can take: who has been sending for longer was killed. */
const ABANDONED_MS = 60_000;
const ABANDONED_FILE_MS = 5 * 60_000;
const SESSION_RETRY_MS = 60_000;
/** WeChat allows ten requests at a time; reading goes on beside. */
const PARALLEL = 3;
/** In UTF-16 units: a record with its log fits, and an item stays far below what a phone stores under one key. */
const MAX_DETAILS = 60_000;

const byAge = (a: OutboxItem, b: OutboxItem) => a.createdAt - b.createdAt || a.order - b.order;

function factsOf(error: ApiError): OutboxError {
  const { code, message, fields, requestId } = error;
  const details = error.details ?? null;
  return {
    code,
    message,
    fields,
    requestId,
    details: JSON.stringify(details).length > MAX_DETAILS ? null : details,
  };
}

const beingSent = () =>
  new ApiError({
    code: 'IDEMPOTENCY_MISMATCH',
    status: 422,
    message: '这份内容已提交、结果未知，请到“待同步”查看',
  });

const fileOf = ({ ref, name }: KeptFile, { upload }: EndpointDefinition): OutboxFile => ({
  ref,
  name,
  field: upload?.field ?? 'file',
});

const lost = () =>
  new ApiError({
    code: 'PHOTO_LOST',
    status: 0,
    message: '照片已不在这台手机上（可能被系统清理），请删除这一条后重拍',
  });

const unreadable = () =>
  new ApiError({
    code: 'PHOTO_UNREADABLE',
    status: 0,
    message: '照片暂时读不出来，稍后再试',
    retryable: true,
  });

const asApiError = (error: unknown) =>
  error instanceof ApiError
    ? error
    : new ApiError({ code: 'NETWORK', status: 0, message: String(error), offline: true });

function retryDelay(attempts: number, error: ApiError): number {
  const asked = (error.details as { seconds?: number } | null | undefined)?.seconds;
  const growing = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
  return typeof asked === 'number' ? Math.max(asked * 1000, growing) : growing;
}

/** Refusals that a login or a new password lifts: not the write's fault. */
const isAboutSession = (error: ApiError) =>
  error.status === 401 || error.code === 'PASSWORD_CHANGE_REQUIRED' || error.code === 'ACCOUNT_DISABLED';

export function createOutbox(dependencies: OutboxDependencies): Outbox {
  const { storage, timers, send, files, userId, onSent } = dependencies;
  const newKey = dependencies.newKey ?? (() => idempotencyKey());
  const listeners = new Set<() => void>();
  /** What this window is sending. */
  const inFlight = new Set<string>();
  type Outcome = Submitted<unknown> | { readonly state: 'refused'; readonly error: ApiError };
  /** Who waits for the first answer. */
  const waiting = new Map<string, (outcome: Outcome) => void>();
  const submitting = new Map<string, Promise<Submitted<unknown>>>();
  /** Those the storage had no room for. */
  const unsaved = new Map<string, OutboxItem>();
  let snapshot: readonly OutboxItem[] = [];
  let snapshotText = '[]';
  let cancelTimer: (() => void) | null = null;
  let order = 0;

  const read = (): OutboxItem[] => {
    const stored = storage.keys(FOLDER).map((place) => storage.read<OutboxItem>(place));
    const mine = userId();
    return [...stored, ...unsaved.values()]
      .filter((item): item is OutboxItem => item !== null && item.userId === mine)
      .sort(byAge);
  };
  const find = (key: string) => unsaved.get(key) ?? storage.read<OutboxItem>(FOLDER + key);

  /** Shows what the storage holds, so that several windows agree. */
  const publish = () => {
    const items = read();
    const text = JSON.stringify(items);
    if (text === snapshotText) return;
    snapshot = items;
    snapshotText = text;
    for (const listener of Array.from(listeners)) listener();
  };
  const save = (item: OutboxItem) => {
    if (storage.write(FOLDER + item.key, item)) unsaved.delete(item.key);
    else unsaved.set(item.key, item);
    publish();
  };
  const remove = (key: string) => {
    unsaved.delete(key);
    storage.remove(FOLDER + key);
    publish();
  };
  /** Changes an item that is still there; another window may have finished or discarded it. */
  const update = (key: string, changes: Partial<OutboxItem>) => {
    const item = find(key);
    if (item) save({ ...item, ...changes });
  };
  const settle = (key: string, outcome: Outcome): boolean => {
    const resolve = waiting.get(key);
    waiting.delete(key);
    resolve?.(outcome);
    return resolve !== undefined;
  };

  const patienceWith = ({ file }: OutboxItem) => (file ? ABANDONED_FILE_MS : ABANDONED_MS);
  const isAbandoned = (item: OutboxItem, now: number) => now - (item.sendingSince ?? 0) > patienceWith(item);

  /** What may be sent: the oldest of each record, unless it waits for a person, for another window, or for its time. */
  function due(now: number): { ready: OutboxItem[]; nextAt: number | null } {
    const blocked = new Set<string>();
    const ready: OutboxItem[] = [];
    let nextAt: number | null = null;
    for (const item of read()) {
      const record = item.recordId;
      if (record !== null && blocked.has(record)) continue;
      if (record !== null) blocked.add(record);
      if (item.state === 'failed' || inFlight.has(item.key)) continue;
      const at =
        item.state === 'sending' && !isAbandoned(item, now)
          ? (item.sendingSince ?? now) + patienceWith(item) + 1
          : item.nextAttemptAt;
      if (at <= now) ready.push(item);
      else if (nextAt === null || at < nextAt) nextAt = at;
    }
    return { ready, nextAt };
  }

  /** How it is sent, where a file goes with it. */
  async function carry(file: OutboxFile): Promise<Transport> {
    const transport = await files?.open(file).catch(() => {
      throw unreadable();
    });
    if (!transport) throw lost();
    return transport;
  }

  /** It is over: by the server's answer, or by somebody's decision. */
  const finish = (...keys: string[]) => {
    for (const key of keys) {
      const file = find(key)?.file;
      remove(key);
      if (file) files?.release(file);
    }
  };

  async function attempt(item: OutboxItem): Promise<void> {
    inFlight.add(item.key);
    const attempts = item.attempts + 1;
    save({ ...item, state: 'sending', sendingSince: timers.now(), attempts });
    try {
      const transport = item.file ? await carry(item.file) : undefined;
      const data = await send(item.endpoint, item.input, { idempotencyKey: item.key, transport });
      finish(item.key);
      if (!settle(item.key, { state: 'sent', data })) onSent?.(item);
    } catch (thrown) {
      refused({ ...item, attempts }, asApiError(thrown));
    } finally {
      inFlight.delete(item.key);
    }
    await pump();
  }

  function refused(item: OutboxItem, error: ApiError): void {
    const now = timers.now();
    const idle = { sendingSince: null, error: factsOf(error) };
    if (isAboutSession(error)) {
      // Not taken, so it does not count. A form that is still open keeps the words and goes on after the login.
      const attempts = item.attempts - 1;
      const watched = settle(item.key, { state: 'refused', error });
      if (watched && !item.edited) remove(item.key);
      // `wake` follows the next login; the wait only keeps this from spinning.
      else update(item.key, { ...idle, state: 'waiting', attempts, nextAttemptAt: now + SESSION_RETRY_MS });
    } else if (error.retryable || error.code === 'ABORTED') {
      const nextAttemptAt = now + retryDelay(item.attempts, error);
      update(item.key, { ...idle, state: 'waiting', nextAttemptAt });
      settle(item.key, { state: 'queued' });
    } else {
      const watched = settle(item.key, { state: 'refused', error });
      if (watched && !item.edited) remove(item.key);
      else update(item.key, { ...idle, state: 'failed' });
    }
  }

  async function pump(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    if (userId() === null) return;
    const now = timers.now();
    const { ready, nextAt } = due(now);
    if (nextAt !== null) cancelTimer = timers.after(nextAt - now, () => void pump());
    const started = ready.slice(0, Math.max(0, PARALLEL - inFlight.size)).map(attempt);
    releaseBlocked();
    await Promise.all(started);
  }

  /** Nobody waits for an answer to what stands behind a write that is not being sent. */
  function releaseBlocked(): void {
    const items = read();
    for (const key of Array.from(waiting.keys())) {
      const item = items.find((candidate) => candidate.key === key);
      if (!item || item.recordId === null || inFlight.has(key)) continue;
      const ahead = items.find(({ recordId }) => recordId === item.recordId);
      if (ahead && ahead.key !== key && !inFlight.has(ahead.key)) settle(key, { state: 'queued' });
    }
  }

  const wake = () => {
    publish();
    for (const item of read()) {
      if (item.state === 'waiting' && item.nextAttemptAt > timers.now()) save({ ...item, nextAttemptAt: 0 });
    }
    void pump();
  };

  function place(
    key: string,
    endpoint: EndpointDefinition,
    input: Parts,
    options: SubmitOptions,
  ): OutboxItem {
    const { method, path, permission, readOnly } = endpoint;
    const earlier = find(key);
    return {
      key,
      userId: userId() ?? '',
      endpoint: { method, path, permission, readOnly },
      input,
      file: options.file ? fileOf(options.file, endpoint) : null,
      label: options.label,
      recordId: options.recordId ?? null,
      form: options.form,
      createdAt: earlier?.createdAt ?? timers.now(),
      order: earlier?.order ?? order++,
      state: 'waiting',
      attempts: 0,
      nextAttemptAt: 0,
      sendingSince: null,
      edited: earlier !== null,
      error: null,
    };
  }

  const isEditable = (item: OutboxItem) =>
    item.state === 'failed' || (item.state === 'waiting' && item.attempts === 0 && !inFlight.has(item.key));

  publish();
  return {
    items: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async submit(endpoint, input, options) {
      const key = options.idempotencyKey ?? newKey();
      // Signed out: nobody to keep it for. The call asks for the login, the form keeps its words.
      if (userId() === null)
        return { state: 'sent', data: await send(endpoint, input, { idempotencyKey: key }) };
      const again = submitting.get(key);
      if (again) return again;
      const earlier = find(key);
      if (earlier && !isEditable(earlier)) {
        if (JSON.stringify(earlier.input) !== JSON.stringify(input)) throw beingSent();
        void pump();
        return { state: 'queued' };
      }
      const outcome = new Promise<Outcome>((resolve) => {
        const giveUp = timers.after(PATIENCE_MS, () => settle(key, { state: 'queued' }));
        waiting.set(key, (result) => {
          giveUp();
          resolve(result);
        });
        save(place(key, endpoint, input, options));
        void pump();
      });
      const result = outcome.then((known) => {
        submitting.delete(key);
        if (known.state === 'refused') throw known.error;
        return known;
      });
      submitting.set(key, result);
      return result;
    },
    retry(key) {
      if (key === undefined) return wake();
      const item = find(key);
      if (item && !inFlight.has(key)) save({ ...item, state: 'waiting', nextAttemptAt: 0 });
      void pump();
    },
    discard(...keys) {
      finish(...keys);
      void pump();
    },
    isEditable,
    start() {
      for (const item of read()) {
        if (item.state === 'sending' && !inFlight.has(item.key))
          save({ ...item, state: 'waiting', nextAttemptAt: 0 });
      }
      wake();
    },
    wake,
    reload: publish,
  };
}
