import type { output } from 'zod';
import type { ContactItem, contactDraft, contacts } from '#shared/contacts/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { visible } from '../../kernel/access.ts';
import { type Changes, diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockVisible, type Row } from '../../kernel/transition.ts';
import { contactField } from '../audit/change-words.ts';
import { getContact } from './contacts.queries.ts';
import { lockCustomer, refreshSearch } from './customer-record.ts';
import { contactSearch } from './customers.search.ts';

// A customer has exactly one primary contact while it has any. Contacts change only while their customer is locked.

type Contact = Row<'contacts'>;
type Draft = Omit<output<typeof contactDraft>, 'customerId'>;

/** What happens to a contact stands in the log of its customer, where its fields have names of their own. */
const named = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).map(([field, change]) => [contactField(field), change]));

const livingOf = (work: Work, customerId: string) =>
  work.db.selectFrom('contacts').where('customerId', '=', customerId).where('deletedAt', 'is', null);

async function write(work: Work, contact: Contact, changes: Partial<Contact>): Promise<void> {
  await work.db
    .updateTable('contacts')
    .set({ ...changes, version: contact.version + 1, updatedAt: work.now })
    .where('id', '=', contact.id)
    .execute();
}

/** Whoever was the primary contact is no more. Answers whether there was one. */
async function demote(work: Work, customerId: string): Promise<boolean> {
  const primary = await livingOf(work, customerId)
    .selectAll()
    .where('isPrimary', '=', true)
    .executeTakeFirst();
  if (primary) await write(work, primary, { isPrimary: false });
  return primary !== undefined;
}

/** Adds a contact to a locked customer, the first one as the primary. Answers its id. */
export async function insertContact(work: Work, customerId: string, draft: Draft): Promise<string> {
  const { primary = false, ...given } = draft;
  const holder = await livingOf(work, customerId)
    .select('id')
    .where('isPrimary', '=', true)
    .executeTakeFirst();
  const isPrimary = primary || !holder;
  if (isPrimary && holder) await demote(work, customerId);
  const [id] = await writeContacts(work, [{ customerId, fields: contactFields(given, isPrimary) }]);
  await refreshSearch(work, customerId);
  return id as string;
}

/** What is stored of a draft. */
export const contactFields = (given: Omit<Draft, 'primary'>, isPrimary: boolean) => ({
  name: given.name,
  position: given.position ?? null,
  phone: given.phone ?? null,
  wechat: given.wechat ?? null,
  email: given.email ?? null,
  address: given.address ?? null,
  birthday: given.birthday ?? null,
  preferences: given.preferences ?? null,
  description: given.description ?? null,
  isPrimary,
});

interface NewContact {
  readonly customerId: string;
  readonly fields: ReturnType<typeof contactFields>;
}

/** Answers the ids. */
async function writeContacts(work: Work, contacts: readonly NewContact[]): Promise<string[]> {
  if (contacts.length === 0) return [];
  const rows = contacts.map(({ customerId, fields }) => ({
    id: newId(),
    customerId,
    ...fields,
    ...contactSearch(fields),
    createdAt: work.now,
    updatedAt: work.now,
  }));
  await work.db.insertInto('contacts').values(rows).execute();
  for (const { customerId, fields } of contacts) {
    work.audit({
      action: 'customers.contactAdded',
      entity: 'customers',
      entityId: customerId,
      changes: named(diff({}, fields)),
    });
  }
  return rows.map(({ id }) => id);
}

/** Gives new customers, which can be found by them already, their first contacts. */
export async function insertFirstContacts(
  work: Work,
  given: readonly { readonly customerId: string; readonly draft: Omit<Draft, 'primary'> }[],
): Promise<void> {
  await writeContacts(
    work,
    given.map(({ customerId, draft }) => ({ customerId, fields: contactFields(draft, true) })),
  );
}

export async function addContact(work: Work, customerId: string, draft: Draft): Promise<ContactItem> {
  await lockCustomer(work, customerId);
  return getContact(work, await insertContact(work, customerId, draft));
}

/** A contact within the scope, locked after its customer. Throws NOT_FOUND or STALE. */
async function lockContact(work: Work, id: string, version: number): Promise<Contact> {
  const found = await work.db
    .selectFrom('contacts')
    .select('customerId')
    .where('id', '=', id)
    .where(visible(work.scope, 'contacts'))
    .executeTakeFirst();
  if (!found) throw httpErrors.NOT_FOUND();
  await lockCustomer(work, found.customerId);
  return lockVisible(work, 'contacts', id, { version, current: () => getContact(work, id) });
}

/** Changes the given fields. Made the primary one, whoever was it is no more. */
export async function updateContact(
  work: Work,
  id: string,
  { version, primary, ...changes }: Request<typeof contacts.update>['body'],
): Promise<ContactItem> {
  const contact = await lockContact(work, id, version);
  const { customerId } = contact;
  if (primary && !contact.isPrimary) await demote(work, customerId);
  const all = { ...changes, ...(primary ? { isPrimary: true } : {}) };
  await write(work, contact, { ...all, ...contactSearch({ ...contact, ...changes }) });
  await refreshSearch(work, customerId);
  work.audit({
    action: 'customers.contactUpdated',
    entity: 'customers',
    entityId: customerId,
    changes: named({
      // Says whose fields these are, also when the name stays.
      name: [contact.name, all.name ?? contact.name],
      ...diff(contact, all),
    }),
  });
  return getContact(work, id);
}

/** Hides a contact. After the primary one the oldest takes its place. */
export async function removeContact(work: Work, id: string, version: number): Promise<{ id: string }> {
  const contact = await lockContact(work, id, version);
  const { customerId } = contact;
  await write(work, contact, { deletedAt: work.now, isPrimary: false });
  if (contact.isPrimary) {
    const oldest = await livingOf(work, customerId)
      .selectAll()
      .orderBy('createdAt')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (oldest) await write(work, oldest, { isPrimary: true });
  }
  await refreshSearch(work, customerId);
  work.audit({
    action: 'customers.contactRemoved',
    entity: 'customers',
    entityId: customerId,
    changes: named({ name: [contact.name, null] }),
  });
  return { id };
}
