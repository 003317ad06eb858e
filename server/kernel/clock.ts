import { type Instant, toInstant } from '#shared/values/time.ts';

/** The only source of "now" in the server. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => toInstant(Date.now()) };
