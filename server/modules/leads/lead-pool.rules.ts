import { type RawBuilder, sql } from 'kysely';
import { INTENTION_LABELS, type Intention } from '#shared/leads/contract.ts';
import { type RecycleTerms, recycleAt, recycleCutoffs } from '#shared/pool/recycle.ts';
import { type Instant, latest } from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';
import type { Scope } from '../../kernel/access.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { Context } from '../../kernel/context.ts';
import { defineSetting } from '../../kernel/settings.ts';
import type { Row } from '../../kernel/transition.ts';

/** What the pool gives and takes within a department. */
export interface PoolTerms extends RecycleTerms {
  readonly id: string;
  /** Null: the company. */
  readonly departmentId: string | null;
  /** As refusals and reasons call it: `华南销售部公海规则`. */
  readonly name: string;
  readonly claimCap: number | null;
  readonly holdingCap: number | null;
  readonly cooldownDays: number;
  readonly exemptIds: readonly string[];
  readonly updatedAt: Instant;
  readonly version: number;
}

export interface PoolRules {
  readonly company: PoolTerms;
  /** The rule of a department: its own, or that of the nearest above. */
  ofDepartment(departmentId: string | null): PoolTerms;
  /** The rule that counts for somebody, also where it exempts them. */
  of(userId: string): PoolTerms;
  /** The rule that counts for somebody; null: it exempts them. */
  binding(userId: string): PoolTerms | null;
  /** Everybody whom a rule may take leads from, with it. */
  readonly owners: readonly (readonly [userId: string, terms: PoolTerms])[];
}

const termsOf = (row: Row<'poolRules'>, name: string): PoolTerms => ({
  id: row.id,
  departmentId: row.departmentId,
  name: `${name}公海规则`,
  claimCap: row.claimCap,
  holdingCap: row.holdingCap,
  cooldownDays: row.cooldownDays,
  protectionDays: row.protectionDays,
  recycleDays: { high: row.recycleHigh, medium: row.recycleMedium, low: row.recycleLow },
  warnDays: row.warnDays,
  exemptIds: row.exemptIds,
  recycleSince: row.recycleSince,
  updatedAt: row.updatedAt,
  version: row.version,
});

/** All rules and whom they count for, as they are now. */
export const poolRules = defineSetting('poolRules', async (db): Promise<PoolRules> => {
  const rows = await db.selectFrom('poolRules').selectAll().execute();
  const departments = await db
    .selectFrom('departments')
    .select(['id', 'name', 'parentId', 'parentSince'])
    .execute();
  const users = await db.selectFrom('users').select(['id', 'departmentId', 'departmentSince']).execute();
  const byId = new Map(departments.map((each) => [each.id, each]));
  const own = new Map(
    rows.map((row) => {
      const name = row.departmentId === null ? '全公司' : (byId.get(row.departmentId)?.name ?? '');
      return [row.departmentId, termsOf(row, name)];
    }),
  );
  const company = own.get(null);
  if (!company) throw new Error('The company has no pool rule');

  const found = new Map<string, PoolTerms>();
  function ofDepartment(departmentId: string | null): PoolTerms {
    const known = departmentId === null ? company : found.get(departmentId);
    if (known) return known;
    const seen = new Set<string>();
    let at = departmentId;
    while (at !== null && !own.has(at) && !seen.has(at)) {
      seen.add(at);
      at = byId.get(at)?.parentId ?? null;
    }
    const terms = own.get(at) ?? (company as PoolTerms);
    found.set(departmentId as string, terms);
    return terms;
  }

  /** Since when the rule of a department counts for who was in it all the time: nobody moved a department in between. */
  function sinceOf(departmentId: string | null): Instant {
    const { id } = ofDepartment(departmentId);
    const seen = new Set<string>();
    let since = '';
    for (let at = departmentId; at !== null && own.get(at)?.id !== id && !seen.has(at); ) {
      seen.add(at);
      const department = byId.get(at);
      since = latest(since, department?.parentSince);
      at = department?.parentId ?? null;
    }
    return since;
  }

  // Whom a rule counts for since they or their department moved is warned by it first, like everybody by a new one.
  const termsOfUser = new Map(
    users.map(({ id, departmentId, departmentSince }) => {
      const terms = ofDepartment(departmentId);
      const since = latest(departmentSince, sinceOf(departmentId));
      return [id, since > terms.recycleSince ? { ...terms, recycleSince: since } : terms];
    }),
  );
  const of = (userId: string) => termsOfUser.get(userId) ?? (company as PoolTerms);
  const binding = (userId: string) => {
    const terms = of(userId);
    return terms.exemptIds.includes(userId) ? null : terms;
  };
  const owners = users.flatMap(({ id }) => {
    const terms = binding(id);
    const takes = terms && Object.values(terms.recycleDays).some((days) => days !== null);
    return terms && takes ? [[id, terms] as const] : [];
  });
  return { company, ofDepartment, of, binding, owners };
});

export interface PoolJudgement {
  readonly rules: PoolRules;
  readonly isWorkday: IsWorkday;
}

/** Everything that decides what the pool takes, and when. */
export async function poolJudgement({
  settings,
  db,
}: Pick<Context, 'settings' | 'db'>): Promise<PoolJudgement> {
  return { rules: await settings.get(poolRules, db), isWorkday: await settings.get(workCalendar, db) };
}

/** When the rule of its owner takes an open lead; null: never. */
export function takenAt(
  { rules, isWorkday }: PoolJudgement,
  lead: Parameters<typeof recycleAt>[0] & { readonly ownerId: string },
): Instant | null {
  const terms = rules.binding(lead.ownerId);
  return terms && recycleAt(lead, terms, isWorkday);
}

/** Per owner and intention, the latest contact and assignment of the leads that the pool takes; columns of a table. */
export interface RecycleReach {
  readonly owners: readonly string[];
  readonly intentions: readonly string[];
  readonly contacts: readonly Instant[];
  readonly assigned: readonly Instant[];
}

/**
 * What the pool takes from whom by an instant, which may depend on the rule.
 * @param team only from these; null: from everybody
 */
export function recycleReach(
  { rules, isWorkday }: PoolJudgement,
  by: (terms: PoolTerms) => Instant | null,
  team: readonly string[] | null,
): RecycleReach {
  const cutoffs = new Map<PoolTerms, ReturnType<typeof recycleCutoffs>>();
  const reach = {
    owners: [] as string[],
    intentions: [] as string[],
    contacts: [] as string[],
    assigned: [] as string[],
  };
  const within = team && new Set(team);
  for (const [ownerId, terms] of rules.owners) {
    if (within && !within.has(ownerId)) continue;
    let cuts = cutoffs.get(terms);
    if (!cuts) {
      const at = by(terms);
      cuts = at === null ? [] : recycleCutoffs(at, terms, isWorkday);
      cutoffs.set(terms, cuts);
    }
    for (const { intention, contact, assigned } of cuts) {
      reach.owners.push(ownerId);
      reach.intentions.push(intention);
      reach.contacts.push(contact);
      reach.assigned.push(assigned);
    }
  }
  return reach;
}

/** Whether a lead is among what the pool takes. */
const taken = sql`leads.owner_id = due.owner_id and leads.intention = due.intention
  and leads.last_contact_at <= due.contact and coalesce(leads.assigned_at, leads.created_at) <= due.assigned`;

const asTable = ({ owners, intentions, contacts, assigned }: RecycleReach) =>
  sql`unnest(${owners}::uuid[], ${intentions}::text[], ${contacts}::timestamptz[], ${assigned}::timestamptz[])
    as due (owner_id, intention, contact, assigned)`;

/**
 * Rows of leads that the pool takes. Each owner and intention reads a range of a partial index, so the cost follows what
 * is taken, not the table: without the fence the planner, which cannot see the cutoffs, may read all leads at once.
 */
export const recycledLeads = (reach: RecycleReach): RawBuilder<unknown> =>
  sql`(select leads.* from ${asTable(reach)} cross join lateral (
      select leads.id, leads.owner_id, leads.last_contact_at from leads
      where ${taken} and leads.owner_id is not null and leads.deleted_at is null
        and leads.status in ('new', 'contacted', 'qualified') offset 0) as leads)`;

/** The same as a condition on a row of leads, open or not. */
export const isRecycledBy = (reach: RecycleReach): RawBuilder<boolean> =>
  sql<boolean>`exists (select from ${asTable(reach)} where ${taken})`;

/** Whose leads somebody may look at; null: everybody's. */
export const teamOf = ({ actor, reach }: Scope): readonly string[] | null => {
  if (reach === 'all') return null;
  return reach === 'department' ? actor.teamIds : [actor.userId];
};

/** Why a rule takes a lead: `华南销售部公海规则：中意向10个工作日没有跟进`. */
export const recycleReason = (terms: PoolTerms, intention: Intention): string =>
  `${terms.name}：${INTENTION_LABELS[intention]}意向${terms.recycleDays[intention]}个工作日没有跟进`;
