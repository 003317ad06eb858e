import { sql } from 'kysely';
import type { Queryable } from '../../kernel/database.ts';
import type { Row } from '../../kernel/transition.ts';
import type { FollowUpChange, FollowUpLinks } from './followups.target.ts';

/** What is agreed for the next contact. */
type Next = Pick<Row<'followups'>, 'nextFollowUpAt' | 'nextFollowUpContent'>;
type Last = Next & Pick<Row<'followups'>, 'id' | 'happenedAt' | 'content'>;

interface FollowUpSummary {
  readonly last: (Last & { readonly count: number }) | undefined;
  /** What a record keeps of its follow-ups, except for what is agreed. */
  readonly kept: {
    readonly lastFollowUpAt: string | null;
    readonly lastFollowUpContent: string | null;
    readonly followUpCount: number;
  };
}

/** What was last said with a lead or a customer, and how often. */
export async function summarizeFollowUps(
  db: Queryable,
  column: keyof FollowUpLinks,
  id: string,
): Promise<FollowUpSummary> {
  const last = await db
    .selectFrom('followups')
    .select(['id', 'happenedAt', 'content', 'nextFollowUpAt', 'nextFollowUpContent'])
    .select((eb) =>
      eb
        .selectFrom('followups as every')
        .select(sql<number>`count(*)`.as('count'))
        .where(`every.${column}`, '=', id)
        .where('every.deletedAt', 'is', null)
        .as('count'),
    )
    .where(column, '=', id)
    .where('deletedAt', 'is', null)
    .orderBy('happenedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    last: last && { ...last, count: last.count ?? 0 },
    kept: {
      lastFollowUpAt: last?.happenedAt ?? null,
      lastFollowUpContent: last?.content ?? null,
      followUpCount: last?.count ?? 0,
    },
  };
}

/**
 * What is agreed for the next contact. The last follow-up says it when it was written, changed in just that, or became the
 * last; otherwise the record keeps what was arranged since, e.g. by putting it off.
 */
export function nextOf(record: Next, last: Last | undefined, change: FollowUpChange): Next {
  const { row } = change;
  if (change.kind === 'removed') {
    const wasLast =
      !last || row.happenedAt > last.happenedAt || (row.happenedAt === last.happenedAt && row.id > last.id);
    return wasLast ? (last ?? { nextFollowUpAt: null, nextFollowUpContent: null }) : record;
  }
  if (last?.id !== row.id) return record;
  if (change.kind !== 'updated') return last;
  return {
    nextFollowUpAt: 'nextFollowUpAt' in change.changes ? last.nextFollowUpAt : record.nextFollowUpAt,
    nextFollowUpContent:
      'nextFollowUpContent' in change.changes ? last.nextFollowUpContent : record.nextFollowUpContent,
  };
}
