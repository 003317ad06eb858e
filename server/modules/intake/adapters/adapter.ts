import { createHash, createHmac } from 'node:crypto';
import type { IntakeMapping } from '#shared/intake/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Clue } from '../clue.ts';

/** A request of a platform, as its signature was made over it. */
export interface Signed {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What became of reading one clue: somebody who asked, or why there is nobody. */
export type Reading =
  | { readonly clue: Clue; readonly ignored: null; readonly failed: null }
  | { readonly clue: null; readonly ignored: string; readonly failed: null }
  | { readonly clue: null; readonly ignored: null; readonly failed: string };

export const found = (clue: Clue): Reading => ({ clue, ignored: null, failed: null });
export const ignored = (why: string): Reading => ({ clue: null, ignored: why, failed: null });
export const failed = (why: string): Reading => ({ clue: null, ignored: null, failed: why });

/** How one platform speaks. Pure: the same request is read the same way, now and when it is replayed. */
export interface Adapter {
  /** The headers that are kept with a body, because reading it again needs them. Never a secret. */
  readonly keeps: readonly string[];
  /** Whether the request was made by somebody who knows the secret. Compares in constant time. */
  verify(request: Signed, secret: string, now: Instant): boolean;
  /** What to answer to a check of the address; null: it is no check. */
  challenge(request: Signed): object | null;
  /** What tells this delivery from others, one for each clue in it. */
  keys(request: Signed, mapping: IntakeMapping): readonly string[];
  read(request: Signed, part: number, mapping: IntakeMapping): Reading;
  /** What the platform takes for `received`. */
  readonly accepted: object;
  /** A request like theirs, about nobody. */
  sample(mapping: IntakeMapping, now: Instant): Signed;
  /** The same request with its signature. */
  sign(request: Signed, secret: string, now: Instant): Signed;
}

export const sha256 = (...parts: readonly (string | Buffer)[]): string => hash('sha256', parts);
export const sha1 = (...parts: readonly (string | Buffer)[]): string => hash('sha1', parts);

function hash(algorithm: string, parts: readonly (string | Buffer)[]): string {
  const digest = createHash(algorithm);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}

export function hmacSha256(secret: string, ...parts: readonly (string | Buffer)[]): string {
  const digest = createHmac('sha256', secret);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}

export const NOT_JSON = '内容不是可以识别的格式';

/** A body as an object; null for whatever else it is. */
function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  const value = parse(text);
  return isObject(value) ? value : null;
}

/** What JSON text says; null when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or the JSON text of one, as platforms like to nest it. */
export const nestedObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'string' ? objectOf(value) : isObject(value) ? value : null;

/** A body that says its fields in JSON or like a form. */
export function messageOf({ headers, body }: Signed): Readonly<Record<string, unknown>> | null {
  const text = body.toString('utf8');
  if (/urlencoded/i.test(headers['content-type'] ?? '')) return Object.fromEntries(new URLSearchParams(text));
  return objectOf(text);
}

/** A number or word that a platform numbers its messages with, as a key; anything odd by its hash. */
export function keyOf(given: unknown, otherwise: string): string {
  if (typeof given !== 'string' && typeof given !== 'number') return otherwise;
  const text = String(given);
  if (text === '') return otherwise;
  return /^[\w.:-]{1,128}$/.test(text) ? text : sha256(text);
}

export const jsonRequest = (message: object): Signed => ({
  query: {},
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(message)),
});

export const withHeaders = (request: Signed, more: Record<string, string>): Signed => ({
  ...request,
  headers: { ...request.headers, ...more },
});
