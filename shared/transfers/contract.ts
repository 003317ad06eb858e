import * as z from 'zod';
import { customerFilters } from '../customers/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf } from '../http/page.ts';
import { leadFilters } from '../leads/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { textLine } from '../values/text.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export const MAX_IMPORT_BYTES = 10 * 1_048_576;
/** Of data, without the headings. */
export const MAX_IMPORT_ROWS = 20_000;
export const MAX_IMPORT_COLUMNS = 100;
export const MAX_EXPORT_ROWS = 100_000;
export const UNDO_DAYS = 7;

export const transferErrors = defineErrors({
  IMPORT_FILE_UNREADABLE: { status: 400, message: '文件打不开，请另存为 Excel（.xlsx）或 CSV 再上传' },
  IMPORT_FILE_MACROS: { status: 400, message: '文件带有宏，请另存为不带宏的 Excel（.xlsx）再上传' },
  IMPORT_FILE_OLD: { status: 400, message: '这是旧版 Excel（.xls）或加密的文件，请另存为 .xlsx 再上传' },
  IMPORT_FILE_TOO_LARGE: {
    status: 400,
    message: '表格内容过大，最多 {rows} 行、{columns} 列，请拆成几个文件再上传',
  },
  IMPORT_FILE_EMPTY: { status: 400, message: '表格里没有数据：第一行写列名，从第二行起每行一条' },
  IMPORT_STATE: { status: 409, message: '这次导入{state}，不能{action}' },
  IMPORT_FIELDS_MISSING: { status: 409, message: '还没有指定哪一列是{fields}' },
  IMPORT_UNDO_LATE: { status: 409, message: '导入已超过 {days} 天，不能撤销' },
  IMPORT_OWNER_NOT_ALLOWED: { status: 403, message: '没有权限这样指定跟进人' },
  EXPORT_TOO_LARGE: {
    status: 400,
    message: '一共 {total} 条，一次最多导出 {max} 条，请加上日期等筛选条件分几次导出',
  },
  EXPORT_NOT_READY: { status: 409, message: '还在准备，请稍候' },
  EXPORT_EXPIRED: { status: 410, message: '文件只保留 24 小时，请重新导出' },
});

export const TRANSFER_ENTITIES = { leads: '线索', customers: '客户' } as const;
export type TransferEntity = keyof typeof TRANSFER_ENTITIES;
const entity = z.enum(Object.keys(TRANSFER_ENTITIES) as TransferEntity[]);

export const IMPORT_STATES = {
  uploaded: '待检查',
  checking: '检查中',
  checked: '待导入',
  importing: '导入中',
  done: '已完成',
  cancelled: '已取消',
  failed: '已中断',
  undoing: '撤销中',
  undone: '已撤销',
} as const;
export type ImportState = keyof typeof IMPORT_STATES;
const state = z.enum(Object.keys(IMPORT_STATES) as ImportState[]);

/** The worker is at it: ask again in a second. */
export const isImportRunning = (state: ImportState): boolean =>
  state === 'checking' || state === 'importing' || state === 'undoing';

export const ROW_STATES = {
  pending: '待检查',
  ready: '可导入',
  duplicate: '重复',
  bad: '有误',
  created: '已新建',
  updated: '已补全',
  skipped: '已跳过',
  removed: '已撤销',
  kept: '已保留',
} as const;
export type RowState = keyof typeof ROW_STATES;
const rowState = z.enum(Object.keys(ROW_STATES) as RowState[]);

/** What to do with a row that is there already. */
export const DUPLICATE_POLICIES = {
  skip: '跳过',
  fill: '补全空白项',
  create: '仍然新建',
} as const;
export type DuplicatePolicy = keyof typeof DUPLICATE_POLICIES;
const duplicatePolicy = z.enum(Object.keys(DUPLICATE_POLICIES) as DuplicatePolicy[]);

/** Who follows what is new; `pool` only of leads. */
export const OWNER_POLICIES = {
  me: '我自己',
  pool: '公海',
  column: '按表格里的“跟进人”',
} as const;
export type OwnerPolicy = keyof typeof OWNER_POLICIES;
const ownerPolicy = z.enum(Object.keys(OWNER_POLICIES) as OwnerPolicy[]);

/** Per column of the file: the field that it is read into; null: it is left out. */
const mapping = z.array(z.string().max(50).nullable()).max(MAX_IMPORT_COLUMNS);

const importField = z.object({
  field: z.string(),
  label: z.string(),
  required: z.boolean(),
});

export const importItem = z.object({
  id,
  entity,
  fileName: z.string(),
  state,
  /** Why it was broken off. */
  message: z.string().nullable(),
  /** The rows with something in them. */
  totalRows: z.number(),
  progress: z.object({
    total: z.number(),
    /** How many the running step (check, import, undo) is through with. */
    done: z.number(),
    created: z.number(),
    updated: z.number(),
    skipped: z.number(),
    /** Bad rows, after the check and after the import. */
    failed: z.number(),
    /** Found by the check; the duplicate policy decides about them. */
    duplicate: z.number(),
    /** Found by the check, and going to be imported. */
    ready: z.number(),
    /** By the undo. */
    removed: z.number(),
    kept: z.number(),
  }),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  version: z.number(),
});
export type ImportItem = z.infer<typeof importItem>;

export const importDetail = importItem.extend({
  columns: z.array(
    z.object({
      heading: z.string(),
      /** The first values, as they were read. */
      samples: z.array(z.string()),
    }),
  ),
  mapping,
  /** What a column can be read into. */
  fields: z.array(importField),
  /** The labels of the required fields that no column is read into. */
  missing: z.array(z.string()),
  duplicatePolicy: duplicatePolicy.nullable(),
  ownerPolicy: ownerPolicy.nullable(),
  /** What the caller may choose. */
  ownerPolicies: z.array(ownerPolicy),
  successCount: z.number(),
  failCount: z.number(),
  /** The first ones; the rest by pages. */
  errors: z.array(z.object({ row: z.number(), error: z.string() })),
  /** Until when it can be undone; null: it cannot. */
  undoUntil: z.string().nullable(),
  can: z.object({
    map: z.boolean(),
    check: z.boolean(),
    start: z.boolean(),
    cancel: z.boolean(),
    undo: z.boolean(),
  }),
});
export type ImportDetail = z.infer<typeof importDetail>;

const importRow = z.object({
  /** As the spreadsheet counts them. */
  row: z.number(),
  state: rowState,
  error: z.string().nullable(),
  values: z.array(z.string()),
  recordId: id.nullable(),
});

/** Thousands of rows are put down one by one. */
const ROWS_SECONDS = 30;
const upload = {
  field: 'file',
  maxBytes: MAX_IMPORT_BYTES,
  types: ['.xlsx', '.csv'],
} as const;
const template = { type: XLSX, name: '导入模板.xlsx' } as const;

export const imports = {
  leadTemplate: endpoint({
    method: 'GET',
    path: '/api/leads/import/template',
    permission: 'leads.import',
    summary: '线索导入模板：列名、填写说明与可用的词',
    download: template,
    response: z.null(),
  }),
  uploadLeads: endpoint({
    method: 'POST',
    path: '/api/leads/import',
    permission: 'leads.import',
    summary: '上传要导入的线索（xlsx 或 csv），答复列与建议的对应关系',
    upload,
    patience: ROWS_SECONDS,
    response: importDetail,
  }),
  customerTemplate: endpoint({
    method: 'GET',
    path: '/api/customers/import/template',
    permission: 'customers.import',
    summary: '客户导入模板：列名、填写说明与可用的词',
    download: template,
    response: z.null(),
  }),
  uploadCustomers: endpoint({
    method: 'POST',
    path: '/api/customers/import',
    permission: 'customers.import',
    summary: '上传要导入的客户（xlsx 或 csv），答复列与建议的对应关系',
    upload,
    patience: ROWS_SECONDS,
    response: importDetail,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/imports',
    permission: 'signed-in',
    summary: '我的导入，最新在前',
    query: listQuery(['-createdAt'], { entity: entity.optional() }).omit({ keyword: true }),
    response: pageOf(importItem),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/imports/:id',
    permission: 'signed-in',
    summary: '一次导入：状态、进度、列的对应关系与前几条错误',
    params: idParams,
    response: importDetail,
  }),
  map: endpoint({
    method: 'PUT',
    path: '/api/imports/:id/mapping',
    permission: 'signed-in',
    summary: '设置每一列对应的字段',
    params: idParams,
    body: z.strictObject({ version, mapping }),
    response: importDetail,
  }),
  check: endpoint({
    method: 'POST',
    path: '/api/imports/:id/check',
    permission: 'signed-in',
    summary: '检查每一行，不写入任何数据',
    params: idParams,
    body: z.strictObject({ version }),
    response: importDetail,
  }),
  start: endpoint({
    method: 'POST',
    path: '/api/imports/:id/start',
    permission: 'signed-in',
    summary: '开始导入：重复的怎么办，由谁跟进',
    params: idParams,
    body: z.strictObject({ version, duplicatePolicy, ownerPolicy }),
    response: importDetail,
  }),
  cancel: endpoint({
    method: 'POST',
    path: '/api/imports/:id/cancel',
    permission: 'signed-in',
    summary: '取消导入；已经导入的保留，可以撤销',
    params: idParams,
    response: importDetail,
  }),
  undo: endpoint({
    method: 'POST',
    path: '/api/imports/:id/undo',
    permission: 'signed-in',
    summary: '撤销导入（7 天内）：删除新建且没有动过的，还原补全的',
    params: idParams,
    response: importDetail,
  }),
  errors: endpoint({
    method: 'GET',
    path: '/api/imports/:id/errors',
    permission: 'signed-in',
    summary: '有误的行；也可以看重复、跳过、撤销时保留的行',
    params: idParams,
    query: z.strictObject({
      page: z.coerce.number<number | string>().int().min(1).max(MAX_IMPORT_ROWS).default(1),
      pageSize: z.coerce.number<number | string>().int().min(1).max(100).default(20),
      state: rowState.default('bad'),
    }),
    response: pageOf(importRow),
  }),
  errorFile: endpoint({
    method: 'GET',
    path: '/api/imports/:id/errors.xlsx',
    permission: 'signed-in',
    summary: '有误的行连同原因，改好后可以再导入',
    params: idParams,
    download: { type: XLSX, name: '有误的行.xlsx' },
    response: z.null(),
  }),
};

export const EXPORT_STATES = {
  waiting: '准备中',
  ready: '可下载',
  failed: '失败',
  expired: '已过期',
} as const;
export type ExportState = keyof typeof EXPORT_STATES;

export const exportItem = z.object({
  id,
  entity,
  state: z.enum(Object.keys(EXPORT_STATES) as ExportState[]),
  message: z.string().nullable(),
  fileName: z.string(),
  /** How many rows there were to write when it was asked for. */
  total: z.number(),
  /** How many are written. */
  done: z.number(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
});
export type ExportItem = z.infer<typeof exportItem>;

const keyword = textLine(50).optional();

export const exports = {
  list: endpoint({
    method: 'GET',
    path: '/api/exports',
    permission: 'signed-in',
    summary: '我的导出，最新在前',
    query: listQuery(['-createdAt'], { entity: entity.optional() }).omit({ keyword: true }),
    response: pageOf(exportItem),
  }),
  leads: endpoint({
    method: 'POST',
    path: '/api/leads/export',
    permission: 'leads.export',
    summary: '导出线索：与列表相同的筛选，准备好后下载',
    body: z.strictObject({ keyword, ...leadFilters }),
    response: exportItem,
  }),
  customers: endpoint({
    method: 'POST',
    path: '/api/customers/export',
    permission: 'customers.export',
    summary: '导出客户：与列表相同的筛选，准备好后下载',
    body: z.strictObject({ keyword, ...customerFilters }),
    response: exportItem,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/exports/:id',
    permission: 'signed-in',
    summary: '一次导出的进度',
    params: idParams,
    response: exportItem,
  }),
  file: endpoint({
    method: 'GET',
    path: '/api/exports/:id/file',
    permission: 'signed-in',
    summary: '下载导出的文件，24 小时内，只限本人，记入操作日志',
    params: idParams,
    download: { type: XLSX, name: '导出.xlsx', audited: true },
    response: z.null(),
  }),
};
