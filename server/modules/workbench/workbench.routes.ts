import { workbench } from '#shared/workbench/contract.ts';
import { type Route, read } from '../../kernel/route.ts';
import { todayFor } from './workbench.queries.ts';

export const workbenchRoutes: Route[] = [read(workbench.get, (context) => todayFor(context))];
