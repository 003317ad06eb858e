import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import { processEvent } from './intake-processing.ts';

/** A clue was received and waits to be made a lead. */
export const intakeReceived = defineEvent<{ eventId: string }>('intake.received');

/** The queue never gives up before we do; a process that dies uses up one of its tries as well. */
const RETRIES = { limit: 1_000, first: 2, longest: 900 };

export const intakeHandlers: readonly EventHandler[] = [
  on(intakeReceived, 'make-lead', (context, { eventId }) => processEvent(context, eventId), {
    retries: RETRIES,
  }),
];
