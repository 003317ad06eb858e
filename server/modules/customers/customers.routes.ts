import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { addContact, removeContact, updateContact } from './contacts.commands.ts';
import { getContact, listContacts } from './contacts.queries.ts';
import { followUpCustomer } from './customer-follow-ups.ts';
import { setCollaborators, transferCustomer } from './customer-ownership.commands.ts';
import { customerTimeline } from './customer-timeline.queries.ts';
import {
  assessCustomer,
  changeCustomerStatus,
  changeStage,
  createCustomer,
  editCustomer,
  locateCustomer,
  removeCustomer,
  restoreCustomer,
} from './customers.commands.ts';
import { getCustomer, listCustomers } from './customers.queries.ts';

/** Customers and whom one talks to there. */
export const customerRoutes: Route[] = [
  read(customers.list, (context, { query }) => listCustomers(context, query)),
  write(customers.create, (work, { body }) => createCustomer(work, body)),
  read(customers.get, (context, { params }) => getCustomer(context, params.id)),
  read(customers.timeline, (context, { params, query }) => customerTimeline(context, params.id, query)),
  write(customers.update, (work, { params, body }) => editCustomer(work, params.id, body)),
  write(customers.remove, (work, { params, body }) => removeCustomer(work, params.id, body.version)),
  write(customers.restore, (work, { params, body }) => restoreCustomer(work, params.id, body.version)),
  write(customers.moveStage, (work, { params, body }) => changeStage(work, params.id, body)),
  write(customers.changeStatus, (work, { params, body }) => changeCustomerStatus(work, params.id, body)),
  write(customers.locate, (work, { params, body }) => locateCustomer(work, params.id, body)),
  write(customers.transfer, (work, { params, body }) => transferCustomer(work, params.id, body)),
  write(customers.collaborate, (work, { params, body }) => setCollaborators(work, params.id, body)),
  write(customers.assess, (work, { params, body }) => assessCustomer(work, params.id, body)),
  write(customers.addContact, (work, { params, body }) => addContact(work, params.id, body)),
  write(customers.followUp, (work, { params, body }) => followUpCustomer(work, params.id, body)),
  read(contacts.list, (context, { query }) => listContacts(context, query)),
  write(contacts.create, (work, { body: { customerId, ...draft } }) => addContact(work, customerId, draft)),
  read(contacts.get, (context, { params }) => getContact(context, params.id)),
  write(contacts.update, (work, { params, body }) => updateContact(work, params.id, body)),
  write(contacts.remove, (work, { params, body }) => removeContact(work, params.id, body.version)),
];
