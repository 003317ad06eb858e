import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf } from '../http/page.ts';
import { id, idParams } from '../values/id.ts';
import { textLine } from '../values/text.ts';
import { instant } from '../values/time.ts';

export const fileErrors = defineErrors({
  FILE_TYPE_REFUSED: { status: 415, message: '只能上传图片（JPG、PNG、WebP）或 PDF' },
  FILE_BROKEN: { status: 400, message: '文件损坏或不完整，无法读取' },
  FILE_TOO_LARGE: { status: 413, message: '图片尺寸过大' },
  FILE_LIMIT_REACHED: { status: 409, message: '一条记录最多{max}个文件' },
  FILE_ID_TAKEN: { status: 409, message: '这个文件编号已经用过' },
  FILE_NOT_REMOVABLE: { status: 409, message: '文件已写入记录，不能再删除' },
  STORAGE_UNAVAILABLE: { status: 503, message: '文件暂时存不进去，请稍后重试' },
});

/** Records that files hang on. */
export const FILE_ENTITIES = ['serviceTickets', 'equipment', 'customers'] as const;
export type FileEntity = (typeof FILE_ENTITIES)[number];

export const FILE_KIND_LABELS = {
  problem: '故障照片',
  before: '处理前',
  after: '处理后',
  check_in: '签到照片',
  attachment: '附件',
  report: '服务报告',
} as const;
export type FileKind = keyof typeof FILE_KIND_LABELS;
/** What people upload; reports are written by the system. */
export const UPLOADED_KINDS = ['problem', 'before', 'after', 'check_in', 'attachment'] as const;

export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_FILES_OF_RECORD = 100;

export const fileItem = z.object({
  id,
  kind: z.enum(Object.keys(FILE_KIND_LABELS) as FileKind[]),
  name: z.string(),
  mimeType: z.string(),
  /** Bytes as stored. */
  size: z.number(),
  /** Pixels; null for what is no picture. */
  width: z.number().nullable(),
  height: z.number().nullable(),
  /** SHA-256 of what is stored, in hex. */
  hash: z.string(),
  /** By the phone's clock. */
  takenAt: z.string().nullable(),
  uploader: z.object({ id, name: z.string() }).nullable(),
  createdAt: z.string(),
  /** Relative address that opens the file without a login, for about a quarter of an hour. */
  url: z.string(),
  /** The same for a small version of a picture. */
  thumbnailUrl: z.string().nullable(),
});
export type FileItem = z.infer<typeof fileItem>;

const signed = {
  /** Seconds since 1970. */
  expires: z.coerce.number<number | string>().int().min(0).max(99_999_999_999),
  signature: z.string().max(100),
};

export const files = {
  upload: endpoint({
    method: 'POST',
    path: '/api/files',
    permission: 'signed-in',
    summary: '上传图片或 PDF 到一条记录；按内容判断类型，图片去掉位置信息',
    upload: { field: 'file', maxBytes: MAX_FILE_BYTES, types: ['.jpg', '.jpeg', '.png', '.webp', '.pdf'] },
    query: z.strictObject({
      /** Chosen by the phone, so that later steps can name a file that is still waiting to be sent. */
      id,
      entity: z.enum(FILE_ENTITIES),
      entityId: id,
      kind: z.enum(UPLOADED_KINDS),
      name: textLine(100).optional(),
      takenAt: instant.optional(),
    }),
    response: fileItem,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/files',
    permission: 'signed-in',
    summary: '一条记录的文件，按上传先后',
    query: listQuery(['createdAt', '-createdAt'], { entity: z.enum(FILE_ENTITIES), entityId: id }).omit({
      keyword: true,
    }),
    response: pageOf(fileItem),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/files/:id',
    permission: 'signed-in',
    summary: '文件信息与限时地址；能看到所属记录的人才能看',
    params: idParams,
    response: fileItem,
  }),
  content: endpoint({
    method: 'GET',
    path: '/api/files/:id/content',
    permission: 'public',
    summary: '按限时签名地址取文件内容',
    params: idParams,
    query: z.strictObject({ ...signed, size: z.enum(['full', 'thumbnail']).default('full') }),
    response: z.null(),
    download: { type: 'application/octet-stream', name: 'file' },
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/files/:id',
    permission: 'signed-in',
    summary: '删除文件（本人上传、还没有写进记录的）',
    params: idParams,
    response: z.object({ id }),
  }),
};
