import { sql } from 'kysely';
import { type AssignmentGroup, type assignment, assignmentErrors } from '#shared/assignment/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { diff } from '../../kernel/audit.ts';
import type { Context, Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { assignableAmong } from '../identity/identity.queries.ts';
import { passedOver, readGroup } from './lead-assignment.turns.ts';

type Members = NonNullable<Request<typeof assignment.update>['body']['members']>;

export async function listGroups(context: Context): Promise<Answer<typeof assignment.list>> {
  const groups = await context.db
    .selectFrom('assignmentGroups')
    .select('id')
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  const list: AssignmentGroup[] = [];
  for (const { id } of groups) list.push(await getGroup(context, id));
  return { list };
}

async function getGroup(context: Pick<Context, 'db' | 'settings'>, id: string): Promise<AssignmentGroup> {
  const row = await context.db
    .selectFrom('assignmentGroups')
    .select(['updatedAt', 'version'])
    .where('id', '=', id)
    .executeTakeFirst();
  const group = row && (await readGroup(context, id));
  if (!row || !group) throw httpErrors.NOT_FOUND();
  const { name, acceptMinutes } = group;
  const members = group.members.map((member) => ({
    user: { id: member.userId, name: member.name },
    weight: member.weight,
    regions: [...member.regions],
    onDuty: member.onDuty,
    openLeads: member.held,
    passedOver: passedOver(member),
  }));
  return { id, name, acceptMinutes, members, ...row };
}

/** Locks a group as the caller has seen it. */
async function lockGroup(work: Work, id: string, version: number) {
  const row = await work.db
    .selectFrom('assignmentGroups')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  if (row.version !== version) throw httpErrors.STALE({ details: { current: await getGroup(work, id) } });
  return row;
}

async function requireFreeName(work: Work, name: string, exceptId: string | null): Promise<void> {
  // One after the other, so that the second of two sees the first.
  await sql`select pg_advisory_xact_lock(hashtext('assignment.groups'))`.execute(work.db);
  const taken = await work.db
    .selectFrom('assignmentGroups')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirst();
  if (taken && taken.id !== exceptId) {
    throw assignmentErrors.GROUP_NAME_TAKEN({ fields: [{ field: 'name', message: '已经有同名的分配组' }] });
  }
}

/** Replaces the members; those who stay keep their turn. */
async function setMembers(work: Work, groupId: string, members: Members): Promise<void> {
  const { db } = work;
  const ids = members.map(({ userId }) => userId);
  const assignable = await assignableAmong(db, ids);
  if (ids.some((id) => !assignable.has(id))) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'members', message: '有同事不能跟进线索' }] });
  }
  const turns = new Map(
    (
      await db
        .selectFrom('assignmentMembers')
        .select(['userId', 'turn'])
        .where('groupId', '=', groupId)
        .execute()
    ).map(({ userId, turn }) => [userId, turn]),
  );
  await db.deleteFrom('assignmentMembers').where('groupId', '=', groupId).execute();
  if (members.length === 0) return;
  await db
    .insertInto('assignmentMembers')
    .values(
      members.map(({ userId, weight = 1, regions = [] }) => ({
        groupId,
        userId,
        weight,
        regions: [...regions],
        turn: turns.get(userId) ?? 0,
      })),
    )
    .execute();
}

/** A group as the log says it. */
const spoken = ({ name, acceptMinutes, members }: AssignmentGroup) => ({
  name,
  acceptMinutes,
  members: members
    .map(({ user, weight, regions }) =>
      regions.length > 0 ? `${user.name}×${weight}（${regions.join('、')}）` : `${user.name}×${weight}`,
    )
    .join('，'),
});

export async function createGroup(
  work: Work,
  { members, ...group }: Request<typeof assignment.create>['body'],
): Promise<AssignmentGroup> {
  await requireFreeName(work, group.name, null);
  const id = newId();
  await work.db
    .insertInto('assignmentGroups')
    .values({ id, ...group, createdAt: work.now, updatedAt: work.now })
    .execute();
  await setMembers(work, id, members);
  const created = await getGroup(work, id);
  work.audit({
    action: 'assignmentGroups.created',
    entity: 'assignmentGroups',
    entityId: id,
    changes: diff({}, spoken(created)),
  });
  return created;
}

export async function updateGroup(
  work: Work,
  id: string,
  { version, members, ...changes }: Request<typeof assignment.update>['body'],
): Promise<AssignmentGroup> {
  if (changes.name !== undefined) await requireFreeName(work, changes.name, id);
  await lockGroup(work, id, version);
  const before = await getGroup(work, id);
  await work.db
    .updateTable('assignmentGroups')
    .set({ ...changes, version: version + 1, updatedAt: work.now })
    .where('id', '=', id)
    .execute();
  if (members) await setMembers(work, id, members);
  const after = await getGroup(work, id);
  work.audit({
    action: 'assignmentGroups.updated',
    entity: 'assignmentGroups',
    entityId: id,
    changes: diff(spoken(before), spoken(after)),
  });
  return after;
}

export async function removeGroup(work: Work, id: string, version: number): Promise<{ id: string }> {
  await lockGroup(work, id, version);
  const { name } = await getGroup(work, id);
  await work.db.deleteFrom('assignmentGroups').where('id', '=', id).execute();
  work.audit({
    action: 'assignmentGroups.deleted',
    entity: 'assignmentGroups',
    entityId: id,
    changes: { name: [name, null] },
  });
  return { id };
}

/** Whether the caller takes new leads now, and from which groups. */
export async function dutyOf({ db, actor }: Context): Promise<Answer<typeof assignment.duty>> {
  const off = await db
    .selectFrom('offDuty')
    .select('since')
    .where('userId', '=', actor.userId)
    .executeTakeFirst();
  const groups = await db
    .selectFrom('assignmentMembers')
    .innerJoin('assignmentGroups', 'assignmentGroups.id', 'assignmentMembers.groupId')
    .select('assignmentGroups.name')
    .where('assignmentMembers.userId', '=', actor.userId)
    .orderBy('assignmentGroups.name')
    .execute();
  return { onDuty: !off, groups: groups.map(({ name }) => name) };
}

/** Begins or stops taking new leads. What somebody has stays theirs. */
export async function setDuty(work: Work, onDuty: boolean): Promise<Answer<typeof assignment.setDuty>> {
  const { db, actor, now } = work;
  const { userId } = actor;
  if (onDuty) await db.deleteFrom('offDuty').where('userId', '=', userId).execute();
  else {
    await db
      .insertInto('offDuty')
      .values({ userId, since: now })
      .onConflict((conflict) => conflict.column('userId').doNothing())
      .execute();
  }
  work.audit({
    action: 'assignmentGroups.dutySet',
    entity: 'assignmentGroups',
    entityId: null,
    changes: { onDuty: [null, onDuty] },
  });
  return dutyOf(work);
}
