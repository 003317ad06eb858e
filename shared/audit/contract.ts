import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { listQuery, pageOf } from '../http/page.ts';
import { id } from '../values/id.ts';
import { textLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';
import { type LogModule, MODULE_LABELS } from './actions.ts';

/** One field that changed, in words; a null was or is empty. */
export const wordedChange = z.object({
  label: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type WordedChange = z.infer<typeof wordedChange>;

const logEntry = z.object({
  id,
  at: z.string(),
  /** Null: the system did it by itself. */
  actor: z.object({ id, name: z.string() }).nullable(),
  action: z.string(),
  /** What was done, as people say it: `分派线索 LEAD-2026-0012 维也纳酒店 给 黄婷`. */
  title: z.string(),
  entity: z.string(),
  entityId: id.nullable(),
  /** What it was done to, spelled as in the title; null where that says nothing, e.g. for a login. */
  target: z
    .object({
      label: z.string(),
      /** The lead to open. */
      leadId: id.nullable(),
      /** The customer to open. */
      customerId: id.nullable(),
    })
    .nullable(),
  changes: z.array(wordedChange),
  reason: z.string().nullable(),
  ip: z.string().nullable(),
  requestId: z.string(),
});
export type LogEntry = z.infer<typeof logEntry>;

export const logs = {
  list: endpoint({
    method: 'GET',
    path: '/api/logs',
    permission: 'logs.read',
    summary: '操作日志，最新在前；自动产生的记录只在按 action 查询时列出',
    query: listQuery(['-at'], {
      userId: id.optional(),
      module: z.enum(Object.keys(MODULE_LABELS) as LogModule[]).optional(),
      /** `noun.pastTense`, e.g. `leads.assigned`. */
      action: textLine(60).optional(),
      entityId: id.optional(),
      from: calendarDate.optional(),
      to: calendarDate.optional(),
    }).omit({ keyword: true }),
    response: pageOf(logEntry),
  }),
};
