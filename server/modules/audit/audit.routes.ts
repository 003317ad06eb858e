import { logs } from '#shared/audit/contract.ts';
import { type Route, read } from '../../kernel/route.ts';
import { listLogs } from './logs.queries.ts';

export const auditRoutes: Route[] = [read(logs.list, (context, { query }) => listLogs(context, query))];
