import type { Queryable } from '../../kernel/database.ts';
import { defineSetting } from '../../kernel/settings.ts';

/** A colleague, or an address of the company list. */
export interface Recipient {
  /** What reminders know them by: the user's id, or the address in lower case. */
  readonly key: string;
  readonly userId: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

/** Who hears of whose leads. */
export interface Recipients {
  /** Of an owner: themselves, while their account is active. */
  owner(ownerId: string): Recipient | null;
  /** Of an owner: whoever is in charge of their department, or of the nearest one above where somebody else is. */
  manager(ownerId: string): Recipient | null;
  readonly company: readonly Recipient[];
  readonly byKey: ReadonlyMap<string, Recipient>;
  /** Everybody who may own leads, whatever their account's state. */
  readonly ownerIds: readonly string[];
}

/** Everybody there is to be told, from a few small tables. */
export async function loadRecipients(db: Queryable): Promise<Recipients> {
  const users = await db
    .selectFrom('users')
    .select(['id', 'name', 'email', 'departmentId', 'status'])
    .execute();
  const departments = await db.selectFrom('departments').select(['id', 'parentId', 'managerId']).execute();
  const list = await db.selectFrom('remindEmails').select('email').orderBy('createdAt').execute();

  const people = new Map(
    users
      .filter(({ status }) => status === 'active')
      .map(({ id, name, email }): [string, Recipient] => [id, { key: id, userId: id, name, email }]),
  );
  const departmentOf = new Map(users.map(({ id, departmentId }) => [id, departmentId]));
  const departmentById = new Map(departments.map((each) => [each.id, each]));
  const byEmail = new Map([...people.values()].map((person) => [person.email?.toLowerCase(), person]));
  // Somebody of the company who is on its list gets one mail, as themselves.
  const company = list.map(({ email }): Recipient => {
    const key = email.toLowerCase();
    return byEmail.get(key) ?? { key, userId: null, name: null, email };
  });

  function manager(ownerId: string): Recipient | null {
    const seen = new Set<string>();
    let departmentId = departmentOf.get(ownerId) ?? null;
    while (departmentId !== null && !seen.has(departmentId)) {
      seen.add(departmentId);
      const department = departmentById.get(departmentId);
      const person = department?.managerId != null ? people.get(department.managerId) : undefined;
      if (person && person.userId !== ownerId) return person;
      departmentId = department?.parentId ?? null;
    }
    return null;
  }

  return {
    owner: (ownerId) => people.get(ownerId) ?? null,
    manager,
    company,
    byKey: new Map([...people.values(), ...company].map((each) => [each.key, each])),
    ownerIds: users.map(({ id }) => id),
  };
}

export const recipients = defineSetting('recipients', loadRecipients);
