import { statistics } from '#shared/statistics/contract.ts';
import { type Route, read } from '../../kernel/route.ts';
import { leadsOverview } from './leads-overview.queries.ts';

export const statisticsRoutes: Route[] = [
  read(statistics.leadsOverview, (context) => leadsOverview(context)),
];
