import { createHash, randomBytes } from 'node:crypto';
import type { JWT } from '@fastify/jwt';
import { authErrors } from '#shared/auth/contract.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Instant } from '#shared/values/time.ts';

const ACCESS_SECONDS = 15 * 60;
export const REFRESH_MS = 30 * 86_400_000;
const BIND_SECONDS = 10 * 60;

type Claims =
  | { use: 'access'; sub: string; sid: string; exp: number }
  | { use: 'wechat-bind'; sub: string; exp: number };

/** Signed claims, checked against the injected clock. */
export interface Tokens {
  signAccess(userId: string, sessionId: string, now: Instant): string;
  /** Throws UNAUTHENTICATED, or TOKEN_EXPIRED for a good token past its time. */
  readAccess(token: string, now: Instant): { userId: string; sessionId: string };
  /** Proves that WeChat vouched for an openid a moment ago. */
  signBindTicket(openid: string, now: Instant): string;
  readBindTicket(ticket: string, now: Instant): string;
}

const seconds = (now: Instant) => Math.floor(Date.parse(now) / 1000);

export function createTokens(jwt: JWT): Tokens {
  const sign = (claims: Claims, now: Instant) => jwt.sign({ ...claims, iat: seconds(now) });

  function read<U extends Claims['use']>(token: string, use: U): Extract<Claims, { use: U }> | null {
    try {
      const claims = jwt.verify<Claims>(token);
      return claims.use === use ? (claims as Extract<Claims, { use: U }>) : null;
    } catch {
      return null;
    }
  }

  return {
    signAccess: (sub, sid, now) => sign({ use: 'access', sub, sid, exp: seconds(now) + ACCESS_SECONDS }, now),
    readAccess(token, now) {
      const claims = read(token, 'access');
      if (!claims) throw httpErrors.UNAUTHENTICATED();
      if (!(claims.exp > seconds(now))) throw httpErrors.TOKEN_EXPIRED();
      return { userId: claims.sub, sessionId: claims.sid };
    },
    signBindTicket: (openid, now) =>
      sign({ use: 'wechat-bind', sub: openid, exp: seconds(now) + BIND_SECONDS }, now),
    readBindTicket(ticket, now) {
      const claims = read(ticket, 'wechat-bind');
      if (!claims || !(claims.exp > seconds(now))) throw authErrors.BIND_TICKET_INVALID();
      return claims.sub;
    },
  };
}

/** A refresh token names its session and carries a secret of which only the hash is stored. */
export function newRefreshToken(sessionId: string): { token: string; hash: Buffer } {
  const secret = randomBytes(32).toString('base64url');
  return { token: `${sessionId}.${secret}`, hash: hashSecret(secret) };
}

export function readRefreshToken(token: string): { sessionId: string; hash: Buffer } | null {
  const [sessionId, secret] = token.split('.');
  if (!sessionId || !secret || !/^[0-9a-f-]{36}$/.test(sessionId)) return null;
  return { sessionId, hash: hashSecret(secret) };
}

export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
