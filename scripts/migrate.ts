/** `npm run db:migrate`: brings the configured database up to date. */
import { loadConfig } from '../server/config.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { openDatabase } from '../server/parts.ts';

const database = await openDatabase(loadConfig());
const applied = await migrate(database.db);
await database.close();
console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'The database is up to date');
