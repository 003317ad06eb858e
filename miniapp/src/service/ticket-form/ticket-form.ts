import { PAYMENT_STATUS_LABELS, TICKET_TYPE_LABELS } from '#shared/service-tickets/contract.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { defineTextForm, type TextValue } from '../../domain/text-form';

const LABELS = {
  ticketTitle: '标题',
  ticketType: '类型',
  priority: '优先级',
  problemDescription: '问题描述',
  contactName: '现场联系人',
  contactPhone: '联系电话',
  province: '省份',
  city: '城市',
  address: '地址',
  expectedResolveDate: '期望完成',
  paymentStatus: '收款',
} as const;
export type TicketField = keyof typeof LABELS;
export type TicketFormValue = TextValue<TicketField>;

export const ticketForm = defineTextForm<TicketField>({
  labels: LABELS,
  choices: {
    ticketType: TICKET_TYPE_LABELS,
    priority: TICKET_PRIORITY_LABELS,
    paymentStatus: PAYMENT_STATUS_LABELS,
  },
  required: ['ticketTitle', 'ticketType', 'priority'],
});

/** What is behind 更多 on a new ticket. */
export const MORE_FIELDS: readonly TicketField[] = [
  'contactName',
  'contactPhone',
  'province',
  'city',
  'address',
  'expectedResolveDate',
];
