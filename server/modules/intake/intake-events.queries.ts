import { sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { IntakeEvent, IntakeEventDetail, IntakeStatus, intake } from '#shared/intake/contract.ts';
import { maskContact, maskDigits } from '#shared/values/phone.ts';
import { endOfDate, startOfDate } from '#shared/values/time.ts';
import { holds, may, type Rights, reaches, scopeOf } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList } from '../../kernel/list.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import { type Clue, parsedOf } from './clue.ts';
import { secretOf } from './intake-receiving.ts';

const columns = [
  'intakeEvents.id',
  'intakeEvents.sourceId',
  'source.name as sourceName',
  'source.kind',
  'intakeEvents.status',
  'intakeEvents.reason',
  'intakeEvents.parsed',
  'intakeEvents.leadId',
  'leads.no as leadNo',
  'intakeEvents.attempts',
  'intakeEvents.deliveries',
  'intakeEvents.receivedAt',
  'intakeEvents.processedAt',
] as const;

/** Whether the caller sees the lead, and whether with its contact details: not of what lies in the pool. */
const sight = (rights: Rights) => ({
  readable: sql<boolean>`(leads.deleted_at is null and ${reaches(rights, 'leads.read', 'leads')})`,
  held: may(rights, 'leads.read')
    ? sql<boolean>`coalesce(${holds(scopeOf(rights, 'leads.read'))}, false)`
    : sql<boolean>`false`,
});

interface Stored {
  readonly id: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly kind: string;
  readonly status: string;
  readonly reason: string | null;
  readonly parsed: unknown;
  readonly leadId: string | null;
  readonly leadNo: string | null;
  readonly readable: boolean | null;
  readonly held: boolean;
}

const REPLAYABLE: readonly IntakeStatus[] = ['failed', 'ignored'];
export const isReplayable = (status: string): boolean => (REPLAYABLE as readonly string[]).includes(status);

function present<T extends Stored>(row: T): Omit<T, keyof Stored> & IntakeEvent {
  const { sourceId, sourceName, kind, parsed, leadId, leadNo, readable, held, ...rest } = row;
  const clue = (parsed ?? {}) as Clue;
  const name = clue.customerName ?? clue.company ?? clue.contactPerson ?? null;
  const contact = clue.phone ?? clue.wechat ?? clue.otherHandle ?? null;
  return {
    ...rest,
    source: { id: sourceId, name: sourceName, kind },
    customerName: name && !held ? maskDigits(name) : name,
    contact: contact && !held ? maskContact(contact) : contact,
    lead: leadId === null ? null : { id: readable ? leadId : null, no: leadNo ?? '' },
    replayable: isReplayable(row.status),
  } as unknown as Omit<T, keyof Stored> & IntakeEvent;
}

interface Flags {
  readonly grants: Grants;
}
interface Values {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly status: readonly string[] | undefined;
  readonly sourceId: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const eventList = defineList({
  table: 'intakeEvents',
  orders: { receivedAt: { column: 'intakeEvents.receivedAt', type: 'timestamptz' } },
  rows: (db, _flags: Flags, { status, sourceId, from, to }: Values) => {
    let rows = db.selectFrom('intakeEvents');
    if (status) rows = rows.where(sql<boolean>`intake_events.status = any(${status})`);
    if (sourceId) rows = rows.where('intakeEvents.sourceId', '=', sourceId);
    if (from) rows = rows.where('intakeEvents.receivedAt', '>=', from);
    if (to) rows = rows.where('intakeEvents.receivedAt', '<', to);
    return rows;
  },
  columns: (rows, sortKey, { grants }, { userId, teamIds }) => {
    const { readable, held } = sight({ userId, teamIds, grants });
    return rows
      .innerJoin('intakeSources as source', 'source.id', 'intakeEvents.sourceId')
      .leftJoin('leads', 'leads.id', 'intakeEvents.leadId')
      .select([...columns, readable.as('readable'), held.as('held'), sql<string>`${sortKey}`.as('sortKey')]);
  },
});

/** What was received, newest first. */
export async function listEvents(
  context: Context,
  { status, sourceId, from, to, ...query }: Request<typeof intake.events>['query'],
): Promise<Page<IntakeEvent>> {
  const { grants, userId, teamIds } = context.actor;
  const page = await eventList.page(context, query, {
    flags: { grants },
    values: {
      userId,
      teamIds,
      status,
      sourceId,
      from: from && startOfDate(from),
      to: to && endOfDate(to),
    },
  });
  return { ...page, list: page.list.map(present) };
}

const find = (db: Queryable, actor: Rights, id: string) => {
  const { readable, held } = sight(actor);
  return db
    .selectFrom('intakeEvents')
    .innerJoin('intakeSources as source', 'source.id', 'intakeEvents.sourceId')
    .leftJoin('leads', 'leads.id', 'intakeEvents.leadId')
    .select([...columns, readable.as('readable'), held.as('held')])
    .select(['intakeEvents.body', 'source.secret'])
    .where('intakeEvents.id', '=', id)
    .executeTakeFirst();
};

export async function findEvent({ db, actor }: Context, id: string): Promise<IntakeEvent> {
  const row = await find(db, actor, id);
  if (!row) throw httpErrors.NOT_FOUND();
  const { body: _body, secret: _secret, ...event } = row;
  return present(event);
}

/** One event with what was understood of it. Whoever sets up sources also sees what came, but for the secret in it. */
export async function getEvent(
  { db, actor }: Context,
  secrets: Secrets,
  id: string,
): Promise<IntakeEventDetail> {
  const row = await find(db, actor, id);
  if (!row) throw httpErrors.NOT_FOUND();
  const { body, secret: sealed, ...event } = row;
  const manages = may(actor, 'intake.manage');
  const shown = { ...event, held: event.held || manages };
  const secret = sealed === null ? null : secrets.open(sealed, secretOf(row.sourceId));
  const raw = Buffer.from(body).toString('utf8');
  return {
    ...present(shown),
    fields: parsedOf((row.parsed ?? {}) as Clue).map((each) =>
      shown.held ? each : { ...each, value: maskField(each) },
    ),
    contactMasked: !shown.held,
    raw: manages ? (secret === null ? raw : raw.replaceAll(secret, '******')) : null,
  };
}

const CONTACT_FIELDS = ['phone', 'wechat', 'otherHandle', 'email', 'contactPerson'];
const maskField = ({ field, value }: { field: string; value: string }) =>
  CONTACT_FIELDS.includes(field) ? maskContact(value) : maskDigits(value);
