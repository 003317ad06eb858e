import type { Config } from '../config.ts';
import type { Jobs } from '../kernel/events.ts';
import { newId } from '../kernel/new-id.ts';
import { createPasswords } from '../modules/identity/passwords.ts';
import type { Parts } from '../parts.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './accounts.ts';

export async function seedDemo({ database, config }: Parts & { jobs: Jobs; config: Config }): Promise<void> {
  const { db } = database;
  const taken = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (taken) return;
  const now = new Date().toISOString();
  const passwordHash = await createPasswords(config.PASSWORD_MEMORY_KIB).hash(DEMO_PASSWORD);
  const departments = new Map<string, string>();
  for (const account of DEMO_ACCOUNTS) {
    if (!departments.has(account.department)) {
      const id = newId();
      departments.set(account.department, id);
      await db
        .insertInto('departments')
        .values({ id, name: account.department, createdAt: now, updatedAt: now })
        .execute();
    }
    const id = newId();
    await db
      .insertInto('users')
      .values({
        id,
        username: account.username,
        name: account.name,
        mobile: account.mobile,
        departmentId: departments.get(account.department) ?? null,
        passwordHash,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
    for (const code of account.roles) {
      await db
        .insertInto('userRoles')
        .columns(['userId', 'roleId'])
        .expression((eb) =>
          eb
            .selectFrom('roles')
            .select((r) => [r.val(id).as('userId'), 'roles.id'])
            .where('roles.code', '=', code),
        )
        .execute();
    }
  }
}
