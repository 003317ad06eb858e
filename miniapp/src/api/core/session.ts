import type { CurrentUser, Session } from '#shared/auth/contract.ts';
import { idempotencyKey } from '#shared/values/id.ts';
import type { Storage } from './storage';

export interface StoredSession extends Session {
  /**
   * The idempotency key of this refresh token's one refresh. It is stored with the token, so that a refresh whose
   * answer was lost, or that another tab makes at the same time, is answered with the same new tokens.
   */
  readonly refreshKey: string;
}

export interface SessionStore {
  get(): StoredSession | null;
  /** Reads the storage again: another tab may have renewed or ended the session. */
  reload(): StoredSession | null;
  /** A login, or the new tokens of a refresh. */
  keep(session: Session): void;
  /** New facts about the same person. */
  keepUser(user: CurrentUser): void;
  end(): void;
  subscribe(listener: () => void): () => void;
}

const KEY = 'session';

function isSession(value: StoredSession | null): value is StoredSession {
  return Boolean(value?.accessToken && value.refreshToken && value.refreshKey && value.user?.id);
}

/** Who is signed in on this device, in memory and in storage. */
export function createSessionStore(
  storage: Storage,
  newKey: () => string = () => idempotencyKey(),
): SessionStore {
  const listeners = new Set<() => void>();
  const stored = () => {
    const value = storage.read<StoredSession>(KEY);
    return isSession(value) ? value : null;
  };
  let current = stored();
  const publish = (next: StoredSession | null) => {
    if (JSON.stringify(next) === JSON.stringify(current)) return;
    current = next;
    for (const listener of Array.from(listeners)) listener();
  };
  const write = (next: StoredSession) => {
    // A session that cannot be stored still serves until the app is closed.
    storage.write(KEY, next);
    publish(next);
  };
  return {
    get: () => current,
    reload() {
      const found = stored();
      // Without a working storage the memory is all there is.
      if (found || storage.write('probe', 1)) publish(found);
      return current;
    },
    keep: (session) => write({ ...session, refreshKey: newKey() }),
    keepUser(user) {
      if (current) write({ ...current, user });
    },
    end() {
      storage.remove(KEY);
      publish(null);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
