import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { TICKET_TYPE_LABELS, type TicketType } from '../service-tickets/contract.ts';
import { serviceTicketMachine } from '../service-tickets/machine.ts';
import { signature } from '../service-tickets/signature.ts';
import { optionalBlock, requiredLine } from '../values/text.ts';

/**
 * What a customer sees and does by a link, without a login. Whoever has the link is the customer; without it there is
 * nothing here, whatever is asked.
 */
export const visitErrors = defineErrors({
  VISIT_ALREADY_RATED: { status: 409, message: '已经评价过了，谢谢' },
  VISIT_NOT_RATEABLE: { status: 409, message: '验收之后才能评价' },
});

export const visit = z.object({
  no: z.string(),
  ticketType: z.enum(Object.keys(TICKET_TYPE_LABELS) as TicketType[]),
  ticketTitle: z.string(),
  customerName: z.string(),
  status: serviceTicketMachine.status,
  /** By family name only: `张工`. */
  engineer: z.string().nullable(),
  /** What has happened, oldest first. */
  steps: z.array(z.object({ label: z.string(), at: z.string() })),
  /** From the moment there is something to accept. */
  work: z
    .object({
      problemAnalysis: z.string(),
      solution: z.string(),
      replacedParts: z.array(z.object({ partName: z.string(), quantity: z.number() })),
      totalCost: z.number(),
      isFree: z.boolean(),
    })
    .nullable(),
  signerName: z.string().nullable(),
  canAccept: z.boolean(),
  canRate: z.boolean(),
  customerRating: z.number().nullable(),
  customerFeedback: z.string().nullable(),
  expiresAt: z.string(),
});
export type Visit = z.infer<typeof visit>;

/** As long as any link; anything else is not there. */
const params = z.strictObject({ token: z.string().max(200) });
const limits = [{ by: 'address', max: 60, seconds: 60 }] as const;

export const visits = {
  get: endpoint({
    method: 'GET',
    path: '/api/visits/:token',
    permission: 'public',
    summary: '客户凭链接查看工单进度',
    params,
    response: visit,
    limits,
  }),
  accept: endpoint({
    method: 'POST',
    path: '/api/visits/:token/acceptance',
    permission: 'public',
    summary: '客户签字验收',
    params,
    body: z.strictObject({ signerName: requiredLine(50), signature }),
    response: visit,
    limits,
  }),
  refuse: endpoint({
    method: 'POST',
    path: '/api/visits/:token/refusal',
    permission: 'public',
    summary: '客户验收不通过，写明原因',
    params,
    body: z.strictObject({ reason: requiredLine(200) }),
    response: visit,
    limits,
  }),
  rate: endpoint({
    method: 'POST',
    path: '/api/visits/:token/rating',
    permission: 'public',
    summary: '客户评价，只能一次',
    params,
    body: z.strictObject({
      customerRating: z.number().int().min(1).max(5),
      customerFeedback: optionalBlock(500),
    }),
    response: visit,
    limits,
  }),
  checkReport: endpoint({
    method: 'POST',
    path: '/api/visits/report-check',
    permission: 'public',
    summary: '核对服务报告：编号与校验码是否与系统里的一致',
    readOnly: true,
    body: z.strictObject({ no: requiredLine(30), code: requiredLine(100) }),
    response: z.object({
      /** `changed`: the report was true, the ticket has changed since. */
      result: z.enum(['genuine', 'changed', 'unknown']),
      signedAt: z.string().nullable(),
    }),
    limits,
  }),
};
