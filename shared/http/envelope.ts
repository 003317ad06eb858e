import * as z from 'zod';

/** One message under one input. `field` is a dotted path into the body or the name of a query parameter. */
export const fieldError = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldError>;

export function successOf<S extends z.ZodType>(data: S) {
  return z.object({
    success: z.literal(true),
    code: z.literal(200),
    message: z.string(),
    data,
    timestamp: z.string(),
  });
}

export const failure = z.object({
  success: z.literal(false),
  code: z.number(),
  message: z.string(),
  errors: z.array(fieldError).nullable(),
  errorCode: z.string(),
  requestId: z.string(),
  timestamp: z.string(),
  /** What the client needs to recover: the current record after `STALE`, seconds to wait after `RATE_LIMITED`. */
  details: z.unknown().optional(),
});

export type Success<T> = { success: true; code: 200; message: string; data: T; timestamp: string };
export type Failure = z.infer<typeof failure>;
