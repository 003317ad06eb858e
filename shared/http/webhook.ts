import type * as z from 'zod';

/**
 * An address that other companies' servers call. Nobody is signed in there: the body proves itself by a signature, so it
 * is handed on as the bytes that came, and the answer has the shape that the caller wants instead of our envelope.
 */
export interface WebhookDefinition {
  /** Starts with `/api`; parameters as `:name`. `POST` delivers, `GET` is how some callers check the address. */
  readonly path: `/api/${string}`;
  /** One line for the API page. */
  readonly summary: string;
  readonly params: z.ZodObject;
  /** Bytes of a body; more is refused before it is read. */
  readonly maxBytes: number;
  /** Budgets of calls: per client address, and per value of one parameter of the path. */
  readonly limits: readonly {
    readonly by: 'address' | { readonly param: string };
    readonly max: number;
    readonly seconds: number;
  }[];
}

/** Declares a webhook, as `endpoint` declares an endpoint. */
export function webhook<const W extends WebhookDefinition>(definition: W): W {
  return definition;
}

export const WEBHOOK_METHODS = ['GET', 'POST'] as const;
