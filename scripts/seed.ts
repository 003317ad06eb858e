/** `npm run db:seed`: fills an empty database with the demo company. */
import { readConfig } from '../server/config.ts';
import { seedDemo } from '../server/demo/company.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { openParts } from '../server/parts.ts';

const config = readConfig(process.env);
if (config.NODE_ENV === 'production') {
  console.error('演示数据不能写入生产环境（NODE_ENV=production）。');
  process.exit(1);
}
const parts = await openParts(config);
try {
  await migrate(parts.database.db);
  await seedRoles(parts.database.db, systemClock.now());
  if (!(await seedDemo({ ...parts, config }))) {
    console.error('数据库里已经有用户，没有写入演示数据。');
    process.exitCode = 1;
  }
} finally {
  await parts.close();
}
