import { describe, expect, test } from 'vitest';
import { files } from '#shared/files/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { newUuid } from '#shared/values/id.ts';
import { createCaller, type Transport, type TransportAnswer, type TransportRequest } from './call';
import { createOutbox } from './outbox';
import { createPhotoStore, type PhotoShelf } from './photo-store';
import { createSessionStore } from './session';
import { createStorage } from './storage';
import { login, manualTimers, memoryStore, noNetwork, ok, refusal, settled } from './testing';

const TICKET = '0198f000-0000-7000-8000-000000000001';
const PHOTO = '0198f000-0000-7000-8000-0000000000aa';
const ASSIGNMENT = '0198f000-0000-7000-8000-0000000000bb';
const HOUR_MS = 60 * 60_000;

/** A disk for photos; it stays when the app is gone. */
function memoryShelf(held = new Map<string, { content: string; keptAt: number }>()): PhotoShelf<string> {
  return {
    bytesOf: async (content) => content.length,
    put: async (ref, content, keptAt) => void held.set(ref, { content, keptAt }),
    open: async (ref) => held.get(ref)?.content ?? null,
    remove: async (ref) => void held.delete(ref),
    list: async () => [...held].map(([ref, { content, keptAt }]) => ({ ref, bytes: content.length, keptAt })),
  };
}

interface Effect {
  readonly key: string;
  readonly path: string;
  readonly content: string | undefined;
}

/** A server that takes each key once, and answers it again as it did. */
function server() {
  const effects: Effect[] = [];
  return {
    effects,
    take({ url, header, body }: TransportRequest): TransportAnswer {
      const key = header['Idempotency-Key'] ?? '';
      if (!effects.some((effect) => effect.key === key))
        effects.push({ key, path: url.replace(/\?.*/, ''), content: body });
      return ok({});
    },
  };
}

type Network = (
  request: TransportRequest,
  take: (request: TransportRequest) => TransportAnswer,
) => Promise<TransportAnswer>;
const working: Network = async (request, take) => take(request);
const broken: Network = async () => {
  throw noNetwork();
};

/**
 * A phone on which the app can be killed: after `lives` more changes of its disks or turns of a request, nothing that
 * it still does has any effect.
 */
function phone() {
  const store = memoryStore();
  const held = new Map<string, { content: string; keptAt: number }>();
  const clock = manualTimers();
  const { effects, take } = server();
  const network = { now: working };
  let launched = 0;
  function launch(lives = Number.POSITIVE_INFINITY) {
    const me = ++launched;
    let left = lives;
    const isDead = () => left <= 0;
    const live = () => !isDead() && left-- > 0;
    const shelf = memoryShelf(held);
    const storage = createStorage({
      get: store.get,
      keys: store.keys,
      set: (key, text) => void (live() && store.set(key, text)),
      remove: (key) => void (live() && store.remove(key)),
    });
    const photos = createPhotoStore<string>({
      shelf: {
        ...shelf,
        put: async (...args) => void (live() && (await shelf.put(...args))),
        remove: async (ref) => void (live() && (await shelf.remove(ref))),
      },
      storage,
      now: clock.timers.now,
      // The server knows it by the same number: steps name it.
      newRef: () => (held.has(PHOTO) ? newUuid() : PHOTO),
    });
    const never = new Promise<never>(() => {});
    const transport: Transport = async (request) => {
      if (!live()) return never;
      const answer = await network.now(request, take);
      return live() ? answer : never;
    };
    const session = createSessionStore(storage, () => `refresh-${me}`);
    const { send } = createCaller({ transport, session, base: '', onSessionLost: () => {} });
    const outbox = createOutbox({
      storage,
      timers: clock.timers,
      send,
      files: {
        async open({ ref }) {
          const content = await photos.open(ref);
          return content === null ? null : (request) => transport({ ...request, body: content });
        },
        release: ({ ref }) => void photos.release(ref),
      },
      userId: () => 'li',
    });
    return { storage, photos, outbox, session, isDead };
  }
  launch().session.keep(login('li'));
  return { store, held, clock, effects, network, launch };
}

type App = ReturnType<ReturnType<typeof phone>['launch']>;

const at = '2026-11-20T03:00:00.000Z';
const step = { assignment: ASSIGNMENT, happenedAt: at };
const depart = ({ outbox }: App) =>
  outbox.submit(
    serviceTickets.depart,
    { params: { id: TICKET }, body: step },
    { label: '出发', recordId: TICKET },
  );
const arrive = ({ outbox }: App) =>
  outbox.submit(
    serviceTickets.arrive,
    { params: { id: TICKET }, body: { ...step, fileIds: [PHOTO] } },
    { label: '到场签到', recordId: TICKET },
  );
const photoQuery = { id: PHOTO, entity: 'serviceTickets', entityId: TICKET, kind: 'check_in' } as const;
async function photo({ outbox, photos }: App, content = 'jpeg') {
  const { ref, name } = await photos.keep(content, 0);
  return outbox.submit(
    files.upload,
    { query: photoQuery },
    { label: '签到照片', recordId: TICKET, file: { ref, name } },
  );
}
const pathsOf = (effects: readonly Effect[]) => effects.map(({ path }) => path.split('/').pop());

describe('a photo in the queue', () => {
  test('goes out in its turn, with its content, and is dropped when the server has it', async () => {
    const { clock, effects, network, held, launch } = phone();
    network.now = broken;
    const app = launch();
    await depart(app);
    await photo(app);
    await arrive(app);
    expect(held.size).toBe(1);
    network.now = working;
    await clock.advance(10_000);
    expect(pathsOf(effects)).toEqual(['depart', 'files', 'arrive']);
    expect(effects[1]?.content).toBe('jpeg');
    expect(app.outbox.items()).toEqual([]);
    expect(held.size).toBe(0);
  });

  test('is dropped when it is discarded, and what stood behind it goes on', async () => {
    const { effects, network, held, launch } = phone();
    network.now = broken;
    const app = launch();
    await photo(app);
    await depart(app);
    network.now = working;
    app.outbox.discard(app.outbox.items()[0]!.key);
    app.outbox.retry();
    await settled();
    expect(pathsOf(effects)).toEqual(['depart']);
    expect(held.size).toBe(0);
  });

  test('whose content has vanished fails once, with words, and lets a person decide', async () => {
    const { clock, effects, network, held, launch } = phone();
    network.now = broken;
    const app = launch();
    await photo(app);
    held.clear();
    network.now = working;
    await clock.advance(10 * HOUR_MS);
    expect(app.outbox.items()).toMatchObject([
      { state: 'failed', attempts: 2, error: { code: 'PHOTO_LOST' } },
    ]);
    expect(effects).toEqual([]);
  });

  test('that cannot be read for the moment is tried again', async () => {
    const { clock, effects, launch } = phone();
    const app = launch();
    const { open } = app.photos;
    app.photos.open = () => Promise.reject(new Error('the database is busy'));
    await photo(app);
    expect(app.outbox.items()).toMatchObject([{ state: 'waiting', error: { code: 'PHOTO_UNREADABLE' } }]);
    app.photos.open = open;
    await clock.advance(2_000);
    expect(pathsOf(effects)).toEqual(['files']);
  });

  test('that the server refuses stays with its photo', async () => {
    const { clock, network, held, launch } = phone();
    network.now = broken;
    const app = launch();
    await photo(app);
    network.now = async () => refusal(415, 'FILE_TYPE_REFUSED');
    await clock.advance(2_000);
    expect(app.outbox.items()).toMatchObject([{ state: 'failed', error: { code: 'FILE_TYPE_REFUSED' } }]);
    expect(held.size).toBe(1);
  });

  test('is sent once by two windows', async () => {
    const { clock, effects, network, held, launch } = phone();
    network.now = broken;
    const [one, other] = [launch(), launch()];
    await depart(one);
    await photo(one);
    network.now = working;
    one.outbox.retry();
    other.outbox.start();
    await clock.advance(10 * 60_000);
    expect(pathsOf(effects)).toEqual(['depart', 'files']);
    one.outbox.reload();
    other.outbox.reload();
    expect([one.outbox.items(), other.outbox.items(), held.size]).toEqual([[], [], 0]);
  });
});

test('an app that is killed at any moment of a visit loses nothing and does nothing twice', async () => {
  const moments: number[] = [];
  for (let lives = 0; ; lives++) {
    const { clock, effects, held, launch, store } = phone();
    const app = launch(lives);
    // Nobody waits for the answers of a dead app.
    void depart(app);
    await settled();
    void photo(app);
    await settled();
    void arrive(app);
    await settled();
    // What was saved before the end, and what the server had already taken by then.
    const saved = createStorage(store).keys('outbox:').length;
    const taken = effects.length;
    const next = launch();
    next.outbox.start();
    await clock.advance(10 * 60_000);
    expect(next.outbox.items(), `killed after ${lives}`).toEqual([]);
    const expected = ['depart', 'files', 'arrive'].slice(0, effects.length);
    expect(pathsOf(effects), `killed after ${lives}`).toEqual(expected);
    expect(effects.length, `killed after ${lives}`).toBeGreaterThanOrEqual(Math.max(saved, taken));
    expect(new Set(effects.map(({ key }) => key)).size).toBe(effects.length);
    await clock.advance(2 * HOUR_MS);
    await next.photos.sweep();
    expect(held.size, `killed after ${lives}`).toBe(0);
    moments.push(effects.length);
    if (!app.isDead()) break;
  }
  // Each of the three was cut off at some moment, and without a kill all of them arrive.
  expect(new Set(moments)).toEqual(new Set([0, 1, 2, 3]));
  expect(moments[moments.length - 1]).toBe(3);
});

describe('what the server said with a refusal', () => {
  const reassigned = (details: object) => async () => refusal(409, 'TICKET_REASSIGNED', { details });

  test('stays with the write: who has the ticket now', async () => {
    const { clock, network, launch } = phone();
    network.now = broken;
    const app = launch();
    await depart(app);
    network.now = reassigned({ current: { assignee: { id: 'wu', name: '吴敏' } } });
    await clock.advance(2_000);
    expect(launch().outbox.items()[0]?.error?.details).toEqual({
      current: { assignee: { id: 'wu', name: '吴敏' } },
    });
  });

  test('is left out where it would fill the phone', async () => {
    const { clock, network, launch } = phone();
    network.now = broken;
    const app = launch();
    await depart(app);
    network.now = reassigned({ current: { logs: '长'.repeat(70_000) } });
    await clock.advance(2_000);
    expect(app.outbox.items()[0]?.error).toMatchObject({ code: 'TICKET_REASSIGNED', details: null });
  });
});

describe('the photos on a phone', () => {
  test('of a form that is not sent yet outlive the app, others go after a while', async () => {
    const { clock, held, launch } = phone();
    const app = launch();
    const inDraft = await app.photos.keep('in a form', 0);
    await app.photos.keep('left behind', 0);
    app.storage.write('draft:li:work', { value: { photos: [inDraft] }, savedAt: clock.timers.now() });
    await launch().photos.sweep();
    expect(held.size).toBe(2);
    await clock.advance(2 * HOUR_MS);
    const next = launch();
    await next.photos.sweep();
    expect([...held.keys()]).toEqual([inDraft.ref]);
    expect(await next.photos.open(inDraft.ref)).toBe('in a form');
  });

  test('of a form stay when the queue is done with them', async () => {
    const { held, launch } = phone();
    const app = launch();
    const kept = await app.photos.keep('jpeg', 0);
    app.storage.write('draft:li:work', { value: { photos: [kept] } });
    await app.photos.release(kept.ref);
    expect(held.size).toBe(1);
    app.storage.remove('draft:li:work');
    await app.photos.release(kept.ref);
    expect(held.size).toBe(0);
  });

  test('are refused in words when they have taken their share, or the phone is full', async () => {
    const shelf = memoryShelf();
    const storage = createStorage(memoryStore());
    const heavy: PhotoShelf<string> = { ...shelf, bytesOf: async () => 151 * 1024 * 1024 };
    const now = () => 0;
    await expect(createPhotoStore({ shelf: heavy, storage, now }).keep('x', 0)).rejects.toMatchObject({
      code: 'PHONE_FULL',
      message: expect.stringContaining('待同步'),
    });
    const full: PhotoShelf<string> = { ...shelf, put: () => Promise.reject(new Error('QuotaExceededError')) };
    await expect(createPhotoStore({ shelf: full, storage, now }).keep('x', 0)).rejects.toMatchObject({
      code: 'PHONE_FULL',
      message: expect.stringContaining('存储空间不足'),
    });
    expect(await shelf.list()).toEqual([]);
  });
});
