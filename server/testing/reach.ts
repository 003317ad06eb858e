import { beforeAll, describe, expect, it } from 'vitest';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import type { Reply } from './createTestApp.ts';
import { endpointOf } from './endpoints.ts';

/** What is sent. */
export interface Input {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** An endpoint that may come upon a record. */
export interface Reads<Who, Kind, Subject> {
  readonly does: 'reads';
  /** How it would come upon this one. */
  input(subject: Subject): Input;
  /** Whether the answer shows that the record is there. */
  shows(data: never, subject: Subject): boolean;
  reaches(who: Who, kind: Kind): boolean;
}

/** An endpoint that changes a record. */
export interface Writes<Who, Kind, Subject, State = undefined> {
  readonly does: 'writes';
  /** The state in which it can be changed so. */
  readonly from?: State;
  input(subject: Subject): Input;
  reaches(who: Who, kind: Kind): boolean;
  /** The state of these records refuses it, whoever asks. */
  readonly never?: readonly Kind[];
  /** What those are told who see it, but may not change it. */
  readonly told?: {
    readonly code: string | ((kind: Kind) => string);
    to(who: Who, kind: Kind): boolean;
    /** The refusal shows them the record as it is. */
    readonly shown?: true;
  };
  /** Does many at once and answers for each, to those who see it why not; to all others it is not there. */
  many?(who: Who, kind: Kind): boolean;
}

interface Trial<Who extends string, Kind extends string, Subject, State> {
  /** Everybody who tries; among them `anonymous` and `disabled`, who are nobody. */
  readonly everybody: readonly Who[];
  readonly kinds: readonly Kind[];
  /** By the names of the endpoints. */
  readonly decided: Readonly<Record<string, Reads<Who, Kind, Subject> | Writes<Who, Kind, Subject, State>>>;
  /** Whether somebody holds the permission of an endpoint at all. */
  may(who: Who, endpoint: EndpointDefinition): boolean;
  send(endpoint: EndpointDefinition, input: Input, who: Who): Promise<Reply<unknown>>;
  subject(kind: Kind, from?: State): Promise<Subject>;
  /** Before the records are made that are read, and after each of them. */
  readonly beforeReading?: () => Promise<unknown>;
  readonly afterMaking?: () => unknown;
  /** Everything that is stored about a record. */
  stored(id: string): Promise<string>;
  /** What a refusal must not tell. */
  secretsOf(subject: Subject): readonly string[];
}

export function expectRefused(reply: Reply<unknown>, who: string): void {
  const refusals = who === 'anonymous' || who === 'disabled' ? [401] : [403, 404];
  expect(refusals, JSON.stringify(reply.body)).toContain(reply.status);
}

/**
 * Lets everybody try every endpoint of a table on records of each kind: who reaches one sees or changes it, and whoever is
 * refused learns nothing and changes nothing.
 */
export function tryReach<
  Who extends string,
  Kind extends string,
  Subject extends { readonly id: string },
  State extends string | undefined = undefined,
>(trial: Trial<Who, Kind, Subject, State>): void {
  const { everybody, kinds, decided, may, send, subject, stored, secretsOf } = trial;

  describe('whoever reads', () => {
    const all = {} as Record<Kind, Subject>;
    beforeAll(async () => {
      await trial.beforeReading?.();
      for (const kind of kinds) {
        all[kind] = await subject(kind);
        trial.afterMaking?.();
      }
    });

    const readers = Object.entries(decided).flatMap(([name, each]) =>
      each.does === 'reads' ? everybody.map((who) => [name, who, each] as const) : [],
    );
    it.each(readers)(
      '%s as %s sees exactly what they reach',
      async (name, who, { input, shows, reaches }) => {
        const endpoint = endpointOf(name);
        for (const kind of kinds) {
          const one = all[kind];
          const reply = await send(endpoint, input(one), who);
          const reached = may(who, endpoint) && reaches(who, kind);
          if (reply.status !== 200) {
            expect(reached, `${kind} ${JSON.stringify(reply.body)}`).toBe(false);
            expectRefused(reply, who);
          } else if (endpoint.permission === 'signed-in') {
            // Today shows a choice of what somebody reaches.
            expect(shows(reply.data as never, one) && !reached, kind).toBe(false);
          } else {
            expect(shows(reply.data as never, one), kind).toBe(reached);
          }
          if (!reached) expect(JSON.stringify(reply.body), kind).not.toContain(one.id);
        }
      },
    );
  });

  describe('whoever writes', () => {
    /** Records that nobody has changed yet. */
    const untouched = new Map<string, Subject>();

    const writers = Object.entries(decided).flatMap(([name, each]) =>
      each.does === 'writes' ? everybody.map((who) => [name, who, each] as const) : [],
    );
    it.each(writers)('%s as %s changes exactly what they reach', async (name, who, each) => {
      const endpoint = endpointOf(name);
      const { from, input, reaches, never, told, many } = each;
      for (const kind of kinds) {
        const key = `${kind} ${from}`;
        const one = untouched.get(key) ?? (await subject(kind, from));
        untouched.set(key, one);
        const before = await stored(one.id);
        const reply = await send(endpoint, input(one), who);
        const body = JSON.stringify(reply.body);
        const unchanged = async () => (await stored(one.id)) === before;
        const reached = may(who, endpoint) && reaches(who, kind);
        const impossible = never?.includes(kind) ?? false;
        if (many && reply.status === 200) {
          const [result] = (reply.data as { list: { ok: boolean; code: string | null }[] }).list;
          expect(result?.ok, `${kind} ${body}`).toBe(reached && !impossible);
          expect(await unchanged(), kind).toBe(!result?.ok);
          if (result?.ok) untouched.delete(key);
          else if (!many(who, kind)) expect(result?.code, kind).toBe('NOT_FOUND');
          continue;
        }
        if (reached && !impossible) {
          expect(reply.status, `${kind} ${body}`).toBe(200);
          expect(await unchanged(), kind).toBe(false);
          untouched.delete(key);
          continue;
        }
        expect(await unchanged(), kind).toBe(true);
        const explained = reply.status === 409 && may(who, endpoint);
        const hears = explained && told?.to(who, kind) ? told : null;
        if (!hears?.shown) {
          for (const secret of secretsOf(one)) expect(body, kind).not.toContain(secret);
        }
        if (explained && impossible) expect(reply.failure.errors, kind).toBeNull();
        else if (hears) {
          const code = typeof hears.code === 'string' ? hears.code : hears.code(kind);
          expect(reply.failure.errorCode, kind).toBe(code);
        } else expectRefused(reply, who);
      }
    });
  });
}
