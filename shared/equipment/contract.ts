import * as z from 'zod';
import { fileItem } from '../files/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf, several } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { serviceTicketMachine } from '../service-tickets/machine.ts';
import { id, idParams, version } from '../values/id.ts';
import { coordinates } from '../values/position.ts';
import { optionalBlock, optionalLine, requiredLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';
import { equipmentMachine } from './machine.ts';

export const equipmentErrors = defineErrors({
  EQUIPMENT_SERIAL_TAKEN: { status: 409, message: '这个序列号已经登记过' },
  EQUIPMENT_RETIRED: { status: 409, message: '设备已停用，不能再报修' },
});

const person = z.object({ id, name: z.string() });

const equipmentFields = {
  equipmentName: requiredLine(100),
  serialNo: requiredLine(60),
  model: optionalLine(60),
  productId: id.nullable().optional(),
  customerId: id,
  /** Where at the customer's: `3楼 302`. */
  location: optionalLine(100),
  shippedOn: calendarDate.nullable().optional(),
  installedOn: calendarDate.nullable().optional(),
  /** Counted from the installation, else from the shipment. */
  warrantyMonths: z.number().int().min(0).max(240),
  description: optionalBlock(1000),
};

/** A unit at a customer's: also the schema of its form. */
export const equipmentDraft = z.strictObject({
  ...equipmentFields,
  warrantyMonths: equipmentFields.warrantyMonths.default(12),
});
export type EquipmentDraft = z.input<typeof equipmentDraft>;

export const equipmentItem = z.object({
  id,
  no: z.string(),
  equipmentName: z.string(),
  serialNo: z.string(),
  model: z.string().nullable(),
  product: z.object({ id, productName: z.string() }).nullable(),
  customer: z.object({ id, customerName: z.string() }),
  location: z.string().nullable(),
  shippedOn: z.string().nullable(),
  installedOn: z.string().nullable(),
  warrantyMonths: z.number(),
  /** The last day of the warranty; null while neither shipment nor installation is known. */
  warrantyEndDate: z.string().nullable(),
  isUnderWarranty: z.boolean().nullable(),
  status: equipmentMachine.status,
  createdAt: z.string(),
  version: z.number(),
});
export type EquipmentItem = z.infer<typeof equipmentItem>;

export const equipmentDetail = equipmentItem.extend({
  /** What its label says; unguessable. */
  code: z.string(),
  description: z.string().nullable(),
  /** Where the customer is, for a new ticket. */
  site: z.object({
    province: z.string().nullable(),
    city: z.string().nullable(),
    address: z.string().nullable(),
    coordinates: coordinates.nullable(),
    contact: z.object({ id, name: z.string(), phone: z.string().nullable() }).nullable(),
  }),
  /** The latest ten of its tickets that the caller may see. */
  tickets: z.array(
    z.object({
      id,
      no: z.string(),
      ticketTitle: z.string(),
      status: serviceTicketMachine.status,
      solution: z.string().nullable(),
      assignee: person.nullable(),
      createdAt: z.string(),
    }),
  ),
  ticketCount: z.number(),
  files: z.array(fileItem),
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type EquipmentDetail = z.infer<typeof equipmentDetail>;

/** What the detail page may offer beside the machine's own actions. */
export const EQUIPMENT_RECORD_ACTIONS = { report: '报修', label: '打印标签', edit: '编辑' } as const;
export type EquipmentRecordAction = keyof typeof EQUIPMENT_RECORD_ACTIONS;

const equipmentFilters = {
  customerId: id.optional(),
  productId: id.optional(),
  status: several(equipmentMachine.status).optional(),
  warranty: z.enum(['under', 'ended', 'unknown']).optional(),
};
const equipmentFilterQuery = z.strictObject(equipmentFilters);
export type EquipmentFilters = z.input<typeof equipmentFilterQuery>;

export const equipment = {
  list: endpoint({
    method: 'GET',
    path: '/api/equipment',
    permission: 'equipment.read',
    summary: '设备列表，可按名称、序列号、编号、客户查找',
    query: listQuery(['-createdAt', 'createdAt'], equipmentFilters),
    response: pageOf(equipmentItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/equipment',
    permission: 'equipment.manage',
    summary: '登记设备',
    body: equipmentDraft,
    response: equipmentDetail,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/equipment/:id',
    permission: 'equipment.read',
    summary: '设备详情：质保、现场、工单历史',
    params: idParams,
    response: equipmentDetail,
  }),
  byCode: endpoint({
    method: 'GET',
    path: '/api/equipment/by-code/:code',
    permission: 'equipment.read',
    summary: '按标签上的码（或二维码里的整个网址）或序列号找设备',
    params: z.strictObject({ code: requiredLine(200) }),
    response: equipmentDetail,
  }),
  label: endpoint({
    method: 'GET',
    path: '/api/equipment/:id/label',
    permission: 'equipment.read',
    summary: '设备标签（PDF，60×40 毫米，带二维码）',
    params: idParams,
    response: z.null(),
    download: { type: 'application/pdf', name: '设备标签.pdf' },
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/equipment/:id',
    permission: 'equipment.manage',
    summary: '编辑设备，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...equipmentFields })
      .partial()
      .required({ version: true }),
    response: equipmentDetail,
  }),
  changeStatus: endpoint({
    method: 'PUT',
    path: '/api/equipment/:id/status',
    permission: 'equipment.manage',
    summary: '停用（要写原因）或恢复使用',
    params: idParams,
    body: z.discriminatedUnion('status', [
      z.strictObject({ status: z.literal('retired'), version, reason: requiredLine(200) }),
      z.strictObject({ status: z.literal('in_use'), version }),
    ]),
    response: equipmentDetail,
  }),
};
