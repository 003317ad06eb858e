import type { Permission } from '#shared/access/permissions.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Actor, Scope } from './access.ts';
import type { AuditEntry } from './audit.ts';
import type { Cache } from './cache.ts';
import type { Queryable } from './database.ts';
import type { EventDefinition } from './events.ts';
import type { Settings } from './settings.ts';
import type { Signer } from './signer.ts';

/** What a query needs: where to ask, for whom, and when. */
export interface Context<A = Actor, S = Scope> {
  readonly db: Queryable;
  readonly actor: A;
  /** Of the endpoint's permission. */
  readonly scope: S;
  readonly now: Instant;
  readonly cache: Cache;
  readonly settings: Settings;
  readonly signer: Signer;
  /** The caller's address, for audit and sessions. */
  readonly ip: string;
  readonly requestId: string;
}

/** What a command needs: a context inside one transaction. */
export interface Work<A = Actor, S = Scope> extends Context<A, S> {
  /** Says what was done; written when the transaction ends. Every write says at least one. */
  audit(entry: AuditEntry): void;
  /** Hands an event to its handlers in the worker, if the transaction commits. */
  emit<P extends object>(event: EventDefinition<P>, payload: P): void;
  /** Runs after the commit, for what lives outside the database. Must not fail. */
  afterCommit(run: () => void): void;
}

/** A command that somebody asked for, or that the clock started. */
export type AnyWork = Work<Actor | null, Scope | null>;

/** The context of an endpoint: nobody in particular for public ones, no scope without a permission. */
export type ContextOf<E extends EndpointDefinition> = E['permission'] extends 'public'
  ? Context<null, null>
  : E['permission'] extends Permission
    ? Context
    : Context<Actor, null>;

export type WorkOf<E extends EndpointDefinition> = E['permission'] extends 'public'
  ? Work<null, null>
  : E['permission'] extends Permission
    ? Work
    : Work<Actor, null>;
