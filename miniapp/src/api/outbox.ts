import { useMemo, useSyncExternalStore } from 'react';
import type { Answer, CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { send } from './call';
import { createOutbox, type OutboxItem, type SubmitOptions, type Submitted } from './core/outbox';
import { outboxFiles } from './kept-photos';
import { onStoredElsewhere, onWake, storage, timers } from './platform';
import { queryClient } from './query-client';
import { currentUser, sessionStore } from './session';

export type { OutboxItem, SubmitOptions, Submitted } from './core/outbox';

const outbox = createOutbox({
  storage,
  timers,
  send,
  files: outboxFiles,
  userId: () => currentUser()?.id ?? null,
  onSent(item) {
    void queryClient.invalidateQueries();
    announce(item);
  },
});

let announce: (item: OutboxItem) => void = () => {};

/**
 * Takes up what a killed app left, and sends whenever the app, the network or the person is back.
 * @param onSent a write got through after nobody waited for it any more
 */
export function startOutbox(onSent: (item: OutboxItem) => void): void {
  announce = onSent;
  outbox.start();
  onWake(outbox.wake);
  onStoredElsewhere(outbox.reload);
  sessionStore.subscribe(outbox.wake);
}

/** The writes that still have to reach the server, oldest first. */
export const useOutbox = (): readonly OutboxItem[] => useSyncExternalStore(outbox.subscribe, outbox.items);

/** Those of one record, in the order in which they will arrive; null: none. */
export function useQueued(recordId: string | null): readonly OutboxItem[] {
  const items = useOutbox();
  return useMemo(
    () => (recordId === null ? [] : items.filter((item) => item.recordId === recordId)),
    [items, recordId],
  );
}

/** The same outside of a component. */
export const outboxItems = (): readonly OutboxItem[] => outbox.items();

/**
 * Saves a write, then sends it: for what people do in the field. `sent` with the answer; `queued` when there is no
 * network, and then it goes out by itself, once in effect.
 * @throws ApiError when the server refuses it: nothing is queued then
 */
export const submit = <E extends EndpointDefinition>(
  endpoint: E,
  input: CallInput<E>,
  options: SubmitOptions,
): Promise<Submitted<Answer<E>>> => outbox.submit(endpoint, input, options) as Promise<Submitted<Answer<E>>>;

/** Tries one again now, or all that wait. */
export const retryOutbox = (key?: string): void => outbox.retry(key);

/** Forgets these writes, and the photos that only they name. */
export const discardFromOutbox = (...keys: string[]): void => outbox.discard(...keys);

/** Whether the words may still be changed: `submit` with the same key then replaces it. */
export const isOutboxItemEditable = (item: OutboxItem): boolean => outbox.isEditable(item);
