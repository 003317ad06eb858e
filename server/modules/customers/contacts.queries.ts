import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import type { ContactItem, contacts } from '#shared/contacts/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import { type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';

type ContactRows = SelectQueryBuilder<DB, 'contacts', Record<never, never>>;

const contactColumns = (rows: ContactRows, rights: Rights) =>
  rows
    .innerJoin('customers', 'customers.id', 'contacts.customerId')
    .select([
      'contacts.id',
      'contacts.customerId',
      'customers.customerName',
      'contacts.name',
      'contacts.position',
      'contacts.phone',
      'contacts.wechat',
      'contacts.email',
      'contacts.address',
      'contacts.birthday',
      'contacts.preferences',
      'contacts.description',
      'contacts.isPrimary as primary',
      'contacts.createdAt',
      'contacts.version',
      reaches(rights, 'customers.update', 'contacts').as('editable'),
    ]);

interface ContactValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly customerId: string | undefined;
  readonly search: Search | undefined;
}

const contactList = defineList({
  table: 'contacts',
  orders: {
    name: { column: 'contacts.name', type: 'text' },
    createdAt: { column: 'contacts.createdAt', type: 'timestamptz' },
  },
  rows: (db, { grants, reach }: { grants: Grants; reach: Reach }, values: ContactValues) => {
    const actor = { grants, userId: values.userId, teamIds: values.teamIds };
    let rows = db
      .selectFrom('contacts')
      .where(visible({ actor, permission: 'customers.read', reach }, 'contacts')) as ContactRows;
    if (values.customerId) rows = rows.where('contacts.customerId', '=', values.customerId);
    if (values.search)
      rows = rows.where(matches(values.search, 'contacts.searchGrams', 'contacts.searchText'));
    return rows;
  },
  columns: (rows, sortKey, { grants }, { userId, teamIds }) =>
    contactColumns(rows, { grants, userId, teamIds }).select(sql<string>`${sortKey}`.as('sortKey')),
});

/** The contacts of the customers that somebody sees. */
export async function listContacts(
  context: Context,
  query: Request<typeof contacts.list>['query'],
): Promise<Page<ContactItem>> {
  const { grants, userId, teamIds } = context.scope.actor;
  return contactList.page(context, query, {
    flags: { grants, reach: context.scope.reach },
    values: {
      userId,
      teamIds,
      customerId: query.customerId,
      search: query.keyword ? searchFor(query.keyword) : undefined,
    },
  });
}

/** Throws NOT_FOUND outside the scope. */
export async function getContact({ db, actor }: Context, id: string): Promise<ContactItem> {
  const rows = db
    .selectFrom('contacts')
    .where('contacts.id', '=', id)
    .where(visible(scopeOf(actor, 'customers.read'), 'contacts')) as ContactRows;
  const contact = await contactColumns(rows, actor).executeTakeFirst();
  if (!contact) throw httpErrors.NOT_FOUND();
  return contact;
}

const SHOWN = 50;

/** The contacts of a customer that the caller sees; the primary one first, then the oldest. */
export const contactsOf = ({ db, actor }: Context, customerId: string): Promise<ContactItem[]> =>
  contactColumns(
    db
      .selectFrom('contacts')
      .where('contacts.customerId', '=', customerId)
      .where('contacts.deletedAt', 'is', null) as ContactRows,
    actor,
  )
    .orderBy('contacts.isPrimary', 'desc')
    .orderBy('contacts.createdAt')
    .orderBy('contacts.id')
    .limit(SHOWN)
    .execute();
