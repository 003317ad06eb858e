import {
  CUSTOMER_FIELD_LABELS,
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  type CustomerField,
  LOYALTY_LABELS,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { defineTextForm } from '../../domain/text-form';

export const customerForm = defineTextForm<CustomerField>({
  labels: CUSTOMER_FIELD_LABELS,
  choices: {
    customerType: CUSTOMER_TYPE_LABELS,
    level: CUSTOMER_LEVEL_LABELS,
    source: SOURCE_LABELS,
    loyaltyLevel: LOYALTY_LABELS,
  },
  numbers: ['hotelRooms'],
  required: ['customerName', 'source'],
});

/** What is behind 更多. */
export const MORE_FIELDS: readonly CustomerField[] = [
  'customerType',
  'hotelRooms',
  'phone',
  'province',
  'hotelStar',
  'industry',
  'source',
  'email',
  'website',
  'taxNo',
  'loyaltyLevel',
  'address',
  'description',
];
