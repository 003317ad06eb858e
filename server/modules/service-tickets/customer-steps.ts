import type { TicketLogType } from '#shared/service-tickets/contract.ts';

/** What a customer is told of the course of a ticket, and in which words. What we do among ourselves is not part of it. */
export const CUSTOMER_STEPS = {
  create: '报修受理',
  assign: '安排工程师',
  accept: '工程师接单',
  depart: '工程师出发',
  arrive: '到达现场',
  resolve: '处理完成',
  refuse: '验收未通过',
  sign: '客户签字验收',
  confirm: '电话确认验收',
  reopen: '重新处理',
  close: '服务结束',
  cancel: '工单取消',
} as const satisfies Partial<Record<TicketLogType, string>>;
export type CustomerStep = keyof typeof CUSTOMER_STEPS;
