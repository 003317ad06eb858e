import * as z from 'zod';

/** A UUID (version 7 where we made it: sorted by time). */
export const id = z.uuid('编号格式不正确');
export const idParams = z.strictObject({ id });

/** The optimistic version of a record: send back the one you read. */
export const version = z.number().int().min(1).max(2_147_483_647);

/**
 * A key that makes a retried write count once. Unique, not secret: the mini-program has no cryptographic random source.
 */
export function idempotencyKey(now: number = Date.now(), random: () => number = Math.random): string {
  const part = () =>
    Math.floor(random() * 0x100000000)
      .toString(36)
      .padStart(7, '0');
  return `${now.toString(36)}-${part()}${part()}${part()}`;
}

/**
 * A UUID (version 7) for something that is named before the server knows of it. Unique, not secret, for the same reason.
 */
export function newUuid(now: number = Date.now(), random: () => number = Math.random): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0').slice(-length);
  const time = hex(now, 12);
  const bits = () => Math.floor(random() * 0x10000);
  const tail = `${hex(bits(), 4)}${hex(bits(), 4)}${hex(bits(), 4)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(bits(), 3)}-${hex(0x8000 | (bits() & 0x3fff), 4)}-${tail}`;
}
