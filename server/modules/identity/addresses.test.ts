import { expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';

const TRIES = auth.login.limits[1].max + 1;

/** How many of a burst of guesses at ever new accounts are let through, each naming another client address. */
async function guesses(t: TestApp): Promise<number> {
  const replies = await Promise.all(
    Array.from({ length: TRIES }, (_, i) =>
      t.call(
        auth.login,
        { body: { username: `nobody${i}`, password: 'wrong-password-1' } },
        { headers: { 'x-forwarded-for': `203.0.113.${i % 250}` } },
      ),
    ),
  );
  return replies.filter(({ status }) => status === 401).length;
}

it('counts guesses by the real address, whatever a stranger claims to forward', async () => {
  expect(await guesses(await createTestApp())).toBe(TRIES - 1);
});

it('believes the reverse proxy that is configured, and no other', async () => {
  expect(await guesses(await createTestApp({ trustedProxies: '127.0.0.1' }))).toBe(TRIES);
  expect(await guesses(await createTestApp({ trustedProxies: '10.1.2.3' }))).toBe(TRIES - 1);
});
