import { idempotencyKey } from '#shared/values/id.ts';
import { DAY_MS } from '#shared/values/time.ts';
import type { Storage } from './storage';

export interface Draft<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
  /** Sent with the write, so that a page killed while sending and sent again makes one record. */
  readonly idempotencyKey: string;
}

export interface Timers {
  now(): number;
  /** @returns how to cancel */
  after(ms: number, run: () => void): () => void;
}

export interface DraftDependencies {
  readonly storage: Storage;
  readonly timers: Timers;
  /** Drafts belong to a person, not to a phone. */
  readonly userId: () => string | null;
  readonly newKey?: () => string;
}

/** One form's unsent words while it is open. */
export interface OpenDraft<T> {
  readonly value: T;
  /** When the words were saved that the form begins with; null when it begins empty. */
  readonly restoredAt: number | null;
  readonly idempotencyKey: string;
  /** Keeps the value in a moment. */
  change(value: T): void;
  /** Keeps it now: the page is hidden or closed. */
  flush(): void;
  /** Forgets it, and begins another record. */
  clear(): void;
}

export interface Drafts {
  /** @param form names the form, and the record where it edits one: `lead`, `lead:<id>`, `followUp:<id>` */
  open<T>(form: string, initial: T): OpenDraft<T>;
  /** Removes what is past its age limit. */
  sweep(): void;
}

const FOLDER = 'draft:';
const MAX_AGE_MS = 7 * DAY_MS;
const QUIET_MS = 400;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function createDrafts(dependencies: DraftDependencies): Drafts {
  const { storage, timers, userId } = dependencies;
  const newKey = dependencies.newKey ?? (() => idempotencyKey());
  const isFresh = (draft: Draft<unknown> | null) =>
    draft !== null && timers.now() - draft.savedAt < MAX_AGE_MS;

  function load<T>(place: string): Draft<T> | null {
    const draft = storage.read<Draft<T>>(place);
    return isFresh(draft) ? draft : null;
  }

  return {
    open<T>(form: string, initial: T): OpenDraft<T> {
      const place = `${FOLDER}${userId() ?? 'guest'}:${form}`;
      const found = load<T>(place);
      let { value, idempotencyKey: key } = found ?? { value: initial, idempotencyKey: newKey() };
      let cancel: (() => void) | null = null;
      const save = () => {
        cancel?.();
        cancel = null;
        if (same(value, initial)) storage.remove(place);
        else storage.write(place, { value, savedAt: timers.now(), idempotencyKey: key } satisfies Draft<T>);
      };
      return {
        get value() {
          return value;
        },
        get idempotencyKey() {
          return key;
        },
        restoredAt: found?.savedAt ?? null,
        change(next) {
          value = next;
          cancel?.();
          cancel = timers.after(QUIET_MS, save);
        },
        flush() {
          if (cancel) save();
        },
        clear() {
          cancel?.();
          cancel = null;
          value = initial;
          key = newKey();
          storage.remove(place);
        },
      };
    },
    sweep() {
      for (const place of storage.keys(FOLDER)) {
        if (!isFresh(storage.read<Draft<unknown>>(place))) storage.remove(place);
      }
    },
  };
}
