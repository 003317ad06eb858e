import type { FastifyInstance } from 'fastify';
import { toInstant } from '#shared/values/time.ts';
import { createApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import { createMemoryCache } from '../server/kernel/cache.ts';
import type { OpenDatabase } from '../server/kernel/database.ts';
import { createJobs } from '../server/kernel/events.ts';
import { newId } from '../server/kernel/new-id.ts';
import { createMemoryRateLimiter } from '../server/kernel/rate-limit.ts';
import { createTokens } from '../server/modules/identity/tokens.ts';
import { createWechat } from '../server/modules/identity/wechat.ts';
import { writeExport } from '../server/modules/transfers/exports.commands.ts';
import { allHandlers, allScheduledJobs } from '../server/modules.ts';
import { nobodyOutside, testSigner } from '../server/testing/outside.ts';
import { type SentStatement, watchStatements } from '../server/testing/statements.ts';
import type { BenchUser } from './data.ts';
import type { Slot, Statement } from './plan.ts';

export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly user: BenchUser;
  readonly leadId?: string;
  readonly body?: string;
}

/** The app in this process, to see what it sends to the database for a request. */
export async function openCapture(database: OpenDatabase, secret: string) {
  const watching = watchStatements();
  const clock = { now: () => toInstant(Date.now()) };
  const outside = nobodyOutside();
  const parts = { database, clock, cache: createMemoryCache(), signer: testSigner };
  const jobs = createJobs(parts, allHandlers(outside), allScheduledJobs(outside), (error) => {
    throw error;
  });
  await jobs.start({ work: false });
  const app: FastifyInstance = await createApp({
    config: readConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', JWT_SECRET: secret }),
    database,
    clock,
    cache: createMemoryCache(),
    signer: testSigner,
    storage: outside.storage,
    limiter: createMemoryRateLimiter(),
    jobs,
    wechat: createWechat(undefined, undefined),
  });
  await app.ready();
  const tokens = createTokens(app.jwt);
  const tokenOf = (user: BenchUser) => tokens.signAccess(user.id, user.sessionId, clock.now());

  async function send(request: BenchRequest, key: string): Promise<unknown> {
    const response = await app.inject({
      method: request.method,
      url: request.path,
      headers: {
        authorization: `Bearer ${tokenOf(request.user)}`,
        ...(request.body ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      },
      ...(request.body ? { payload: request.body } : {}),
    });
    const answer = response.json() as { success: boolean; data: unknown };
    if (!answer.success) throw new Error(`${request.path}: ${response.payload}`);
    return answer.data;
  }

  return {
    tokenOf,
    /** What the app sends for a request once it knows the person who asks. */
    async statementsOf(request: BenchRequest): Promise<Statement[]> {
      const stranger = { ...request, path: '/api/auth/profile', method: 'GET', body: undefined } as const;
      await send(stranger, '');
      const key = `bench-capture-${newId()}`;
      const before = Date.now();
      const watched = async () => {
        watching.start();
        const data = await send(request, key);
        // The job queue keeps house at any time; only what is written is given to it.
        const ofRequest = ({ text }: SentStatement) => request.method === 'POST' || !text.includes('pgboss');
        return { data, sent: watching.stop().filter(ofRequest) };
      };
      const { data, sent } = await watched();
      // What is not sent again was shared.
      const again = request.method === 'GET' ? (await watched()).sent : sent;
      const number = (data as { no?: string }).no;
      const names = new Map<string, string>([
        [request.user.id, '{user}'],
        [request.user.sessionId, '{session}'],
        [key, '{key}'],
        ...(request.leadId ? [[request.leadId, '{lead}'] as const] : []),
        ...(number ? [[number, '{No}'] as const, [number.toLowerCase(), '{no}'] as const] : []),
      ]);
      return parametrise(sent, new Set(again.map(({ text }) => text)), names, before);
    },
    /** Takes the latest leads along as a workbook. Answers how many, in how many milliseconds, and the reads for it. */
    async exportLeads(user: BenchUser, from: string) {
      const body = JSON.stringify({ from });
      const asked = { method: 'POST', path: '/api/leads/export', user, body } as const;
      const { id, total } = (await send(asked, newId())) as { id: string; total: number };
      watching.start();
      const started = performance.now();
      await writeExport({ ...parts, jobs }, id);
      const ms = performance.now() - started;
      return { rows: total, ms, reads: watching.stop().filter(({ text }) => text.startsWith('select')) };
    },
    async close() {
      await app.close();
      await jobs.stop();
    },
  };
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Replaces what belongs to one request by names, so that every request can have its own. */
function parametrise(
  sent: readonly SentStatement[],
  unshared: ReadonlySet<string>,
  names: ReadonlyMap<string, string>,
  since: number,
): Statement[] {
  const fresh = new Map<string, string>();
  const bytes = new Map<string, number>();

  function template(text: string): string {
    let result = text;
    for (const [value, name] of names) result = result.replaceAll(value, name);
    return result.replace(UUID, (uuid) => {
      if (!fresh.has(uuid)) fresh.set(uuid, `{fresh${fresh.size}}`);
      return fresh.get(uuid)!;
    });
  }

  function slot(value: unknown): Slot {
    if (typeof value === 'string') {
      if (INSTANT.test(value) && Date.parse(value) >= since) return { is: 'text', template: '{now}' };
      return { is: 'text', template: template(value) };
    }
    if (Buffer.isBuffer(value)) {
      const hex = value.toString('hex');
      if (!bytes.has(hex)) bytes.set(hex, bytes.size);
      return { is: 'bytes', index: bytes.get(hex)!, length: value.length };
    }
    if (Array.isArray(value)) return { is: 'list', templates: value.map((each) => template(String(each))) };
    return { is: 'literal', value };
  }

  return sent.map(({ name, text, values }) => ({
    name,
    text,
    values: values.map(slot),
    shared: !unshared.has(text),
  }));
}
