import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type Route, read } from '../../kernel/route.ts';
import { findDuplicates } from './duplicates.queries.ts';

/** The same question, for those who register leads and for those who set up customers. */
export const duplicateRoutes: Route[] = [
  read(leads.duplicates, (context, { body }) => findDuplicates(context, body)),
  read(customers.duplicates, (context, { body }) => findDuplicates(context, body)),
];
