import type { TransferEntity } from '#shared/transfers/contract.ts';
import { customerTransfer } from './customer-transfer.ts';
import { leadTransfer } from './lead-transfer.ts';
import type { AnyTransfer } from './transfer.ts';

/** Every kind of record that comes in and goes out as files. */
export const transfers = { leads: leadTransfer, customers: customerTransfer } as const satisfies Record<
  TransferEntity,
  AnyTransfer
>;

export const transferOf = (entity: string): AnyTransfer => transfers[entity as TransferEntity];
