import type * as z from 'zod';
import type { Permission } from '../access/permissions.ts';

/** `wx.request` has no PATCH, so neither have we. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Who may call: anyone, anyone signed in, or holders of a permission. */
export type Access = 'public' | 'signed-in' | Permission;

/** A sliding budget of calls; the first one that is exhausted answers 429. */
export interface RateLimit {
  /** `address`: per client address. Otherwise per value of that body field, e.g. the account tried. */
  readonly by: 'address' | 'username';
  readonly max: number;
  readonly seconds: number;
  /** Of an account: calls that succeed count too. Otherwise success starts the budget anew. */
  readonly always?: true;
  /** Of an account: each client address has a budget of its own, so that whoever guesses does not keep the owner out. */
  readonly eachAddress?: true;
}

/** One file that a call carries, as multipart/form-data. */
export interface Upload {
  readonly field: string;
  readonly maxBytes: number;
  /** The endings a file picker may offer. What is in a file is decided by reading it, never by its name. */
  readonly types: readonly `.${string}`[];
}

/** A file instead of an envelope, whose `response` is null; refusals come in the envelope all the same. */
export interface Download {
  readonly type: string;
  /** What the file is called, unless its handler knows better. */
  readonly name: string;
  /** Each time leaves an entry in the log. */
  readonly audited?: true;
}

export interface EndpointDefinition {
  readonly method: Method;
  /** Starts with `/api`; parameters as `:name`. */
  readonly path: `/api/${string}`;
  readonly permission: Access;
  /** One line for the API page. */
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  readonly upload?: Upload;
  readonly download?: Download;
  /** A POST that changes nothing (its input is too private for an address line): no audit entry, no idempotency. */
  readonly readOnly?: true;
  readonly limits?: readonly RateLimit[];
  /** It ends the session that it is sent in: sent again, because its answer was lost, it gets that answer all the same. */
  readonly endsSession?: true;
  /**
   * In seconds: how long the database may take, for what touches any number of records. Everything else is told after four
   * that it cannot be done now.
   */
  readonly patience?: number;
}

/**
 * Declares an endpoint. The value is the whole contract: the server mounts it, the mini-program and the tests call
 * it, and the API page documents it.
 */
export function endpoint<const E extends EndpointDefinition>(definition: E): E {
  return definition;
}

type Input<S> = S extends z.ZodType ? z.input<S> : never;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler receives, after validation. */
export interface Request<E extends EndpointDefinition> {
  readonly params: Output<E['params']>;
  readonly query: Output<E['query']>;
  readonly body: Output<E['body']>;
}

type Part<Name extends string, S> = S extends z.ZodType
  ? Record<never, never> extends Input<S>
    ? { readonly [K in Name]?: Input<S> }
    : { readonly [K in Name]: Input<S> }
  : { readonly [K in Name]?: undefined };

/** What a caller passes: only the parts that the endpoint declares. */
export type CallInput<E extends EndpointDefinition> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']>;

/** The `data` of a successful answer. */
export type Answer<E extends EndpointDefinition> = z.output<E['response']>;

export const isWrite = (e: EndpointDefinition): boolean => e.method !== 'GET' && !e.readOnly;

/**
 * The address of a call: path parameters filled in, query appended. Lists become `a,b`; `undefined`, `null` and `''`
 * are left out.
 */
export function urlOf(
  e: EndpointDefinition,
  input: { readonly params?: unknown; readonly query?: unknown },
): string {
  const params = (input.params ?? {}) as Record<string, unknown>;
  const path = e.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = Object.entries((input.query ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return query.length > 0 ? `${path}?${query.join('&')}` : path;
}
