import { defineEvent } from '../../kernel/events.ts';

/** A customer has another name now: who keeps the name to search by takes over the new one. */
export const customerRenamed = defineEvent<{ customerId: string }>('customers.renamed');
