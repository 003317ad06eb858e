import type { FastifyError } from 'fastify';
import { equipmentErrors } from '#shared/equipment/contract.ts';
import { fileErrors } from '#shared/files/contract.ts';
import type { Failure, FieldError } from '#shared/http/envelope.ts';
import { AppError, httpErrors } from '#shared/http/errors.ts';
import { productErrors } from '#shared/products/contract.ts';
import type { Instant } from '#shared/values/time.ts';

/** What a broken constraint means to a user. Every constraint that input can break has a row here. */
const CONSTRAINTS: Readonly<Record<string, FieldError>> = {
  leads_external_clue: { field: 'externalClueId', message: '这条外部线索已经登记过' },
  leads_contact: { field: 'phone', message: '电话、微信、其他联系方式至少填一项' },
  leads_owner_id_fkey: { field: 'ownerId', message: '这位同事不存在' },
  customers_owner_id_fkey: { field: 'ownerId', message: '这位同事不存在' },
  intake_sources_name: { field: 'name', message: '已经有同名的接入来源' },
  intake_sources_owner_id_fkey: { field: 'assignment', message: '这位同事不存在' },
  intake_sources_group_id_fkey: { field: 'assignment', message: '这个分配组不存在' },
  intake_sources_registrant_id_fkey: { field: 'registrantId', message: '这位同事不存在' },
  service_tickets_product_id_fkey: { field: 'productId', message: '这个产品不存在' },
  ticket_parts_product_id_fkey: { field: 'replacedParts', message: '有配件已不在产品库' },
  users_username: { field: 'username', message: '用户名已被使用' },
  users_mobile: { field: 'mobile', message: '手机号已被使用' },
  users_department_id_fkey: { field: 'departmentId', message: '这个部门不存在' },
  user_roles_role_id_fkey: { field: 'roleIds', message: '有角色已不存在' },
  departments_parent_id_fkey: { field: 'parentId', message: '这个部门不存在' },
  departments_manager_id_fkey: { field: 'managerId', message: '这位同事不存在' },
  users_wechat_openid: { field: 'ticket', message: '这个微信已绑定另一个账号' },
};

/** Constraints whose breach is a refusal of its own. */
const CONFLICTS: Readonly<Record<string, AppError>> = {
  files_pkey: fileErrors.FILE_ID_TAKEN(),
  equipment_serial_no_key: equipmentErrors.EQUIPMENT_SERIAL_TAKEN({
    fields: [{ field: 'serialNo', message: '这个序列号已经登记过' }],
  }),
  products_product_code_key: productErrors.PRODUCT_CODE_TAKEN({
    fields: [{ field: 'productCode', message: '产品编码已经存在' }],
  }),
  product_categories_category_code_key: productErrors.PRODUCT_CATEGORY_CODE_TAKEN({
    fields: [{ field: 'categoryCode', message: '分类编码已经存在' }],
  }),
};

const BAD_VALUE = /^22/;
const BROKEN_CONSTRAINT = /^23/;
// Connection trouble, too many connections, shutting down, a lock or statement that took too long, transactions in each other's
// way again and again.
const UNAVAILABLE =
  /^(08|53|57P|57014|55P03|40001|40P01|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/;

/** Of Node's parser: what came is no HTTP. */
const UNREADABLE = /^HPE_/;

const KNOWN: Readonly<Record<string, AppError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: httpErrors.PAYLOAD_TOO_LARGE(),
  FST_REQ_FILE_TOO_LARGE: httpErrors.PAYLOAD_TOO_LARGE(),
  HPE_HEADER_OVERFLOW: httpErrors.HEADERS_TOO_LARGE(),
  ERR_HTTP_REQUEST_TIMEOUT: httpErrors.REQUEST_TIMEOUT(),
};

/** Turns whatever was thrown into a refusal that may be shown. What nobody foresaw becomes INTERNAL. */
export function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const thrown = (error ?? {}) as Partial<FastifyError> & { constraint?: string };
  const { code = '', message = '', statusCode, constraint } = thrown;
  if (BROKEN_CONSTRAINT.test(code) && constraint && CONSTRAINTS[constraint]) {
    return httpErrors.VALIDATION({ fields: [CONSTRAINTS[constraint]] });
  }
  if (BROKEN_CONSTRAINT.test(code) && constraint && CONFLICTS[constraint]) return CONFLICTS[constraint];
  // Whoever sent it hung up before it was complete: nobody hears the answer, and nothing here is out of order.
  if (code === 'ECONNRESET' && message === 'aborted') return httpErrors.BAD_REQUEST();
  if (BAD_VALUE.test(code)) return httpErrors.BAD_REQUEST();
  if (
    UNAVAILABLE.test(code) ||
    /timeout exceeded when trying to connect|Connection terminated|is not queryable/.test(message)
  ) {
    return httpErrors.UNAVAILABLE();
  }
  const known = KNOWN[code];
  if (known) return known;
  if (UNREADABLE.test(code) || (statusCode && statusCode >= 400 && statusCode < 500)) {
    return httpErrors.BAD_REQUEST();
  }
  // JSON nested deeper than the parser's stack.
  if (error instanceof RangeError && /call stack/.test(message)) return httpErrors.BAD_REQUEST();
  return httpErrors.INTERNAL();
}

export function failureOf(refusal: AppError, requestId: string, now: Instant): Failure {
  return {
    success: false,
    code: refusal.status,
    message: refusal.message,
    errors: refusal.fields ? [...refusal.fields] : null,
    errorCode: refusal.code,
    requestId,
    timestamp: now,
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
  };
}
