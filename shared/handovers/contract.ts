import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { id, idParams } from '../values/id.ts';
import { requiredLine } from '../values/text.ts';
import { instant } from '../values/time.ts';

export const handoverErrors = defineErrors({
  HANDOVER_EMPTY: { status: 409, message: '没有在跟的线索、客户、工单和待办可以交接' },
  HANDOVER_OWNER_DISABLED: { status: 409, message: '原来的人账号已停用或不能再接手，不能撤销' },
  HANDOVER_UNDONE: { status: 409, message: '这次交接已经撤销过了' },
  HANDOVER_TOO_OLD: { status: 409, message: '交接超过24小时，不能撤销了' },
});

const preview = z.object({
  total: z.number(),
  /** Only those that occur, in the order of the work. */
  statuses: z.array(z.object({ status: z.string(), label: z.string(), count: z.number() })),
  /** The first twenty. */
  leads: z.array(z.object({ id, no: z.string(), customerName: z.string() })),
  /** Active customers; they go along, from the pool to whoever hands over. */
  customers: z.number(),
  /** Tickets in hand; they go along to whoever can work on them, otherwise to the desk. */
  tickets: z.number(),
  /** Open tasks beside those of the leads; they go along, from the pool to whoever hands over. */
  tasks: z.number(),
});
export type HandoverPreview = z.infer<typeof preview>;

const handover = z.object({
  id,
  at: instant,
  actorName: z.string(),
  /** `null` is the pool. */
  to: z.object({ id, name: z.string() }).nullable(),
  reason: z.string(),
  /** Leads, customers, tickets and tasks. */
  moved: z.number(),
  undoUntil: instant,
  undoable: z.boolean(),
  undoneAt: instant.nullable(),
  /** How many went back; null while it is not undone. */
  returned: z.number().nullable(),
});
export type HandoverRecord = z.infer<typeof handover>;

/** Somebody may have thousands of records. */
const HANDOVER_SECONDS = 50;

export const handovers = {
  preview: endpoint({
    method: 'GET',
    path: '/api/users/:id/handover',
    permission: 'users.manage',
    summary: '交接预览：在跟线索的数量，以及前20条的编号和名称；另有几家客户、几张工单、几条待办一起交接',
    params: idParams,
    response: preview,
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/users/:id/handover',
    permission: 'users.manage',
    summary:
      '把此人在跟的线索全部交给一位同事或放回公海，客户与待办一起交接（放回公海时交给操作人），工单交给能接单的同事，否则退回调度；24小时内可撤销',
    params: idParams,
    patience: HANDOVER_SECONDS,
    body: z.strictObject({
      /** `null` gives them to the pool. */
      toId: id.nullable(),
      reason: requiredLine(200),
    }),
    response: z.object({ id, moved: z.number(), undoUntil: instant }),
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/users/:id/handovers',
    permission: 'users.manage',
    summary: '此人最近20次交接，停用时的交接也在内',
    params: idParams,
    response: z.object({ list: z.array(handover) }),
  }),
  undo: endpoint({
    method: 'POST',
    path: '/api/handovers/:id/undo',
    permission: 'users.manage',
    summary: '撤销交接：之后没有再换过人、仍在跟的线索、客户、工单和待办还给原来的人',
    params: idParams,
    patience: HANDOVER_SECONDS,
    response: z.object({ returned: z.number(), kept: z.number() }),
  }),
};
