import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { INTENTION_LABELS, LEAD_FIELD_LABELS as LABELS, leadDraft, leads } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import { wallClock } from '#shared/values/time.ts';
import { may } from '../../kernel/access.ts';
import { wechatKeyOf } from '../../kernel/search.ts';
import { leadFilter } from '../leads/lead-filters.ts';
import {
  fillLead,
  leadsKnownBy,
  removeUntouchedLeads,
  roomFor,
  unfillLead,
} from '../leads/lead-import.commands.ts';
import { insertLeads } from '../leads/leads.commands.ts';
import { leadList, listLeads } from '../leads/leads.queries.ts';
import { flagColumn, momentColumn, phoneColumn, textColumn, wholeColumn, wordColumn } from './columns.ts';
import type { Existing, Transfer } from './transfer.ts';

type Draft = (typeof leadDraft)['_output'];

/** A moment as a spreadsheet shows it. */
export const moment = (at: string | null): string | null => {
  if (at === null) return null;
  const { date, time } = wallClock(at);
  return `${date} ${time}`;
};

const PAGE = 500;
const query = (filters: object) => leads.list.query.parse(filters);

export const leadTransfer: Transfer<Draft> = {
  entity: 'leads',
  permissions: { import: 'leads.import', export: 'leads.export' },
  draft: leadDraft,
  defaults: { source: 'import' },
  columns: [
    textColumn('customerName', LABELS.customerName, {
      required: true,
      synonyms: ['客户', '客户姓名', '名称', '酒店名称', '酒店', '姓名', '昵称', '线索名称'],
      hint: '必填，酒店、公司或昵称',
    }),
    phoneColumn('phone', LABELS.phone, {
      synonyms: ['手机', '手机号', '手机号码', '电话号码', '联系电话', '联系方式', '号码'],
      hint: '电话、微信、其他联系至少填一项',
    }),
    textColumn('wechat', LABELS.wechat, { synonyms: ['微信号', 'wx', '微信号码'] }),
    textColumn('otherHandle', LABELS.otherHandle, { synonyms: ['其他联系方式', '抖音号', 'QQ'] }),
    textColumn('contactPerson', LABELS.contactPerson, { synonyms: ['联系人姓名', '负责人姓名'] }),
    textColumn('company', LABELS.company, { synonyms: ['公司名称', '单位', '企业名称'] }),
    wordColumn('source', LABELS.source, SOURCE_LABELS, {
      synonyms: ['线索来源', '渠道', '来源渠道'],
      hint: '不填算导入',
    }),
    wordColumn('intention', LABELS.intention, INTENTION_LABELS, {
      synonyms: ['意向等级', '意向度', '意向程度', '等级'],
      hint: '不填算中',
    }),
    textColumn('description', LABELS.description, { synonyms: ['需求', '备注', '描述', '说明', '备注信息'] }),
    wordColumn('customerType', LABELS.customerType, CUSTOMER_TYPE_LABELS, { synonyms: ['类型', '酒店类型'] }),
    textColumn('province', LABELS.province, { synonyms: ['省', '所在省份'] }),
    textColumn('city', LABELS.city, { synonyms: ['市', '所在城市'] }),
    textColumn('address', LABELS.address, { synonyms: ['详细地址', '酒店地址'] }),
    wholeColumn('hotelRooms', LABELS.hotelRooms, { synonyms: ['房间数', '客房', '房量', '房间数量'] }),
    textColumn('sourceAccount', LABELS.sourceAccount, { synonyms: ['账号', '来源帐号', '投放账号'] }),
    textColumn('email', LABELS.email, { synonyms: ['邮件', '电子邮箱', 'e-mail'] }),
    momentColumn('leadTime', LABELS.leadTime, {
      synonyms: ['时间', '进线日期', '线索时间', '留资时间', '日期'],
      hint: '例如 2026-03-10 09:30，不填算现在',
    }),
    flagColumn('isContacted', LABELS.isContacted, { synonyms: ['是否联系', '是否已联系'] }),
    textColumn('externalClueId', LABELS.externalClueId, { synonyms: ['线索id', '外部id', 'clue_id'] }),
    wholeColumn('score', LABELS.score, { synonyms: ['分数', '线索评分'] }),
  ],
  ownerColumn: textColumn('owner', '跟进人', {
    synonyms: ['销售', '负责人', '归属人', '业务员', '跟进销售'],
    hint: '同事的姓名或账号，要有指定跟进人的权限',
  }),
  keysOf: ({ phone, wechat }) => [
    ...(phone ? [`phone:${phone}`] : []),
    ...(wechat ? [`wechat:${wechatKeyOf(wechat)}`] : []),
  ],
  async existing(context, keys) {
    const of = (kind: string) =>
      keys.filter((key) => key.startsWith(`${kind}:`)).map((key) => key.slice(kind.length + 1));
    const found = new Map<string, Existing>();
    for (const lead of await leadsKnownBy(context, of('phone'), of('wechat'))) {
      for (const key of [`phone:${lead.phone}`, `wechat:${lead.wechatKey}`])
        if (!found.has(key)) found.set(key, lead);
    }
    return found;
  },
  ownerPolicies: (actor) => [
    ...(may(actor, 'leads.progress') ? (['me'] as const) : []),
    'pool',
    ...(may(actor, 'leads.dispatch') ? (['column'] as const) : []),
  ],
  owners: roomFor,
  create: async (work, rows) => (await insertLeads(work, rows, '导入')).map(({ id }) => id),
  fill: fillLead,
  unfill: unfillLead,
  removeUntouched: removeUntouchedLeads,
  list: {
    headings: [
      '线索编号',
      ...['客户名称', '电话', '微信', '其他联系', '联系人', '客户类型', '省份', '城市', '客房数', '来源'],
      ...['意向', '状态', '已联系过', '跟进人', '登记人', '登记时间', '最近跟进', '最近跟进内容'],
      ...['下次联系', '下次内容'],
    ],
    async count(context, filters) {
      return await leadList.count(context, await leadFilter(context, query(filters)));
    },
    async page(context, filters, cursor) {
      const { list, pagination } = await listLeads(context, { ...query(filters), pageSize: PAGE, cursor });
      const lines = list.map((lead) => [
        lead.no,
        lead.customerName,
        lead.phone,
        lead.wechat,
        lead.otherHandle,
        lead.contactPerson,
        lead.customerType && CUSTOMER_TYPE_LABELS[lead.customerType],
        lead.province,
        lead.city,
        lead.hotelRooms,
        SOURCE_LABELS[lead.source],
        INTENTION_LABELS[lead.intention],
        leadMachine.states[lead.status],
        lead.isContacted ? '是' : '否',
        lead.owner?.name ?? '公海',
        lead.registrant.name,
        moment(lead.createdAt),
        moment(lead.lastFollowUpAt),
        lead.lastFollowUpContent,
        moment(lead.nextFollowUpAt),
        lead.nextFollowUpContent,
      ]);
      return { lines, next: pagination.nextCursor };
    },
  },
};
