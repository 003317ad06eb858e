import { randomBytes } from 'node:crypto';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  CLUE_FIELD_LABELS,
  CLUE_FIELDS,
  DEFAULT_LEAD_SOURCE,
  type IntakeAssignment,
  type IntakeKind,
  type IntakeMapping,
  type IntakeSource,
  type IntakeTest,
  type intake,
  intakeErrors,
} from '#shared/intake/contract.ts';
import { leadDraft } from '#shared/leads/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { adapters, mappingOf } from './adapters/index.ts';
import { parsedOf } from './clue.ts';
import { draftFor, findKnown, identityOf, readEvent, type Source } from './intake-processing.ts';
import { secretOf } from './intake-receiving.ts';
import { assignmentOf, getSource, type IntakeFacilities } from './sources.queries.ts';

/** 192 bits: nobody guesses an address. */
const newToken = (): string => randomBytes(24).toString('base64url');

function columnsOf(assignment: IntakeAssignment): Pick<Source, 'assignTo' | 'ownerId' | 'groupId'> {
  return {
    assignTo: assignment.to,
    ownerId: assignment.to === 'owner' ? assignment.ownerId : null,
    groupId: assignment.to === 'group' ? assignment.groupId : null,
  };
}

const ASSIGNMENT_WORDS = { pool: '公海', owner: '指定同事', group: '轮流分配' } as const;
const mappingWords = (mapping: IntakeMapping | null) =>
  mapping &&
  CLUE_FIELDS.flatMap((field) =>
    mapping[field] ? [`${CLUE_FIELD_LABELS[field]}=${mapping[field]}`] : [],
  ).join('，');

/** A source as its log shows it: never with a secret or an address. */
const said = (source: Partial<Source>) => ({
  name: source.name,
  campaign: source.campaign,
  leadSource: source.leadSource,
  enabled: source.enabled,
  registrantId: source.registrantId,
  ...(source.assignTo === undefined
    ? {}
    : {
        assignTo: ASSIGNMENT_WORDS[source.assignTo as keyof typeof ASSIGNMENT_WORDS],
        ownerId: source.ownerId,
      }),
  ...(source.mapping === undefined ? {} : { mapping: mappingWords(source.mapping as IntakeMapping | null) }),
});

export async function createSource(
  work: Work,
  facilities: IntakeFacilities,
  { kind, secret, ...body }: Request<typeof intake.createSource>['body'],
): Promise<IntakeSource> {
  const id = newId();
  const source = {
    name: body.name,
    mapping: body.mapping,
    ...columnsOf(body.assignment),
    registrantId: body.registrantId ?? work.actor.userId,
    campaign: body.campaign ?? null,
    leadSource: body.leadSource ?? DEFAULT_LEAD_SOURCE[kind],
    enabled: body.enabled,
  };
  await work.db
    .insertInto('intakeSources')
    .values({
      id,
      kind,
      token: newToken(),
      ...source,
      mapping: body.mapping && JSON.stringify(body.mapping),
      ...(secret === undefined ? {} : sealed(work, facilities, id, secret)),
      createdAt: work.now,
      updatedAt: work.now,
    })
    .execute();
  work.audit({
    action: 'intakeSources.created',
    entity: 'intakeSources',
    entityId: id,
    changes: diff({}, said(source)),
  });
  return getSource(work, facilities, id);
}

const sealed = ({ now }: Work, { secrets }: IntakeFacilities, id: string, secret: string) => ({
  secret: secrets.seal(secret, secretOf(id)),
  secretSetAt: now,
});

/** A source, locked. Throws NOT_FOUND or STALE. */
async function lockSource(
  work: Work,
  facilities: IntakeFacilities,
  id: string,
  version: number,
): Promise<Source> {
  const source = await work.db
    .selectFrom('intakeSources')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!source) throw httpErrors.NOT_FOUND();
  if (source.version !== version) {
    throw httpErrors.STALE({ details: { current: await getSource(work, facilities, id) } });
  }
  return source;
}

const change = ({ db, now }: Work, { id, version }: Source, changes: Partial<Source>) =>
  db
    .updateTable('intakeSources')
    .set({ ...changes, version: version + 1, updatedAt: now })
    .where('id', '=', id)
    .execute();

export async function updateSource(
  work: Work,
  facilities: IntakeFacilities,
  id: string,
  { version, assignment, mapping, ...plain }: Request<typeof intake.updateSource>['body'],
): Promise<IntakeSource> {
  const before = await lockSource(work, facilities, id, version);
  const changes = { ...plain, ...(assignment ? columnsOf(assignment) : {}) };
  await change(work, before, {
    ...changes,
    ...(mapping === undefined ? {} : { mapping: mapping && JSON.stringify(mapping) }),
  });
  work.audit({
    action: 'intakeSources.updated',
    entity: 'intakeSources',
    entityId: id,
    changes: diff(said(before), said({ ...changes, ...(mapping === undefined ? {} : { mapping }) })),
  });
  return getSource(work, facilities, id);
}

export async function setSecret(
  work: Work,
  facilities: IntakeFacilities,
  id: string,
  { version, secret }: Request<typeof intake.setSecret>['body'],
): Promise<IntakeSource> {
  const source = await lockSource(work, facilities, id, version);
  await change(work, source, sealed(work, facilities, id, secret));
  work.audit({ action: 'intakeSources.secretSet', entity: 'intakeSources', entityId: id });
  return getSource(work, facilities, id);
}

export async function renewAddress(
  work: Work,
  facilities: IntakeFacilities,
  id: string,
  version: number,
): Promise<IntakeSource> {
  const source = await lockSource(work, facilities, id, version);
  await change(work, source, { token: newToken() });
  work.audit({ action: 'intakeSources.addressRenewed', entity: 'intakeSources', entityId: id });
  return getSource(work, facilities, id);
}

/** Only what never received anything: what was received belongs to its source. */
export async function removeSource(
  work: Work,
  facilities: IntakeFacilities,
  id: string,
  version: number,
): Promise<{ id: string }> {
  const source = await lockSource(work, facilities, id, version);
  const event = await work.db
    .selectFrom('intakeEvents')
    .select('id')
    .where('sourceId', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (event) throw intakeErrors.INTAKE_IN_USE();
  await work.db.deleteFrom('intakeSources').where('id', '=', id).execute();
  work.audit({
    action: 'intakeSources.deleted',
    entity: 'intakeSources',
    entityId: id,
    changes: { name: [source.name, null] },
  });
  return { id };
}

/**
 * Lets a signed message, a sample or one that was given, go the way that those of the platform go, up to the lead that it
 * would make. Nothing is kept of it.
 */
export async function testSource(
  work: Work,
  { secrets }: IntakeFacilities,
  id: string,
  payload: string | undefined,
): Promise<IntakeTest> {
  const source = await work.db
    .selectFrom('intakeSources')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!source) throw httpErrors.NOT_FOUND();
  if (source.secret === null) throw intakeErrors.INTAKE_NO_SECRET();
  const secret = secrets.open(source.secret, secretOf(id));
  if (secret === null) throw intakeErrors.INTAKE_SECRET_UNREADABLE();
  const adapter = adapters[source.kind as IntakeKind];
  const sample = adapter.sample(mappingOf(source.kind as IntakeKind, source.mapping), work.now);
  const given = payload === undefined ? sample : { ...sample, body: Buffer.from(payload) };
  const request = adapter.sign(given, secret, work.now);
  work.audit({ action: 'intakeSources.tested', entity: 'intakeSources', entityId: id });
  const raw = request.body.toString('utf8');
  if (!adapter.verify(request, secret, work.now))
    return { ok: false, outcome: '验签没有通过', fields: [], raw };
  const { body, headers } = request;
  const { clue, ignored, failed } = readEvent(source, { body, headers, part: 0 });
  if (!clue)
    return {
      ok: false,
      outcome: `${failed === null ? '会忽略' : '会失败'}：${failed ?? ignored}`,
      fields: [],
      raw,
    };
  const fields = parsedOf(clue);
  const { draft, why } = draftFor(source, clue);
  if (!draft) return { ok: false, outcome: `会失败：${why}`, fields, raw };
  const known = await findKnown(work.db, identityOf(source.leadSource, leadDraft.parse(draft)));
  const { to } = assignmentOf(source);
  const outcome = known ? `会标为重复：${known.why}` : `会登记一条线索，去向：${ASSIGNMENT_WORDS[to]}`;
  return { ok: true, outcome, fields, raw };
}
