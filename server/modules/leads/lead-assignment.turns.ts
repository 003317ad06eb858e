import { sql } from 'kysely';
import { assignmentErrors } from '#shared/assignment/contract.ts';
import { addWorkMinutes } from '#shared/values/workday.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { AnyWork, Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { assignableAmong } from '../identity/identity.queries.ts';
import { nearest, type Place, type Turn, takeTurn } from './assignment-turns.ts';
import { heldBy } from './lead-pool.limits.ts';
import { poolRules } from './lead-pool.rules.ts';
import type { Lead } from './lead-record.ts';

interface Member extends Turn {
  readonly name: string;
  readonly onDuty: boolean;
  readonly assignable: boolean;
  /** Open leads now, counting those that this command gave. */
  held: number;
  readonly holdingCap: number | null;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly acceptMinutes: number | null;
  readonly members: readonly Member[];
}

type Asking = Pick<Context, 'db' | 'settings'>;

/** The group that is meant: the given one, else the oldest. Null when there is none. */
async function groupIdOf(db: Queryable, wished: string | null | undefined): Promise<string | null> {
  if (wished) return wished;
  const oldest = await db
    .selectFrom('assignmentGroups')
    .select('id')
    .orderBy('createdAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return oldest?.id ?? null;
}

/** Who is in a group, and what each of them can take. Null when there is no such group. */
export async function readGroup({ db, settings }: Asking, id: string): Promise<Group | null> {
  const group = await db.selectFrom('assignmentGroups').selectAll().where('id', '=', id).executeTakeFirst();
  if (!group) return null;
  const rows = await db
    .selectFrom('assignmentMembers as member')
    .innerJoin('users', 'users.id', 'member.userId')
    .leftJoin('offDuty', 'offDuty.userId', 'member.userId')
    .select(['member.userId', 'member.weight', 'member.regions', 'member.turn'])
    .select(['users.name', 'offDuty.since as offSince'])
    .where('member.groupId', '=', id)
    .orderBy('member.userId')
    .execute();
  const ids = rows.map(({ userId }) => userId);
  const assignable = await assignableAmong(db, ids);
  const held = await heldBy(db, ids);
  const rules = await settings.get(poolRules, db);
  const members = rows.map(({ offSince, ...row }) => ({
    ...row,
    onDuty: offSince === null,
    assignable: assignable.has(row.userId),
    held: held.get(row.userId) ?? 0,
    holdingCap: rules.binding(row.userId)?.holdingCap ?? null,
  }));
  return { id, name: group.name, acceptMinutes: group.acceptMinutes, members };
}

/** Why a member gets nothing now; null: they can take one more. */
export function passedOver({ assignable, onDuty, held, holdingCap }: Member): string | null {
  if (!assignable) return '不能跟进线索';
  if (!onDuty) return '暂停接单';
  if (holdingCap !== null && held >= holdingCap) return `名下已有${held}条，到了上限`;
  return null;
}

/** Who would be next in a group for a place, among those who are not left out. */
function choose(
  group: Group,
  place: Place,
  may: (userId: string) => boolean,
): { readonly chosen: Member } | { readonly why: string } {
  if (group.members.length === 0) return { why: `分配组“${group.name}”没有成员` };
  const open = group.members.filter(({ userId }) => may(userId));
  const ready = open.filter((member) => passedOver(member) === null);
  const chosen = takeTurn(nearest(ready, place));
  if (chosen) return { chosen };
  const reasons = open.map((member) => `${member.name}${passedOver(member)}`);
  return { why: reasons.length === 0 ? '没有可以轮到的同事' : reasons.slice(0, 5).join('，') };
}

/** Somebody whose turn it is, with what becomes of a lead that they get. */
export interface Chosen {
  readonly userId: string;
  readonly name: string;
  readonly offer: Partial<Lead>;
}

export interface Turns {
  readonly group: Group;
  /**
   * Takes the next turn for a lead. Answers why when nobody can take it.
   * @param may leaves people out, e.g. those who let it pass
   */
  take(
    lead: Place & Pick<Lead, 'offeredTo'>,
    may?: (userId: string) => boolean,
  ): Chosen | { readonly why: string };
  /** Writes down where the turns stand. */
  keep(): Promise<void>;
}

/**
 * Opens the turns of a group, alone until the transaction ends: the group, and then the accounts of its members in the
 * order of their ids. Leads are locked after it. Throws GROUP_NOT_THERE.
 */
export async function openTurns(work: AnyWork, wished: string | null | undefined): Promise<Turns> {
  const { db, now } = work;
  const id = await groupIdOf(db, wished);
  const locked =
    id !== null &&
    (await db
      .selectFrom('assignmentGroups')
      .select('id')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst());
  if (id === null || !locked) throw assignmentErrors.GROUP_NOT_THERE();
  await db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', (members) =>
      members.selectFrom('assignmentMembers').select('userId').where('groupId', '=', id),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const group = (await readGroup(work, id)) as Group;
  const before = new Map(group.members.map(({ userId, turn }) => [userId, turn]));
  const isWorkday = await work.settings.get(workCalendar, db);
  const acceptBy = group.acceptMinutes === null ? null : addWorkMinutes(now, group.acceptMinutes, isWorkday);
  return {
    group,
    take(lead, may = () => true) {
      const found = choose(group, lead, may);
      if ('why' in found) return found;
      const { chosen } = found;
      chosen.held++;
      const offered = { acceptBy, offeredGroupId: id, offeredTo: [...(lead.offeredTo ?? []), chosen.userId] };
      return { userId: chosen.userId, name: chosen.name, offer: acceptBy === null ? {} : offered };
    },
    async keep() {
      const moved = group.members.filter(({ userId, turn }) => before.get(userId) !== turn);
      if (moved.length === 0) return;
      const ids = moved.map(({ userId }) => userId);
      const turns = moved.map(({ turn }) => turn);
      await sql`update assignment_members set turn = moved.turn
        from unnest(${ids}::uuid[], ${turns}::int[]) as moved (user_id, turn)
        where assignment_members.group_id = ${id} and assignment_members.user_id = moved.user_id`.execute(db);
    },
  };
}

/** Whose turn it would be for a place, without taking it; null when nobody can take it, or there is no such group. */
export async function suggestOwner(
  context: Asking,
  place: Place & { readonly groupId?: string | undefined },
): Promise<{ id: string; name: string } | null> {
  const id = await groupIdOf(context.db, place.groupId);
  const group = id === null ? null : await readGroup(context, id);
  if (!group) return null;
  const found = choose(group, place, () => true);
  return 'why' in found ? null : { id: found.chosen.userId, name: found.chosen.name };
}

/**
 * Counts a lead that somebody registered for the one whose turn it was: the next suggestion is the next in turn. For
 * anybody else the turns stay as they are.
 */
export async function countSuggested(work: AnyWork, place: Place, userId: string): Promise<void> {
  const id = await groupIdOf(work.db, null);
  if (id === null) return;
  const turns = await openTurns(work, id);
  const next = turns.take({ ...place, offeredTo: null });
  if ('userId' in next && next.userId === userId) await turns.keep();
}
