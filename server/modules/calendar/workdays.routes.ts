import { workdays } from '#shared/workdays/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { removeWorkday, setWorkday } from './workdays.commands.ts';
import { listSpecialDays } from './workdays.queries.ts';

export const workdayRoutes: Route[] = [
  read(workdays.list, ({ db }, { query }) => listSpecialDays(db, query.year)),
  write(workdays.set, (work, { params, body }) => setWorkday(work, params.date, body)),
  write(workdays.remove, (work, { params }) => removeWorkday(work, params.date)),
];
