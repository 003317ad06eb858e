import { withPermission } from '../../kernel/transition.ts';
import type { FileHolder } from '../files/file-holder.ts';
import { lockCustomer } from './customer-record.ts';

/** Customers as something that files hang on: put there by whoever may change them. */
export const customerFileHolder: FileHolder = {
  lock: async (work, id) => void (await lockCustomer(withPermission(work, 'customers.update'), id)),
  names: async () => false,
};
