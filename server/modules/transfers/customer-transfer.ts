import { customerDraft, customers } from '#shared/customers/contract.ts';
import {
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  CUSTOMER_FIELD_LABELS as LABELS,
  LOYALTY_LABELS,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { customerMachine, customerStageMachine } from '#shared/customers/machine.ts';
import { may } from '../../kernel/access.ts';
import { nameKeyOf } from '../../kernel/search.ts';
import {
  customersKnownBy,
  fillCustomer,
  readyForCustomers,
  removeUntouchedCustomers,
  unfillCustomer,
} from '../customers/customer-import.commands.ts';
import { insertCustomers } from '../customers/customers.commands.ts';
import { countCustomers, listCustomers } from '../customers/customers.queries.ts';
import { phoneColumn, textColumn, wholeColumn, wordColumn } from './columns.ts';
import { moment } from './lead-transfer.ts';
import type { Existing, Transfer } from './transfer.ts';

type Draft = (typeof customerDraft)['_output'];

const PAGE = 500;
const query = (filters: object) => customers.list.query.parse(filters);

export const customerTransfer: Transfer<Draft> = {
  entity: 'customers',
  permissions: { import: 'customers.import', export: 'customers.export' },
  draft: customerDraft,
  defaults: { source: 'import' },
  columns: [
    textColumn('customerName', LABELS.customerName, {
      required: true,
      synonyms: ['客户', '名称', '酒店名称', '酒店', '公司名称', '公司'],
      hint: '必填，酒店或公司名称',
    }),
    wordColumn('customerType', LABELS.customerType, CUSTOMER_TYPE_LABELS, { synonyms: ['类型', '酒店类型'] }),
    wordColumn('level', LABELS.level, CUSTOMER_LEVEL_LABELS, { synonyms: ['客户等级', '级别', '客户级别'] }),
    wordColumn('stage', '阶段', customerStageMachine.states, {
      synonyms: ['客户阶段'],
      hint: '不填算初步接触',
    }),
    phoneColumn('phone', LABELS.phone, { synonyms: ['总机', '公司电话', '电话号码', '联系电话', '座机'] }),
    textColumn('province', LABELS.province, { synonyms: ['省', '所在省份'] }),
    textColumn('city', LABELS.city, { synonyms: ['市', '所在城市'] }),
    textColumn('address', LABELS.address, { synonyms: ['详细地址', '酒店地址'] }),
    wholeColumn('hotelRooms', LABELS.hotelRooms, { synonyms: ['房间数', '客房', '房量', '房间数量'] }),
    textColumn('hotelStar', LABELS.hotelStar, { synonyms: ['酒店星级'] }),
    textColumn('industry', LABELS.industry, { synonyms: ['所属行业'] }),
    wordColumn('source', LABELS.source, SOURCE_LABELS, {
      synonyms: ['客户来源', '渠道'],
      hint: '不填算导入',
    }),
    textColumn('email', LABELS.email, { synonyms: ['邮件', '电子邮箱', 'e-mail'] }),
    textColumn('website', LABELS.website, { synonyms: ['官网', '网址'] }),
    textColumn('taxNo', LABELS.taxNo, { synonyms: ['纳税人识别号', '统一社会信用代码', '信用代码'] }),
    wordColumn('loyaltyLevel', LABELS.loyaltyLevel, LOYALTY_LABELS, { synonyms: ['忠诚度等级'] }),
    textColumn('description', LABELS.description, { synonyms: ['说明', '描述', '备注信息'] }),
    textColumn('contact.name', '联系人姓名', { synonyms: ['联系人', '主要联系人', '对接人'] }),
    textColumn('contact.position', '联系人职位', { synonyms: ['职位', '职务'] }),
    phoneColumn('contact.phone', '联系人手机', { synonyms: ['手机', '手机号', '手机号码', '联系人电话'] }),
    textColumn('contact.wechat', '联系人微信', { synonyms: ['微信', '微信号'] }),
  ],
  ownerColumn: textColumn('owner', '负责人', {
    synonyms: ['跟进人', '销售', '归属人', '业务员', '客户经理'],
    hint: '同事的姓名或账号，要有转移客户的权限',
  }),
  keysOf: ({ customerName, phone, taxNo }) => [
    `name:${nameKeyOf(customerName)}`,
    ...(phone ? [`phone:${phone}`] : []),
    ...(taxNo ? [`tax:${taxNo}`] : []),
  ],
  async existing(context, keys) {
    const of = (kind: string) =>
      keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
    const found = new Map<string, Existing>();
    for (const known of await customersKnownBy(context, of('name'), of('phone'), of('tax'))) {
      for (const key of [`name:${known.nameKey}`, `phone:${known.phone}`, `tax:${known.taxNo}`])
        if (!found.has(key)) found.set(key, known);
    }
    return found;
  },
  ownerPolicies: (actor) => ['me', ...(may(actor, 'customers.transfer') ? (['column'] as const) : [])],
  owners: readyForCustomers,
  async create(work, rows) {
    const drafts = rows.map(({ draft, ownerId }) => ({ ...draft, ownerId: ownerId ?? work.actor.userId }));
    return (await insertCustomers(work, drafts, '导入')).map(({ id }) => id);
  },
  fill: fillCustomer,
  unfill: unfillCustomer,
  removeUntouched: removeUntouchedCustomers,
  list: {
    headings: [
      ...[
        '客户编号',
        '客户名称',
        '客户类型',
        '等级',
        '阶段',
        '状态',
        '省份',
        '城市',
        '客房数',
        '电话',
        '来源',
      ],
      ...[
        '负责人',
        '联系人姓名',
        '联系人手机',
        '建立时间',
        '最近跟进',
        '最近跟进内容',
        '下次联系',
        '下次内容',
      ],
    ],
    count: (context, filters) => countCustomers(context, query(filters)),
    async page(context, filters, cursor) {
      const { list, pagination } = await listCustomers(context, {
        ...query(filters),
        pageSize: PAGE,
        cursor,
      });
      const lines = list.map((customer) => [
        customer.no,
        customer.customerName,
        customer.customerType && CUSTOMER_TYPE_LABELS[customer.customerType],
        customer.level,
        customerStageMachine.states[customer.stage],
        customerMachine.states[customer.status],
        customer.province,
        customer.city,
        customer.hotelRooms,
        customer.phone,
        SOURCE_LABELS[customer.source],
        customer.owner.name,
        customer.primaryContact?.name ?? null,
        customer.primaryContact?.phone ?? null,
        moment(customer.createdAt),
        moment(customer.lastFollowUpAt),
        customer.lastFollowUpContent,
        moment(customer.nextFollowUpAt),
        customer.nextFollowUpContent,
      ]);
      return { lines, next: pagination.nextCursor };
    },
  },
};
