import { sql } from 'kysely';
import { AppError } from '#shared/http/errors.ts';
import type { IntakeKind } from '#shared/intake/contract.ts';
import { leadDraft } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import type { Actor } from '../../kernel/access.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import type { Database, Queryable } from '../../kernel/database.ts';
import type { JobContext } from '../../kernel/events.ts';
import { wechatKeyOf } from '../../kernel/search.ts';
import type { Row } from '../../kernel/transition.ts';
import { runAlone } from '../../kernel/unit-of-work.ts';
import { lockAlone, lockAssignable } from '../identity/identity.queries.ts';
import { assignAutomatically } from '../leads/lead-assignment.commands.ts';
import { openTurns } from '../leads/lead-assignment.turns.ts';
import { changeOwner } from '../leads/lead-ownership.commands.ts';
import { createLead } from '../leads/leads.commands.ts';
import { notify } from '../notifications/notify.ts';
import { tellNewOwner } from '../ownership/ownership.commands.ts';
import { adapters, mappingOf } from './adapters/index.ts';
import { type Clue, type Drafted, draftOf } from './clue.ts';

export type Source = Row<'intakeSources'>;
type Event = Row<'intakeEvents'>;

/** Somewhere beyond an hour, with the pauses of the queue. */
const MAX_ATTEMPTS = 8;
const GAVE_UP = '处理时一直出错，可以稍后重放';

/** What the worker finds when somebody else was faster. */
class AlreadyDone extends Error {}

/**
 * Makes a lead of what was received, or says why not, in one transaction: done twice it changes nothing. What goes wrong
 * by accident is tried again, and in the end stands in the inbox.
 */
export async function processEvent(context: JobContext, eventId: string): Promise<void> {
  const { db } = context.database;
  const attempts = await countAttempt(db, eventId);
  if (attempts === null) return;
  try {
    await runAlone(context, (work) => processOnce(work, eventId));
  } catch (error) {
    if (error instanceof AlreadyDone) return;
    if (attempts < MAX_ATTEMPTS) throw error;
    await db
      .updateTable('intakeEvents')
      .set({ status: 'failed', reason: GAVE_UP, processedAt: context.clock.now() })
      .where('id', '=', eventId)
      .where('status', '=', 'received')
      .execute();
  }
}

/** Null when there is nothing left to do. */
async function countAttempt(db: Database, eventId: string): Promise<number | null> {
  const row = await db
    .updateTable('intakeEvents')
    .set({ attempts: sql`attempts + 1` })
    .where('id', '=', eventId)
    .where('status', '=', 'received')
    .returning('attempts')
    .executeTakeFirst();
  return row?.attempts ?? null;
}

async function processOnce(work: Work<null, null>, eventId: string): Promise<void> {
  const { db, now } = work;
  const event = await db
    .selectFrom('intakeEvents')
    .selectAll()
    .where('id', '=', eventId)
    .forUpdate()
    .executeTakeFirst();
  if (event?.status !== 'received') throw new AlreadyDone();
  const source = await db
    .selectFrom('intakeSources')
    .selectAll()
    .where('id', '=', event.sourceId)
    .executeTakeFirstOrThrow();
  const reading = readEvent(source, event);
  const result = await resultOf(work, source, event, reading);
  await db
    .updateTable('intakeEvents')
    .set({ ...result, parsed: reading.clue && JSON.stringify(reading.clue), processedAt: now })
    .where('id', '=', eventId)
    .execute();
  work.audit({
    action: 'intakeEvents.processed',
    entity: 'intakeEvents',
    entityId: eventId,
    changes: { status: [event.status, result.status] },
    reason: result.reason,
  });
}

/** A kept body, read by the source as it is set up now. */
export function readEvent(source: Source, event: Pick<Event, 'body' | 'headers' | 'part'>) {
  const kind = source.kind as IntakeKind;
  const request = {
    query: {},
    headers: event.headers as Record<string, string>,
    body: Buffer.from(event.body),
  };
  return adapters[kind].read(request, event.part, mappingOf(kind, source.mapping));
}

export const draftFor = (source: Source, clue: Clue): Drafted =>
  draftOf(clue, {
    leadSource: source.leadSource as NonNullable<Parameters<typeof draftOf>[1]['leadSource']>,
    campaign: source.campaign,
  });

interface Result {
  readonly status: 'processed' | 'duplicate' | 'failed' | 'ignored';
  readonly reason: string | null;
  readonly leadId?: string;
}

async function resultOf(
  work: Work<null, null>,
  source: Source,
  event: Event,
  { clue, ignored, failed }: ReturnType<typeof readEvent>,
): Promise<Result> {
  if (!clue)
    return failed === null ? { status: 'ignored', reason: ignored } : { status: 'failed', reason: failed };
  const { draft, why } = draftFor(source, clue);
  if (!draft) return { status: 'failed', reason: why };
  const lead = leadDraft.parse(draft);
  const identity = identityOf(source.leadSource, lead);
  await waitForTheSame(work.db, identity);
  const known = await findKnown(work.db, identity);
  if (known) {
    await tellOfReturn(work, source, event, known);
    return { status: 'duplicate', reason: known.why, leadId: known.id };
  }
  const { id } = await create(work, source, lead);
  const reason = await assign(work, source, id);
  return { status: 'processed', reason, leadId: id };
}

interface Identity {
  readonly source: string;
  readonly clueId: string | null;
  readonly phone: string | null;
  readonly wechatKey: string | null;
}

export function identityOf(
  source: string,
  {
    externalClueId,
    phone,
    wechat,
  }: Pick<ReturnType<typeof leadDraft.parse>, 'externalClueId' | 'phone' | 'wechat'>,
): Identity {
  return {
    source,
    clueId: externalClueId ?? null,
    phone: phone ? normalizePhone(phone) : null,
    wechatKey: wechat ? wechatKeyOf(wechat) : null,
  };
}

/** Whoever brings the same clue or the same person at the same time comes one after the other, in one order. */
async function waitForTheSame(db: Queryable, { source, clueId, phone, wechatKey }: Identity): Promise<void> {
  const keys = [
    clueId && `clue:${source}:${clueId}`,
    phone && `phone:${phone}`,
    wechatKey && `wechat:${wechatKey}`,
  ];
  for (const key of keys.filter((each) => each !== null && each !== '').sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`intake ${key}`}, 0))`.execute(db);
  }
}

export interface Known {
  readonly id: string;
  readonly customerName: string;
  readonly ownerId: string | null;
  /** Whether its customer has come again, rather than the same message, to somebody who still works on it. */
  readonly askedAgain: boolean;
  readonly why: string;
}

/** The lead that a clue is about already: the same clue, or somebody whose lead is still open. */
export async function findKnown(db: Queryable, identity: Identity): Promise<Known | null> {
  const { source, clueId, phone, wechatKey } = identity;
  const rows = await db
    .selectFrom('leads')
    .select(['id', 'customerName', 'ownerId', 'phone', 'status', 'deletedAt'])
    .select((eb) => eb.and([eb('source', '=', source), eb('externalClueId', '=', clueId)]).as('sameClue'))
    .where(({ or, and, eb }) =>
      or([
        ...(clueId === null ? [] : [and([eb('source', '=', source), eb('externalClueId', '=', clueId)])]),
        ...[phone && eb('phone', '=', phone), wechatKey && eb('wechatKey', '=', wechatKey)].flatMap((same) =>
          same ? [and([same, eb('status', 'in', OPEN), eb('deletedAt', 'is', null)])] : [],
        ),
      ]),
    )
    .orderBy('createdAt')
    .execute();
  const row = rows.find(({ sameClue }) => sameClue) ?? rows[0];
  if (!row) return null;
  const { id, customerName, ownerId, sameClue } = row;
  const open = row.deletedAt === null && (OPEN as readonly string[]).includes(row.status);
  const same = row.phone === phone ? '电话' : '微信';
  return {
    id,
    customerName,
    ownerId,
    askedAgain: open && !sameClue,
    why: sameClue ? '同一条线索已经登记过' : `${same}相同的线索还在跟进`,
  };
}

const OPEN = (Object.keys(leadMachine.states) as (keyof typeof leadMachine.states)[]).filter(
  (state) => state !== 'converted' && state !== 'closed',
);

/** Whoever follows the lead hears that its customer has come again; nothing is written as if they had been spoken to. */
async function tellOfReturn({ db, now }: AnyWork, source: Source, event: Event, known: Known): Promise<void> {
  if (known.ownerId === null || !known.askedAgain) return;
  await notify(db, now, [
    {
      userId: known.ownerId,
      key: `intake.again:${event.id}`,
      kind: 'intake',
      title: `客户又来咨询：${known.customerName}`,
      body: `来自${source.name}，请尽快联系`,
      target: { entity: 'leads', id: known.id },
    },
  ]);
}

/**
 * What intake may do by itself, in the name of whoever its source names: register a lead and see it. Whatever that person
 * may do otherwise counts neither for nor against it, so that leads keep coming when they change jobs.
 */
const INTAKE_RIGHTS: Actor['grants'] = { 'leads.create': 'all', 'leads.read': 'all' };

async function create(work: Work<null, null>, source: Source, lead: ReturnType<typeof leadDraft.parse>) {
  const registrant = await work.db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', '=', source.registrantId)
    .executeTakeFirstOrThrow();
  const actor: Actor = {
    userId: registrant.id,
    name: registrant.name,
    sessionId: '',
    grants: INTAKE_RIGHTS,
    teamIds: [registrant.id],
    mustChangePassword: false,
    revision: 0,
  };
  const scope = { actor, permission: 'leads.create', reach: 'all' } as const;
  // Accounts and groups are locked before leads and their numbers, everywhere.
  if (source.ownerId !== null) await lockAlone(work.db, source.ownerId);
  if (source.assignTo === 'group') await unlessRefused(() => openTurns(work, source.groupId));
  return createLead({ ...work, actor, scope }, { ...lead, ownerId: null });
}

/** Gives a new lead on as its source says. Answers why it stayed in the pool, if it should not have. */
async function assign(work: Work<null, null>, source: Source, id: string): Promise<string | null> {
  const { ownerId, assignTo, groupId } = source;
  if (assignTo === 'pool') return null;
  const lead = await work.db
    .selectFrom('leads')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (ownerId === null) {
    const assigned = await unlessRefused(() => assignAutomatically(work, lead, groupId));
    return assigned.refused ?? (assigned.value?.why ? `留在公海：${assigned.value.why}` : null);
  }
  if (!(await lockAssignable(work.db, ownerId))) return '留在公海：指定的同事不能跟进线索';
  const change = {
    kind: 'assign',
    to: ownerId,
    reason: `线索接入：${source.name}`,
    rule: source.name,
  } as const;
  const given = await unlessRefused(() => changeOwner(work, lead, change));
  if (given.value !== null) tellNewOwner(work, ownerId, given.value);
  return given.refused;
}

/** A lead is not lost because nobody can take it: what refuses does so before it writes. */
async function unlessRefused<T>(act: () => Promise<T>): Promise<{ value: T | null; refused: string | null }> {
  try {
    return { value: await act(), refused: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { value: null, refused: `留在公海：${error.message}` };
  }
}
