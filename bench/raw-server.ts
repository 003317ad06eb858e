/**
 * Child process of a run: the yardstick. `pg` over `node:http` and nothing else. It sends the statements that the app was
 * seen to send for one such request, in the same order and in the same transaction, with values made for the request.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { RawPlan, Slot, Statement } from './plan.ts';

// As long as the app shares an answer, so that both ask equally often.
const SHARED_MS = 3_000;

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DATABASE_POOL),
});
let plan: RawPlan = { statements: [], users: {} };
let answers = new Map<string, { value: Promise<{ count?: string }[]>; until: number }>();

process.on('message', (received: RawPlan) => {
  plan = received;
  answers = new Map();
  process.send?.('planned');
});
process.on('disconnect', () => process.exit());

interface Values {
  readonly names: Record<string, string>;
  readonly bytes: Buffer[];
}

function make(slot: Slot, values: Values): unknown {
  switch (slot.is) {
    case 'literal':
      return slot.value;
    case 'text':
      return fill(slot.template, values);
    case 'list':
      return slot.templates.map((template) => fill(template, values));
    case 'bytes':
      values.bytes[slot.index] ??= randomBytes(slot.length);
      return values.bytes[slot.index];
  }
}

const fill = (template: string, { names }: Values): string =>
  template.includes('{')
    ? template.replace(/\{(user|session|lead|now|key|no|No|fresh\d+)\}/g, (_, name: string) => {
        names[name] ??= randomUUID();
        return names[name];
      })
    : template;

async function answer(request: IncomingMessage): Promise<unknown> {
  const owner = plan.users[request.headers.authorization ?? ''];
  if (!owner) throw new Error('Unknown token');
  const lead = /^\/api\/leads\/([\w-]+)/.exec(request.url ?? '')?.[1] ?? '';
  const key = String(request.headers['idempotency-key'] ?? '');
  const names = { user: owner.user, session: owner.session, lead, key, now: new Date().toISOString() };
  const values: Values = { names, bytes: [] };
  if (request.method === 'POST') {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    JSON.parse(text);
    return writeAll(values);
  }
  let rows: unknown[] = [];
  let total = 0;
  for (const statement of plan.statements) {
    const parameters = statement.values.map((slot) => make(slot, values));
    const query = queryOf(statement, parameters);
    if (!statement.shared) rows = (await pool.query(query)).rows;
    else for (const { count } of await shared(query)) total += Number(count ?? 0);
  }
  return { list: rows, total };
}

const queryOf = ({ name, text }: Statement, values: unknown[]): pg.QueryConfig => ({ name, text, values });

function shared(query: pg.QueryConfig): Promise<{ count?: string }[]> {
  const key = JSON.stringify([query.text, query.values]);
  const known = answers.get(key);
  if (known && known.until > Date.now()) return known.value;
  const entry = {
    until: Number.POSITIVE_INFINITY,
    value: pool.query(query).then((result) => {
      entry.until = Date.now() + SHARED_MS;
      return result.rows as { count?: string }[];
    }),
  };
  answers.set(key, entry);
  return entry.value;
}

async function writeAll(values: Values): Promise<unknown> {
  let rows: unknown[] = [];
  let client: pg.PoolClient | null = null;
  try {
    for (const statement of plan.statements) {
      const { text } = statement;
      const parameters = statement.values.map((slot) => make(slot, values));
      if (text === 'begin') client = await pool.connect();
      const result = await (client ?? pool).query(queryOf(statement, parameters));
      if (result.command === 'SELECT') rows = result.rows;
      if (text.includes('"number_counters"')) {
        const number = String((result.rows[0] as { last_value: number }).last_value).padStart(4, '0');
        values.names.No = `LEAD-${new Date().getFullYear()}-${number}`;
        values.names.no = values.names.No.toLowerCase();
      }
    }
    client?.release();
    return rows[0];
  } catch (error) {
    client?.release(true);
    throw error;
  }
}

const server = createServer((request, response) => {
  answer(request).then(
    (data) => {
      const text = JSON.stringify(data);
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    },
    (error: unknown) => {
      const text = String(error);
      response.writeHead(500, { 'content-length': Buffer.byteLength(text) });
      response.end(text);
    },
  );
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
