import * as z from 'zod';
import { customerStageMachine } from '../customers/machine.ts';
import { leadMachine } from '../leads/machine.ts';
import { id } from '../values/id.ts';
import { textLine } from '../values/text.ts';

export const DUPLICATE_ENTITY_LABELS = { lead: '线索', customer: '客户', contact: '联系人' } as const;
export type DuplicateEntity = keyof typeof DUPLICATE_ENTITY_LABELS;

export const MATCH_LABELS = {
  phone: '电话相同',
  wechat: '微信相同',
  customerName: '名称相同',
  similarName: '名称相近',
} as const;
export type Match = keyof typeof MATCH_LABELS;

/** What is compared. In a body, so that no proxy logs it. */
export const duplicateQuestion = z.strictObject({
  phone: textLine(40).optional(),
  wechat: textLine(50).optional(),
  customerName: textLine(100).optional(),
  /** The record being edited. */
  exceptId: id.optional(),
});

const duplicate = z.object({
  entity: z.enum(Object.keys(DUPLICATE_ENTITY_LABELS) as DuplicateEntity[]),
  /** Null when the asker may not open it: then the names are masked too. */
  id: id.nullable(),
  /** The customer of a contact, or the customer itself; null as above, and for a lead. */
  customerId: id.nullable(),
  no: z.string(),
  customerName: z.string(),
  /** Who the contact is. */
  contactName: z.string().nullable(),
  matchedOn: z.array(z.enum(Object.keys(MATCH_LABELS) as Match[])),
  /** Of a lead. */
  status: leadMachine.status.nullable(),
  /** Of a customer, also of the one that a contact belongs to. */
  stage: customerStageMachine.status.nullable(),
  /** Null: in the pool. */
  ownerName: z.string().nullable(),
  createdAt: z.string(),
});
export type Duplicate = z.infer<typeof duplicate>;

/** The certain ones first, newest first; at most ten. */
export const duplicates = z.object({ list: z.array(duplicate) });
