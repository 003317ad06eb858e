/** `node scripts/create-admin.ts <username> <name>`: the first account of a production database. */
import { randomBytes } from 'node:crypto';
import { loadConfig } from '../server/config.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { createPasswords } from '../server/modules/identity/passwords.ts';
import { createUser } from '../server/modules/identity/people.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { openDatabase } from '../server/parts.ts';

const [username, name] = process.argv.slice(2);
if (!username || !name) {
  console.error('Usage: node scripts/create-admin.ts <username> <name>');
  process.exit(1);
}

const config = loadConfig();
const database = await openDatabase(config);
await migrate(database.db);
await seedRoles(database.db, systemClock.now());
const taken = await database.db
  .selectFrom('users')
  .select('id')
  .where('username', '=', username)
  .executeTakeFirst();
if (taken) {
  await database.close();
  console.error(`There is already an account called ${username}.`);
  process.exit(1);
}
const password = randomBytes(12).toString('base64url');
const passwordHash = await createPasswords(config.PASSWORD_MEMORY_KIB).hash(password);
await createUser(database.db, systemClock.now(), {
  username,
  name,
  passwordHash,
  roles: ['admin'],
  mustChangePassword: true,
});
await database.close();
console.log(`${username} can sign in with ${password} and has to choose a new password then.`);
