import pg from 'pg';

/** A statement as this process sent it to Postgres. */
export interface SentStatement {
  /** Of those that a connection prepares. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Every statement that this process sends while it is being watched. */
export function watchStatements(): { start(): void; stop(): SentStatement[] } {
  let sent: SentStatement[] | null = null;
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, values] = args as [string | Partial<SentStatement> | undefined, unknown];
    const {
      name,
      text,
      values: given,
    }: Partial<SentStatement> = typeof first === 'object'
      ? first
      : { text: first, values: values as unknown[] };
    if (text) sent?.push({ name, text, values: Array.isArray(given) ? given : [] });
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
  return {
    start: () => {
      sent = [];
    },
    stop: () => {
      const all = sent ?? [];
      sent = null;
      return all;
    },
  };
}
