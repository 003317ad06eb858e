import { assignment } from './assignment/contract.ts';
import { logs } from './audit/contract.ts';
import { auth } from './auth/contract.ts';
import { contacts } from './contacts/contract.ts';
import { customers } from './customers/contract.ts';
import { departments } from './departments/contract.ts';
import { equipment } from './equipment/contract.ts';
import { files } from './files/contract.ts';
import { followups } from './followups/contract.ts';
import { handovers } from './handovers/contract.ts';
import type { EndpointDefinition } from './http/endpoint.ts';
import type { WebhookDefinition } from './http/webhook.ts';
import { intake, intakeWebhooks } from './intake/contract.ts';
import { leads } from './leads/contract.ts';
import { notifications } from './notifications/contract.ts';
import { pool } from './pool/contract.ts';
import { products } from './products/contract.ts';
import { reminders } from './reminders/contract.ts';
import { roles } from './roles/contract.ts';
import { serviceTickets } from './service-tickets/contract.ts';
import { statistics } from './statistics/contract.ts';
import { tasks } from './tasks/contract.ts';
import { exports, imports } from './transfers/contract.ts';
import { users } from './users/contract.ts';
import { visits } from './visits/contract.ts';
import { workbench } from './workbench/contract.ts';
import { workdays } from './workdays/contract.ts';

const api = {
  auth,
  users,
  handovers,
  departments,
  roles,
  leads,
  customers,
  contacts,
  imports,
  exports,
  pool,
  assignment,
  intake,
  files,
  products,
  equipment,
  visits,
  serviceTickets,
  followups,
  tasks,
  statistics,
  workbench,
  reminders,
  workdays,
  notifications,
  logs,
};

/** Every endpoint by module and name: for the server, the API page and the table tests. Not for the mini-program. */
export const allEndpoints: readonly (readonly [name: string, endpoint: EndpointDefinition])[] =
  Object.entries(api).flatMap(([module, endpoints]) =>
    Object.entries(endpoints).map(
      ([name, value]) => [`${module}.${name}`, value as EndpointDefinition] as const,
    ),
  );

/** Every address that other companies' servers call, by module and name. */
export const allWebhooks: readonly (readonly [name: string, webhook: WebhookDefinition])[] = Object.entries(
  intakeWebhooks,
).map(([name, value]) => [`intake.${name}`, value] as const);
