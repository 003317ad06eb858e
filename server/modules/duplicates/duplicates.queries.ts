import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { output } from 'zod';
import type { CustomerStage } from '#shared/customers/machine.ts';
import type { Duplicate, duplicateQuestion, Match } from '#shared/duplicates/contract.ts';
import type { LeadStatus } from '#shared/leads/machine.ts';
import { maskContact, normalizePhone } from '#shared/values/phone.ts';
import { reaches } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { nameKeyOf, searchFor, wechatKeyOf } from '../../kernel/search.ts';
import { companyName, similarity } from './company-names.ts';

const MAX_DUPLICATES = 10;
/** Of the rows that share two pairs of characters with the name, in each table: as many are compared. */
const MAX_CANDIDATES = 200;
/** So many pairs of the name are looked up; two of them must be in a row. */
const MAX_PAIRS = 6;

/** What is looked for, in the spelling that is stored. */
interface Wanted {
  readonly phone: string | null;
  readonly wechat: string | null;
  readonly nameKey: string | null;
  readonly name: string | null;
  readonly exceptId: string | null;
}

/** A row that may be the same customer. */
interface Found {
  readonly entity: Duplicate['entity'];
  readonly id: string;
  readonly customerId: string | null;
  readonly no: string;
  readonly customerName: string;
  readonly contactName: string | null;
  readonly phone: string | null;
  readonly wechatKey: string | null;
  /** Null for a contact: people of one name are many. */
  readonly nameKey: string | null;
  readonly status: string | null;
  readonly stage: string | null;
  readonly ownerName: string | null;
  readonly createdAt: string;
  readonly readable: boolean;
}

type Condition = Expression<SqlBool>;
const equal = (column: string, value: string | null): RawBuilder<boolean>[] =>
  value === null ? [] : [sql<boolean>`${sql.ref(column)} = ${value}`];
const either = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(conditions, sql` or `)})`;

/** The condition that the index finds rows by that share enough of a name; null when the name has nothing of its own. */
function sharing(column: string, name: string): RawBuilder<boolean> | null {
  const own = searchFor(companyName(name).core).grams ?? [];
  const pairs = own.filter((gram) => !gram.startsWith('^') && [...gram].length > 1).slice(0, MAX_PAIRS);
  const both = pairs.flatMap((first, i) => pairs.slice(i + 1).map((second) => [first, second]));
  const sets = pairs.length === 1 ? [pairs] : both;
  if (sets.length === 0) return null;
  return either(sets.map((set) => sql<boolean>`${sql.ref(column)} @> ${set}::text[]`));
}

/** Those that are found by an equal value, newest first, or by a similar name, the shortest first. */
interface Way {
  readonly where: Condition;
  readonly order: RawBuilder<unknown>;
  readonly limit: number;
}

const newest = (table: string, conditions: readonly RawBuilder<boolean>[]): Way | null =>
  conditions.length === 0
    ? null
    : {
        where: either(conditions),
        order: sql`${sql.ref(`${table}.createdAt`)} desc`,
        limit: MAX_DUPLICATES,
      };

/** Not in an order that an index has: going along that until enough are found would read the whole table. */
function alike(table: string, name: string | null): Way | null {
  const where = name === null ? null : sharing(`${table}.searchGrams`, name);
  return (
    where && {
      where,
      order: sql`cardinality(${sql.ref(`${table}.searchGrams`)})`,
      limit: MAX_CANDIDATES,
    }
  );
}

/** The leads that a way leads to. For the proof that it reads its indexes only. */
export const leadsBy = ({ db, actor }: Pick<Context, 'db' | 'actor'>, way: Way, exceptId: string | null) =>
  db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select([
      sql<'lead'>`'lead'`.as('entity'),
      'leads.id',
      sql<null>`null::uuid`.as('customerId'),
      'leads.no',
      'leads.customerName',
      sql<null>`null`.as('contactName'),
      'leads.phone',
      'leads.wechatKey',
      'leads.nameKey',
      'leads.status',
      sql<null>`null`.as('stage'),
      'owner.name as ownerName',
      'leads.createdAt',
      reaches(actor, 'leads.read', 'leads').as('readable'),
    ])
    .where('leads.deletedAt', 'is', null)
    .where(way.where)
    .$if(exceptId !== null, (q) => q.where('leads.id', '!=', exceptId as string))
    .orderBy(way.order)
    .limit(way.limit);

export const customersBy = (
  { db, actor }: Pick<Context, 'db' | 'actor'>,
  way: Way,
  exceptId: string | null,
) =>
  db
    .selectFrom('customers')
    .innerJoin('users as owner', 'owner.id', 'customers.ownerId')
    .select([
      sql<'customer'>`'customer'`.as('entity'),
      'customers.id',
      'customers.id as customerId',
      'customers.no',
      'customers.customerName',
      sql<null>`null`.as('contactName'),
      'customers.phone',
      sql<null>`null`.as('wechatKey'),
      'customers.nameKey',
      sql<null>`null`.as('status'),
      'customers.stage',
      'owner.name as ownerName',
      'customers.createdAt',
      reaches(actor, 'customers.read', 'customers').as('readable'),
    ])
    .where('customers.deletedAt', 'is', null)
    .where(way.where)
    .$if(exceptId !== null, (q) => q.where('customers.id', '!=', exceptId as string))
    .orderBy(way.order)
    .limit(way.limit);

export const contactsBy = ({ db, actor }: Pick<Context, 'db' | 'actor'>, way: Way, exceptId: string | null) =>
  db
    .selectFrom('contacts')
    .innerJoin('customers', 'customers.id', 'contacts.customerId')
    .innerJoin('users as owner', 'owner.id', 'customers.ownerId')
    .select([
      sql<'contact'>`'contact'`.as('entity'),
      'contacts.id',
      'contacts.customerId',
      'customers.no',
      'customers.customerName',
      'contacts.name as contactName',
      'contacts.phone',
      'contacts.wechatKey',
      sql<null>`null`.as('nameKey'),
      sql<null>`null`.as('status'),
      'customers.stage',
      'owner.name as ownerName',
      'contacts.createdAt',
      reaches(actor, 'customers.read', 'customers').as('readable'),
    ])
    .where('contacts.deletedAt', 'is', null)
    .where('customers.deletedAt', 'is', null)
    .where(way.where)
    .$if(exceptId !== null, (q) => q.where('contacts.customerId', '!=', exceptId as string))
    .orderBy(way.order)
    .limit(way.limit);

/** Every way to each of the three tables. */
export function waysTo({ phone, wechat, nameKey, name }: Wanted) {
  return {
    leads: [
      newest('leads', [
        ...equal('leads.phone', phone),
        ...equal('leads.wechatKey', wechat),
        ...equal('leads.nameKey', nameKey),
      ]),
      alike('leads', name),
    ],
    customers: [
      newest('customers', [...equal('customers.phone', phone), ...equal('customers.nameKey', nameKey)]),
      alike('customers', name),
    ],
    contacts: [
      newest('contacts', [...equal('contacts.phone', phone), ...equal('contacts.wechatKey', wechat)]),
    ],
  };
}

async function candidates(context: Context, wanted: Wanted): Promise<Found[]> {
  const ways = waysTo(wanted);
  const { exceptId } = wanted;
  const found: Found[] = [];
  for (const way of ways.leads) if (way) found.push(...(await leadsBy(context, way, exceptId).execute()));
  for (const way of ways.customers)
    if (way) found.push(...(await customersBy(context, way, exceptId).execute()));
  for (const way of ways.contacts)
    if (way) found.push(...(await contactsBy(context, way, exceptId).execute()));
  return [...new Map(found.map((row) => [row.id, row])).values()];
}

/**
 * Leads, customers and contacts with the same telephone number, WeChat or name, or a name like it, wherever they are: so
 * that nobody registers them again. The asker learns who follows each one and how far it is, and may open only what is
 * within their scope.
 */
export async function findDuplicates(
  context: Context,
  question: output<typeof duplicateQuestion>,
): Promise<{ list: Duplicate[] }> {
  const wanted: Wanted = {
    phone: question.phone ? normalizePhone(question.phone) : null,
    wechat: question.wechat ? wechatKeyOf(question.wechat) : null,
    nameKey: (question.customerName && nameKeyOf(question.customerName)) || null,
    name: question.customerName ?? null,
    exceptId: question.exceptId ?? null,
  };
  const name = wanted.name === null ? null : companyName(wanted.name);
  const judged = (await candidates(context, wanted)).map((row) => {
    const matchedOn: Match[] = [];
    const likeness =
      name && row.nameKey !== null && row.nameKey !== wanted.nameKey
        ? similarity(name, companyName(row.customerName))
        : 0;
    if (wanted.phone !== null && row.phone === wanted.phone) matchedOn.push('phone');
    if (wanted.wechat !== null && row.wechatKey === wanted.wechat) matchedOn.push('wechat');
    if (wanted.nameKey !== null && row.nameKey === wanted.nameKey) matchedOn.push('customerName');
    if (likeness > 0) matchedOn.push('similarName');
    return { row, matchedOn, rank: rankOf(matchedOn, likeness) };
  });
  const list = judged
    .filter(({ matchedOn }) => matchedOn.length > 0)
    .sort((a, b) => b.rank - a.rank || b.row.createdAt.localeCompare(a.row.createdAt))
    .slice(0, MAX_DUPLICATES)
    .map(({ row, matchedOn }) => present(row, matchedOn));
  return { list };
}

/** How somebody is reached says more than what they are called. */
function rankOf(matchedOn: readonly Match[], likeness: number): number {
  if (matchedOn.some((match) => match === 'phone' || match === 'wechat')) return 3;
  return matchedOn.includes('customerName') ? 2 : likeness;
}

function present(row: Found, matchedOn: Match[]): Duplicate {
  const { readable } = row;
  const named = (name: string | null) => (name === null || readable ? name : maskContact(name));
  return {
    entity: row.entity,
    id: readable ? row.id : null,
    customerId: readable ? row.customerId : null,
    no: row.no,
    customerName: readable ? row.customerName : maskContact(row.customerName),
    contactName: named(row.contactName),
    matchedOn,
    status: row.status as LeadStatus | null,
    stage: row.stage as CustomerStage | null,
    ownerName: row.ownerName,
    createdAt: row.createdAt,
  };
}
