import { defineEvent } from '../../kernel/events.ts';

/** A step of an import waits for the worker; which one says its state. */
export const importRequested = defineEvent<{ importId: string }>('import.requested');

export const exportRequested = defineEvent<{ exportId: string }>('export.requested');
