import { maskDigits } from '#shared/values/phone.ts';

/** What tells where an error comes from. Everything else that drivers hang on errors may hold what people typed. */
const TELLING = [
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'routine',
  'syscall',
] as const;

interface LoggedError {
  readonly [detail: string]: unknown;
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: LoggedError;
}

/**
 * An error as it is logged: without the row that broke a constraint, the parameters of the query or the bytes of a request
 * that could not be read, and with telephone numbers masked.
 */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error', stack: '' };
  const told = Object.fromEntries(
    TELLING.flatMap((key) => {
      const value = (error as unknown as Record<string, unknown>)[key];
      return typeof value === 'string' ? [[key, value]] : [];
    }),
  );
  return {
    ...told,
    type: error.constructor.name,
    message: maskDigits(error.message),
    stack: maskDigits(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }),
  };
}
