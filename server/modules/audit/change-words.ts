import {
  PERMISSIONS,
  type Permission,
  permissions,
  type Reach,
  reachLabel,
} from '#shared/access/permissions.ts';
import type { WordedChange } from '#shared/audit/contract.ts';
import { CONTACT_FIELD_LABELS } from '#shared/contacts/contract.ts';
import {
  CUSTOMER_FIELD_LABELS,
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  LOYALTY_LABELS,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { customerMachine, customerStageMachine } from '#shared/customers/machine.ts';
import { METHOD_LABELS } from '#shared/followups/contract.ts';
import { INTAKE_STATUS_LABELS } from '#shared/intake/contract.ts';
import { INTENTION_LABELS, LEAD_FIELD_LABELS, OUTCOME_LABELS } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import { PAYMENT_STATUS_LABELS, TICKET_TYPE_LABELS } from '#shared/service-tickets/contract.ts';
import { serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { PRIORITY_LABELS } from '#shared/tasks/contract.ts';
import { taskMachine } from '#shared/tasks/machine.ts';
import {
  DUPLICATE_POLICIES,
  OWNER_POLICIES,
  ROW_STATES,
  TRANSFER_ENTITIES,
} from '#shared/transfers/contract.ts';
import { USER_STATUS_LABELS } from '#shared/users/contract.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatPhone, maskContact, maskDigits } from '#shared/values/phone.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import type { Changes } from '../../kernel/audit.ts';

/** How the values of a field are said. */
type Say = Readonly<Record<string, string>> | 'text' | 'phone' | 'contact' | 'instant' | 'yuan' | 'reference';

interface FieldWords {
  readonly label: string;
  readonly say: Say;
  /** What no value means. */
  readonly none?: string;
}

const text = (label: string): FieldWords => ({ label, say: 'text' });
const options = (label: string, say: Readonly<Record<string, string>>): FieldWords => ({ label, say });

const LEAD_SAYS: Readonly<Partial<Record<string, Say>>> = {
  phone: 'phone',
  wechat: 'contact',
  otherHandle: 'contact',
  contactPerson: 'contact',
  email: 'contact',
  source: SOURCE_LABELS,
  intention: INTENTION_LABELS,
  customerType: CUSTOMER_TYPE_LABELS,
  leadTime: 'instant',
};

const CUSTOMER_SAYS: Readonly<Partial<Record<string, Say>>> = {
  phone: 'phone',
  email: 'contact',
  source: SOURCE_LABELS,
  customerType: CUSTOMER_TYPE_LABELS,
  level: CUSTOMER_LEVEL_LABELS,
  loyaltyLevel: LOYALTY_LABELS,
};
const CONTACT_SAYS: Readonly<Partial<Record<string, Say>>> = {
  phone: 'phone',
  wechat: 'contact',
  email: 'contact',
};

/** How the log of a customer calls a field of one of its contacts. */
export const contactField = (field: string): string => `contact.${field}`;

const NEXT_CONTACT: Readonly<Record<string, FieldWords>> = {
  nextFollowUpAt: { label: '下次联系', say: 'instant' },
  nextFollowUpContent: text('下次内容'),
};

const PERMISSION_WORDS: Readonly<Record<string, FieldWords>> = Object.fromEntries(
  PERMISSIONS.map((name) => [name, text(permissions[name].label)]),
);

/** The fields that have words, by entity. Everything else is left out: what is technical, and what is secret. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldWords>>>> = {
  leads: {
    status: options('状态', leadMachine.states),
    outcome: options('结果', OUTCOME_LABELS),
    dealDate: text('成交日期'),
    dealAmount: { label: '成交金额', say: 'yuan' },
    ownerId: { label: '跟进人', say: 'reference', none: '公海' },
    lead: text('线索'),
    ...Object.fromEntries(
      Object.entries(LEAD_FIELD_LABELS).map(([field, label]) => [
        field,
        { label, say: LEAD_SAYS[field] ?? 'text' },
      ]),
    ),
    ...NEXT_CONTACT,
  },
  customers: {
    status: options('状态', customerMachine.states),
    stage: options('阶段', customerStageMachine.states),
    inactiveReason: text('停用原因'),
    ownerId: { label: '负责人', say: 'reference' },
    ...Object.fromEntries(
      Object.entries(CUSTOMER_FIELD_LABELS).map(([field, label]) => [
        field,
        { label, say: CUSTOMER_SAYS[field] ?? 'text' },
      ]),
    ),
    collaborators: text('协作人'),
    latitude: text('纬度'),
    longitude: text('经度'),
    creditLimit: { label: '信用额度', say: 'yuan' },
    creditScore: text('信用评分'),
    creditAssessedOn: text('评估日期'),
    lead: text('线索'),
    ...Object.fromEntries(
      Object.entries(CONTACT_FIELD_LABELS).map(([field, label]) => [
        contactField(field),
        { label: `联系人${label}`, say: CONTACT_SAYS[field] ?? 'text' },
      ]),
    ),
    [contactField('isPrimary')]: text('主要联系人'),
    ...NEXT_CONTACT,
    done: text('完成'),
    refused: text('未完成'),
  },
  serviceTickets: {
    status: options('状态', serviceTicketMachine.states),
    ticketType: options('类型', TICKET_TYPE_LABELS),
    ticketTitle: text('标题'),
    priority: options('优先级', TICKET_PRIORITY_LABELS),
    problemDescription: text('问题描述'),
    customerId: { label: '客户', say: 'reference' },
    contactName: { label: '现场联系人', say: 'contact' },
    contactPhone: { label: '联系电话', say: 'phone' },
    province: text('省份'),
    city: text('城市'),
    address: text('地址'),
    latitude: text('纬度'),
    longitude: text('经度'),
    equipmentId: { label: '设备', say: 'reference' },
    productId: { label: '产品', say: 'reference' },
    expectedResolveDate: text('期望完成'),
    assignedTo: { label: '处理人', say: 'reference' },
    isRemote: text('远程解决'),
    problemAnalysis: text('原因分析'),
    solution: text('处理办法'),
    serviceFee: { label: '服务费', say: 'yuan' },
    partsCost: { label: '配件费', say: 'yuan' },
    paymentStatus: options('收费', PAYMENT_STATUS_LABELS),
    signerName: { label: '签字人', say: 'contact' },
    customerRating: text('评分'),
    customerFeedback: text('评价'),
  },
  followups: {
    method: options('方式', METHOD_LABELS),
    content: text('内容'),
    result: text('结果'),
    customerFeedback: text('客户反馈'),
    contactPerson: text('联系人'),
    location: text('地点'),
    ...NEXT_CONTACT,
  },
  tasks: {
    status: options('状态', taskMachine.states),
    title: text('待办'),
    description: text('说明'),
    priority: options('优先级', PRIORITY_LABELS),
    assigneeId: { label: '负责人', say: 'reference' },
    dueAt: { label: '截止时间', say: 'instant' },
    deferrals: text('延期次数'),
    resultNote: text('结果'),
  },
  reminders: {
    intervalDays: text('间隔（工作日）'),
    ownerAfter: { label: '超期几个工作日提醒跟进人', say: 'text', none: '不提醒' },
    managerAfter: { label: '超期几个工作日提醒部门主管', say: 'text', none: '不提醒' },
    companyAfter: { label: '超期几个工作日提醒公司名单', say: 'text', none: '不提醒' },
    sendTime: text('发送时间'),
    workdaysOnly: text('只在工作日发送'),
    quietWeekdays: text('免打扰的日子'),
    email: text('邮箱'),
    reminders: text('新提醒'),
    deliveries: text('发给几人'),
  },
  imports: {
    kind: options('内容', TRANSFER_ENTITIES),
    name: text('文件'),
    rows: text('行数'),
    duplicatePolicy: options('重复的', DUPLICATE_POLICIES),
    ownerPolicy: options('由谁跟进', OWNER_POLICIES),
    ...Object.fromEntries(Object.entries(ROW_STATES).map(([state, label]) => [state, text(label)])),
  },
  exports: {
    kind: options('内容', TRANSFER_ENTITIES),
    total: text('条数'),
    rows: text('条数'),
    filters: text('条件'),
  },
  workdays: { day: text('日子') },
  users: {
    name: text('姓名'),
    username: text('账号'),
    mobile: { label: '手机', say: 'phone' },
    email: text('邮箱'),
    departmentId: { label: '部门', say: 'reference' },
    department: text('部门'),
    status: options('状态', USER_STATUS_LABELS),
    roles: text('角色'),
    handoverTo: text('交接给'),
    handoverCount: text('交接线索'),
    handoverCustomers: text('交接客户'),
    handoverTickets: text('交接工单'),
    handoverTasks: text('交接待办'),
    handoverReturned: text('还回'),
    handoverKept: text('未还回'),
  },
  departments: { name: text('名称'), parent: text('上级部门'), manager: text('负责人') },
  poolRules: { rule: text('规则'), warned: text('提醒') },
  assignmentGroups: {
    name: text('名称'),
    acceptMinutes: text('接收时限（分钟）'),
    members: text('成员'),
    onDuty: text('接单'),
  },
  intakeSources: {
    name: text('名称'),
    leadSource: options('线索来源', SOURCE_LABELS),
    campaign: text('活动标签'),
    registrantId: { label: '登记人', say: 'reference' },
    assignTo: text('分配方式'),
    ownerId: { label: '跟进人', say: 'reference' },
    mapping: { label: '字段对应', say: 'text', none: '默认' },
    enabled: text('启用'),
  },
  intakeEvents: { status: options('状态', INTAKE_STATUS_LABELS) },
  roles: { name: text('名称'), description: text('说明'), ...PERMISSION_WORDS },
};

/** The records that changes refer to by id, to be named. */
export function referencesIn(entity: string, changes: Changes): string[] {
  return Object.entries(FIELDS[entity] ?? {})
    .filter(([field, { say }]) => say === 'reference' && field in changes)
    .flatMap(([field]) => changes[field] ?? [])
    .filter((value) => typeof value === 'string');
}

interface Wording {
  readonly now: Instant;
  /** Hides contact details. */
  readonly masked?: boolean;
  /** The names of the records that are referred to. */
  readonly names?: ReadonlyMap<string, string>;
}

/** What a change did, as people say it, in the order of the fields' catalogue. */
export function wordsOf(entity: string, changes: Changes, wording: Wording): WordedChange[] {
  return Object.entries(FIELDS[entity] ?? {}).flatMap(([field, words]) => {
    const change = changes[field];
    if (!change) return [];
    const [from, to] = change.map((value) => valueWords(field, words, value, wording)) as [
      string | null,
      string | null,
    ];
    // What a record starts without is no change.
    const silent = from === null && (to === null || to === '否');
    return silent ? [] : [{ label: words.label, from, to }];
  });
}

function valueWords(
  field: string,
  { say, none }: FieldWords,
  value: unknown,
  { now, masked = false, names }: Wording,
): string | null {
  if (field in PERMISSION_WORDS) return reachLabel(field as Permission, (value as Reach | null) ?? undefined);
  if (value === null || value === undefined || value === '') return none ?? null;
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (say === 'reference') return names?.get(String(value)) ?? '已删除';
  // A structure has no words.
  if (typeof value === 'object') return null;
  const plain = String(value);
  if (typeof say === 'object') return say[plain] ?? plain;
  if (say === 'instant') return formatAbsolute(plain, now);
  if (say === 'yuan') return formatYuan(Number(value));
  if (masked) return say === 'text' ? maskDigits(plain) : maskContact(plain);
  return say === 'phone' ? formatPhone(plain) : plain;
}
