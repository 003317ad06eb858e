import { files } from '#shared/files/contract.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Signer } from '../../kernel/signer.ts';

const PURPOSE = 'file';
/** The same address is given for ten minutes, so that a phone asks for a picture once; it opens for ten to twenty. */
const STEP_SECONDS = 600;

export type FileSize = 'full' | 'thumbnail';

const secondsOf = (now: Instant): number => Math.floor(Date.parse(now) / 1000);
const signed = (id: string, size: FileSize, expires: number): string => `${id}.${size}.${expires}`;

/** Where a file can be fetched without a login, for a while. */
export function addressOfFile(signer: Signer, now: Instant, id: string, size: FileSize): string {
  const expires = (Math.floor(secondsOf(now) / STEP_SECONDS) + 2) * STEP_SECONDS;
  const signature = signer.sign(PURPOSE, signed(id, size, expires));
  return urlOf(files.content, {
    params: { id },
    query: { expires, signature, size: size === 'full' ? undefined : size },
  });
}

/** How many seconds an address is still good for. Throws NOT_FOUND for one that is not, or that we did not give. */
export function secondsLeft(
  signer: Signer,
  now: Instant,
  id: string,
  { size, expires, signature }: { size: FileSize; expires: number; signature: string },
): number {
  const left = expires - secondsOf(now);
  if (left <= 0 || !signer.verify(PURPOSE, signed(id, size, expires), signature))
    throw httpErrors.NOT_FOUND();
  return left;
}
