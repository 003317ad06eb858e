import type { LeadSource } from '#shared/customers/draft.ts';
import {
  CLUE_FIELDS,
  type ClueField,
  DEFAULT_LEAD_SOURCE,
  DEFAULT_MAPPINGS,
  type IntakeAssignment,
  type IntakeKind,
  type IntakeMapping,
  type IntakeSource,
  MAPPED_KINDS,
} from '#shared/intake/contract.ts';

export interface SourceForm {
  kind: IntakeKind;
  name: string;
  enabled: boolean;
  to: IntakeAssignment['to'];
  owner: { id: string; name: string } | null;
  /** Null: the oldest group. */
  groupId: string | null;
  registrant: { id: string; name: string } | null;
  campaign: string;
  leadSource: LeadSource;
  /** Whether the fields go by names of the company's own. */
  ownNames: boolean;
  names: Partial<Record<ClueField, string>>;
}

export const blankSource = (kind: IntakeKind, registrant: SourceForm['registrant']): SourceForm => ({
  kind,
  name: '',
  enabled: true,
  to: 'pool',
  owner: null,
  groupId: null,
  registrant,
  campaign: '',
  leadSource: DEFAULT_LEAD_SOURCE[kind],
  ownNames: false,
  names: DEFAULT_MAPPINGS[kind] ?? {},
});

export function toForm(source: IntakeSource): SourceForm {
  const { kind, name, enabled, assignment, assignedTo, registrant, campaign, leadSource, mapping } = source;
  return {
    kind,
    name,
    enabled,
    to: assignment.to,
    owner: assignment.to === 'owner' ? { id: assignment.ownerId, name: assignedTo ?? '' } : null,
    groupId: assignment.to === 'group' ? assignment.groupId : null,
    registrant,
    campaign: campaign ?? '',
    leadSource,
    ownNames: mapping !== null,
    names: mapping ?? DEFAULT_MAPPINGS[kind] ?? {},
  };
}

function mappingOf({ kind, ownNames, names }: SourceForm): IntakeMapping | null {
  if (!ownNames || !MAPPED_KINDS.includes(kind)) return null;
  return Object.fromEntries(
    CLUE_FIELDS.flatMap((field) => {
      const name = names[field]?.trim();
      return name ? [[field, name]] : [];
    }),
  );
}

const assignmentOf = ({ to, owner, groupId }: SourceForm) =>
  to === 'owner' ? { to, ownerId: owner?.id ?? '' } : to === 'group' ? { to, groupId } : { to };

/** What both a new source and a changed one say. */
export const toWire = (form: SourceForm) => ({
  name: form.name,
  mapping: mappingOf(form),
  assignment: assignmentOf(form) as IntakeAssignment,
  ...(form.registrant ? { registrantId: form.registrant.id } : {}),
  campaign: form.campaign,
  leadSource: form.leadSource,
  enabled: form.enabled,
});

/** Where its leads go: `轮流分配：新客组`. */
export function assignmentWords({ assignment, assignedTo }: Pick<IntakeSource, 'assignment' | 'assignedTo'>) {
  if (assignment.to === 'pool') return '进公海';
  if (assignment.to === 'owner') return `给${assignedTo ?? '指定同事'}`;
  return `轮流分配：${assignedTo ?? '第一个组'}`;
}

interface KindHelp {
  /** Where to put the address. */
  readonly where: string;
  /** What the platform calls the secret. */
  readonly secret: string;
  readonly more: string;
}

/** How each platform is set up, in the words of its console. */
export const KIND_HELP: Readonly<Record<IntakeKind, KindHelp>> = {
  douyin: {
    where: '抖音开放平台 → 应用 → 开发配置 → Webhooks，把地址填到回调地址',
    secret: '应用的 Client Secret',
    more: '留资卡片提交后，或客户在私信里写了电话、微信，就登记成线索；自己发出的消息不算',
  },
  'ocean-engine': {
    where: '巨量引擎开放平台 → 应用 → 消息订阅（SPI），把地址填到接收地址',
    secret: '应用的 Secret',
    more: '先保存密钥再去验证地址',
  },
  feiyu: {
    where: '飞鱼 → 线索推送规则 → 新建，把地址填到推送地址',
    secret: '推送规则里的 Access Token',
    more: 'Token 放在请求头 Access-Token、地址参数 access_token 或同名字段里都可以；字段名和规则里的不一样时，在下面对应',
  },
  'tencent-ads': {
    where: '腾讯广告 → 线索管理 → 消息推送，把地址填到回调地址',
    secret: '推送配置里的密钥',
    more: '表单里的其他回答会写进需求描述',
  },
  'generic-hmac': {
    where: '官网表单或自己的系统，用 POST 把 JSON 发到这个地址',
    secret: '自己定一串随机字符，两边一致',
    more: '请求头 X-Genjin-Timestamp 是时间戳，X-Genjin-Signature 是 hex(HMAC-SHA256(密钥, 时间戳 + "." + 正文))，5分钟内有效',
  },
};
