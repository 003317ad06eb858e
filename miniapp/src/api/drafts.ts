import { useEffect, useRef, useState } from 'react';
import { createDrafts, type OpenDraft } from './core/drafts';
import { onHide, storage, timers } from './platform';
import { currentUser } from './session';

const drafts = createDrafts({ storage, timers, userId: () => currentUser()?.id ?? null });

/** Removes drafts past their age limit; called once at start. */
export const dropExpiredDrafts = (): void => drafts.sweep();

export interface FormDraft<T> {
  readonly value: T;
  readonly setValue: (next: T | ((value: T) => T)) => void;
  /** When the words were typed that the form came back with; null when it began from `initial`. */
  readonly restored: number | null;
  /** For the write that sends the form. */
  readonly idempotencyKey: string;
  /** Back to `initial`. */
  readonly discard: () => void;
  /** The form was sent: forget it, leave the screen as it is. */
  readonly clear: () => void;
}

/**
 * The value of a form, kept on the device while somebody types and there again after an error, a login or a killed app.
 * @param form names the form, and the record where it edits one: `lead`, `lead:<id>`, `followUp:<id>`
 */
export function useDraft<T>(form: string, initial: T): FormDraft<T> {
  const open = useRef<{ form: string; draft: OpenDraft<T> } | null>(null);
  if (open.current?.form !== form) {
    open.current?.draft.flush();
    open.current = { form, draft: drafts.open(form, initial) };
  }
  const { draft } = open.current;
  const [state, setState] = useState(() => ({ form, value: draft.value, restored: draft.restoredAt }));
  const shown = state.form === form ? state : { form, value: draft.value, restored: draft.restoredAt };

  useEffect(() => {
    const flush = () => draft.flush();
    const stop = onHide(flush);
    return () => {
      stop();
      flush();
    };
  }, [draft]);

  return {
    value: shown.value,
    setValue(next) {
      const value = typeof next === 'function' ? (next as (value: T) => T)(draft.value) : next;
      draft.change(value);
      setState({ form, value, restored: shown.restored });
    },
    restored: shown.restored,
    idempotencyKey: draft.idempotencyKey,
    discard() {
      draft.clear();
      setState({ form, value: draft.value, restored: null });
    },
    clear() {
      draft.clear();
    },
  };
}
