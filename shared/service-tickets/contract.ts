import * as z from 'zod';
import { fileItem } from '../files/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf, several } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { id, idParams, version } from '../values/id.ts';
import { yuan } from '../values/money.ts';
import { phone } from '../values/phone.ts';
import { coordinates, position } from '../values/position.ts';
import { clearable, optionalBlock, optionalLine, requiredBlock, requiredLine } from '../values/text.ts';
import { calendarDate, instant } from '../values/time.ts';
import { serviceTicketMachine } from './machine.ts';
import { signature } from './signature.ts';
import { TICKET_PRIORITY_LABELS, type TicketPriority } from './sla.ts';

export const serviceTicketErrors = defineErrors({
  /** `details.current` is the ticket as it is now: who has it, since when, how far they are. */
  TICKET_REASSIGNED: { status: 409, message: '工单已不在你名下，现在由{assignee}处理' },
  TICKET_RECLAIM_REFUSED: { status: 409, message: '{assignee}已经到场，请与调度商量' },
  TICKET_ENGINEER_INVALID: { status: 400, message: '这位同事不能接工单' },
  TICKET_ALREADY_ASSIGNED: { status: 409, message: '已经由这位同事处理' },
  TICKET_CHECK_IN_REASON: { status: 400, message: '离现场较远，请写原因并拍照' },
  TICKET_ENDED: { status: 409, message: '工单已经结束，不能再修改' },
  TICKET_FILE_UNKNOWN: { status: 400, message: '照片不存在或不属于这张工单' },
  TICKET_NO_REPORT: { status: 409, message: '验收之后才有服务报告' },
});

export const TICKET_TYPE_LABELS = {
  repair: '报修',
  replacement: '更换',
  technical_support: '技术支持',
  inspection: '巡检',
  question: '咨询',
  complaint: '投诉',
  suggestion: '建议',
  issue: '问题反馈',
} as const;
export type TicketType = keyof typeof TICKET_TYPE_LABELS;

/** Who pays: nothing is due under warranty. */
export const PAYMENT_STATUS_LABELS = { waived: '免费', unpaid: '待收', paid: '已收' } as const;
export type TicketPaymentStatus = keyof typeof PAYMENT_STATUS_LABELS;

export const LOG_TYPE_LABELS = {
  create: '创建',
  update: '修改',
  comment: '备注',
  link: '发送客户链接',
  rate: '客户评价',
  ...(Object.fromEntries(
    Object.entries(serviceTicketMachine.actions).map(([action, { label }]) => [action, label]),
  ) as { [A in keyof typeof serviceTicketMachine.actions]: string }),
};
export type TicketLogType = keyof typeof LOG_TYPE_LABELS;

/** Further from the site than this, beyond what the phone is unsure of, a check-in says why. In metres. */
const FAR_METRES = 500;
export const isFar = (distance: number, accuracy: number): boolean => distance - accuracy > FAR_METRES;

const keys = <K extends string>(labels: Record<K, unknown>) => z.enum(Object.keys(labels) as K[]);
const ticketType = keys(TICKET_TYPE_LABELS);
const priority = keys<TicketPriority>(TICKET_PRIORITY_LABELS);
const paymentStatus = keys(PAYMENT_STATUS_LABELS);
const person = z.object({ id, name: z.string() });
const reason = requiredLine(200);

const ticketFields = {
  ticketType,
  ticketTitle: requiredLine(100),
  priority,
  problemDescription: optionalBlock(2000),
  customerContactId: id.nullable().optional(),
  /** Whom to ask for on site; without them: the contact. */
  contactName: optionalLine(50),
  contactPhone: clearable(phone),
  /** The site; without them: the customer's. */
  province: optionalLine(20),
  city: optionalLine(20),
  address: optionalLine(200),
  coordinates: coordinates.nullable().optional(),
  equipmentId: id.nullable().optional(),
  productId: id.nullable().optional(),
  expectedResolveDate: calendarDate.nullable().optional(),
};

/** A new ticket: also the schema of its form. */
export const ticketDraft = z.strictObject({
  ...ticketFields,
  priority: priority.default('medium'),
  /** May be left out when the equipment says whose it is. */
  customerId: id.optional(),
  /** Dispatches at once (needs the right to dispatch). */
  assignedTo: id.optional(),
});
export type TicketDraft = z.input<typeof ticketDraft>;

export const ticketPart = z.object({
  id,
  productId: id.nullable(),
  partName: z.string(),
  partCode: z.string().nullable(),
  quantity: z.number(),
  unitCost: z.number(),
});
export type TicketPart = z.infer<typeof ticketPart>;

export const ticketItem = z.object({
  id,
  no: z.string(),
  ticketType,
  ticketTitle: z.string(),
  priority,
  status: serviceTicketMachine.status,
  customer: z.object({ id, customerName: z.string() }),
  equipment: z.object({ id, equipmentName: z.string(), location: z.string().nullable() }).nullable(),
  contactName: z.string().nullable(),
  contactPhone: z.string().nullable(),
  province: z.string().nullable(),
  city: z.string().nullable(),
  address: z.string().nullable(),
  assignee: person.nullable(),
  isUnderWarranty: z.boolean().nullable(),
  reportedAt: z.string(),
  responseDueAt: z.string(),
  resolveDueAt: z.string(),
  firstResponseAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  /** Which deadline has passed without what it is about; the first of them. */
  overdue: z.enum(['response', 'resolve']).nullable(),
  customerRating: z.number().nullable(),
  createdAt: z.string(),
  deletedAt: z.string().nullable(),
  version: z.number(),
});
export type TicketItem = z.infer<typeof ticketItem>;

export const ticketLog = z.object({
  id,
  logType: keys(LOG_TYPE_LABELS),
  logContent: z.string().nullable(),
  /** Null: the customer, or the system. */
  actor: person.nullable(),
  /** Who it was when it was nobody of the company, e.g. the customer's name under a signature. */
  actorName: z.string().nullable(),
  /** When it took place by the phone's clock, kept between the step before and the server's time. */
  happenedAt: z.string(),
  /** When the server heard of it. */
  createdAt: z.string(),
  position: position.nullable(),
  /** From the site, in metres; null when one of the two is not known. */
  distance: z.number().nullable(),
  far: z.boolean(),
  files: z.array(fileItem),
});
export type TicketLog = z.infer<typeof ticketLog>;

export const ticketDetail = ticketItem.extend({
  problemDescription: z.string().nullable(),
  customerContactId: id.nullable(),
  coordinates: coordinates.nullable(),
  product: z.object({ id, productName: z.string() }).nullable(),
  expectedResolveDate: z.string().nullable(),
  /** The customer as an engineer needs it without a signal. */
  customerPhone: z.string().nullable(),
  /** The equipment as an engineer needs it without a signal, with its last five other tickets. */
  equipmentDetail: z
    .object({
      no: z.string(),
      serialNo: z.string(),
      model: z.string().nullable(),
      installedOn: z.string().nullable(),
      warrantyEndDate: z.string().nullable(),
      tickets: z.array(
        z.object({
          id,
          no: z.string(),
          ticketTitle: z.string(),
          solution: z.string().nullable(),
          createdAt: z.string(),
        }),
      ),
    })
    .nullable(),
  warrantyEndDate: z.string().nullable(),
  /** Who has it since when. Its id goes with every step: a step made under another assignment is refused. */
  assignment: z
    .object({ id, engineer: person, assignedAt: z.string(), reason: z.string().nullable() })
    .nullable(),
  /** Solved without going there. */
  isRemote: z.boolean(),
  problemAnalysis: z.string().nullable(),
  solution: z.string().nullable(),
  replacedParts: z.array(ticketPart),
  serviceFee: z.number(),
  partsCost: z.number(),
  totalCost: z.number(),
  paymentStatus: paymentStatus.nullable(),
  signature: z.object({ ...signature.shape, signerName: z.string(), signedAt: z.string() }).nullable(),
  customerFeedback: z.string().nullable(),
  ratedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  /** Newest first, at most fifty; the rest by `logs`. */
  logs: z.array(ticketLog),
  /** Oldest first, the report not among them. */
  files: z.array(fileItem),
  report: z.object({ file: fileItem, code: z.string() }).nullable(),
  /** The customer's link as long as it opens. */
  link: z.object({ expiresAt: z.string() }).nullable(),
  creator: person,
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type TicketDetail = z.infer<typeof ticketDetail>;

/** What the detail page may offer beside the machine's own actions. */
export const TICKET_RECORD_ACTIONS = {
  comment: '写备注',
  addPhoto: '拍照',
  edit: '编辑',
  link: '发给客户',
  report: '生成报告',
  delete: '删除',
  restore: '恢复',
} as const;
export type TicketRecordAction = keyof typeof TICKET_RECORD_ACTIONS;

export const ticketFilters = {
  status: several(serviceTicketMachine.status).optional(),
  ticketType: several(ticketType).optional(),
  priority: several(priority).optional(),
  customerId: id.optional(),
  equipmentId: id.optional(),
  assignedTo: id.optional(),
  createdBy: id.optional(),
  isUnderWarranty: flag.optional(),
  /** Whose deadline has passed: for being accepted, or for being done. */
  overdue: z.enum(['response', 'resolve', 'any']).optional(),
  /** Reported on or after, on or before. */
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  /** `true`: what was deleted (needs the right to restore it). */
  deleted: flag.optional(),
};
const ticketFilterQuery = z.strictObject(ticketFilters);
export type TicketFilters = z.input<typeof ticketFilterQuery>;

export const TICKET_SORTS = ['-createdAt', 'createdAt', 'resolveDueAt', '-resolveDueAt'] as const;

/** What goes with every step of an engineer, made with or without a signal. */
const stepFacts = {
  /** The assignment that the phone knew. */
  assignment: id,
  /** When it took place, by the phone's clock. */
  happenedAt: instant,
  /** Null: the phone may not or cannot say. */
  position: position.nullable().default(null),
};
const step = z.strictObject(stepFacts);
export type TicketStepFacts = z.input<typeof step>;

const replacedPart = z.strictObject({
  productId: id.nullable().optional(),
  partName: requiredLine(100),
  partCode: optionalLine(50),
  quantity: z.number().int().min(1).max(100_000),
  unitCost: yuan,
});

/** What was done: also the schema of its form. */
export const resolution = z.strictObject({
  ...stepFacts,
  /** Needed when nobody went there. */
  isRemote: z.boolean().default(false),
  problemAnalysis: requiredBlock(2000),
  solution: requiredBlock(2000),
  replacedParts: z.array(replacedPart).max(50).default([]),
  serviceFee: yuan.default(0),
});
export type TicketResolution = z.input<typeof resolution>;

const changed = { version };

export const serviceTickets = {
  list: endpoint({
    method: 'GET',
    path: '/api/service-tickets',
    permission: 'serviceTickets.read',
    summary: '工单列表',
    query: listQuery(TICKET_SORTS, ticketFilters),
    response: pageOf(ticketItem),
  }),
  statistics: endpoint({
    method: 'GET',
    path: '/api/service-tickets/statistics',
    permission: 'serviceTickets.read',
    summary: '工单统计：按状态、类型、优先级，平均响应与解决时长（工作小时）、评分、在保',
    query: z.strictObject({
      customerId: id.optional(),
      startDate: calendarDate.optional(),
      endDate: calendarDate.optional(),
    }),
    response: z.object({
      totalTickets: z.number(),
      byStatus: z.record(serviceTicketMachine.status, z.number()),
      byType: z.record(ticketType, z.number()),
      byPriority: z.record(priority, z.number()),
      /** Working hours from the report to the first acceptance; null without any. */
      avgResponseTime: z.number().nullable(),
      /** Working hours from the report until the work was done; null without any. */
      avgResolveTime: z.number().nullable(),
      /** Parts of one, of those that were accepted or done. */
      responseOnTime: z.number().nullable(),
      resolveOnTime: z.number().nullable(),
      avgCustomerRating: z.number().nullable(),
      warrantyTickets: z.number(),
      nonWarrantyTickets: z.number(),
      overdueTickets: z.number(),
      /** The twenty with most tickets in the period. */
      byEngineer: z.array(
        z.object({
          engineer: person,
          total: z.number(),
          open: z.number(),
          avgResolveTime: z.number().nullable(),
          avgCustomerRating: z.number().nullable(),
        }),
      ),
    }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/service-tickets',
    permission: 'serviceTickets.create',
    summary: '新建工单，可直接派工',
    body: ticketDraft,
    response: ticketDetail,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/service-tickets/:id',
    permission: 'serviceTickets.read',
    summary: '工单详情：现场、设备、记录、照片与可用操作',
    params: idParams,
    response: ticketDetail,
  }),
  logs: endpoint({
    method: 'GET',
    path: '/api/service-tickets/:id/logs',
    permission: 'serviceTickets.read',
    summary: '工单记录，最新在前',
    params: idParams,
    query: listQuery(['-createdAt'], {}).omit({ keyword: true }),
    response: pageOf(ticketLog),
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id',
    permission: 'serviceTickets.update',
    summary: '编辑工单，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({
        version,
        ...ticketFields,
        paymentStatus: z.enum(['unpaid', 'paid', 'waived']),
        updateReason: optionalLine(200),
      })
      .partial()
      .required({ version: true }),
    response: ticketDetail,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/service-tickets/:id',
    permission: 'serviceTickets.delete',
    summary: '删除工单（可恢复）',
    params: idParams,
    body: z.strictObject(changed),
    response: z.object({ id }),
  }),
  restore: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/restore',
    permission: 'serviceTickets.restore',
    summary: '恢复已删除的工单',
    params: idParams,
    body: z.strictObject(changed),
    response: ticketDetail,
  }),
  candidates: endpoint({
    method: 'GET',
    path: '/api/service-tickets/:id/candidates',
    permission: 'serviceTickets.dispatch',
    summary: '派给谁：按在手工单与同城经验排序，第一位是建议',
    params: idParams,
    response: z.object({
      /** At most fifty. */
      list: z.array(
        z.object({
          id,
          name: z.string(),
          openTickets: z.number(),
          /** Of them in the same city. */
          openNearby: z.number(),
          /** In the same city, in the last 90 days. */
          recentNearby: z.number(),
          /** Of the same customer, ever. */
          ofCustomer: z.number(),
          suggested: z.boolean(),
          /** In words: `同城，在手2单`. */
          reason: z.string(),
        }),
      ),
    }),
  }),
  assign: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/assign',
    permission: 'serviceTickets.dispatch',
    summary: '派工或改派',
    params: idParams,
    body: z.strictObject({ version, assignedTo: id, assignReason: optionalLine(200) }),
    response: ticketDetail,
  }),
  accept: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/accept',
    permission: 'serviceTickets.work',
    summary: '接单',
    params: idParams,
    body: step,
    response: ticketDetail,
  }),
  decline: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/decline',
    permission: 'serviceTickets.work',
    summary: '退回调度，要写原因',
    params: idParams,
    body: step.extend({ reason }),
    response: ticketDetail,
  }),
  depart: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/depart',
    permission: 'serviceTickets.work',
    summary: '出发',
    params: idParams,
    body: step,
    response: ticketDetail,
  }),
  arrive: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/arrive',
    permission: 'serviceTickets.work',
    summary: '到场签到；离现场较远要有原因与照片，没有定位也能签到',
    params: idParams,
    body: step.extend({ farReason: optionalLine(200), fileIds: z.array(id).max(9).default([]) }),
    response: ticketDetail,
  }),
  resolve: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/resolve',
    permission: 'serviceTickets.work',
    summary: '完工，待客户验收：原因、处理、配件、费用',
    params: idParams,
    body: resolution,
    response: ticketDetail,
  }),
  sign: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/sign',
    permission: 'serviceTickets.work',
    summary: '客户在工程师手机上签字验收',
    params: idParams,
    body: step.extend({ signerName: requiredLine(50), signature }),
    response: ticketDetail,
  }),
  reclaim: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/reclaim',
    permission: 'serviceTickets.work',
    summary: '没有信号时被改派，但人已在现场：继续由自己处理',
    params: idParams,
    body: z.strictObject({
      /** The assignment to take up again. */
      assignment: id,
      reason,
    }),
    response: ticketDetail,
  }),
  confirm: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/confirm',
    permission: 'serviceTickets.dispatch',
    summary: '电话确认验收，写明与谁确认',
    params: idParams,
    body: z.strictObject({ version, note: reason }),
    response: ticketDetail,
  }),
  refuse: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/refuse',
    permission: 'serviceTickets.dispatch',
    summary: '客户验收不通过，退回处理',
    params: idParams,
    body: z.strictObject({ version, reason }),
    response: ticketDetail,
  }),
  close: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/close',
    permission: 'serviceTickets.dispatch',
    summary: '关闭',
    params: idParams,
    body: z.strictObject({ version, closeNote: optionalLine(200) }),
    response: ticketDetail,
  }),
  reopen: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/reopen',
    permission: 'serviceTickets.dispatch',
    summary: '重新打开，要写原因',
    params: idParams,
    body: z.strictObject({ version, reason }),
    response: ticketDetail,
  }),
  cancel: endpoint({
    method: 'PUT',
    path: '/api/service-tickets/:id/cancel',
    permission: 'serviceTickets.dispatch',
    summary: '取消工单，要写原因',
    params: idParams,
    body: z.strictObject({ version, reason }),
    response: ticketDetail,
  }),
  addLog: endpoint({
    method: 'POST',
    path: '/api/service-tickets/:id/logs',
    permission: 'serviceTickets.read',
    summary: '写备注，可带照片；曾经的处理人也可以补记',
    params: idParams,
    body: z.strictObject({
      logType: z.literal('comment').default('comment'),
      logContent: requiredBlock(2000),
      happenedAt: instant.optional(),
      fileIds: z.array(id).max(9).default([]),
    }),
    response: ticketLog,
  }),
  createLink: endpoint({
    method: 'POST',
    path: '/api/service-tickets/:id/link',
    permission: 'serviceTickets.read',
    summary: '给客户的链接：看进度、签字、评价，不用登录；旧链接随即失效',
    params: idParams,
    response: z.object({ url: z.string(), expiresAt: z.string() }),
  }),
  createReport: endpoint({
    method: 'POST',
    path: '/api/service-tickets/:id/report',
    permission: 'serviceTickets.read',
    summary: '重新生成服务报告（PDF）',
    params: idParams,
    response: z.object({ id }),
  }),
};
