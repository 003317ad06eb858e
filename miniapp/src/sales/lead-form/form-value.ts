import {
  CUSTOMER_TYPE_LABELS,
  type CustomerType,
  type LeadSource,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import {
  INTENTION_LABELS,
  type Intention,
  LEAD_FIELD_LABELS,
  type LeadDetail,
  type LeadDraft,
  type LeadField,
} from '#shared/leads/contract.ts';
import { formatPhone, normalizePhone } from '#shared/values/phone.ts';
import { atWallClock, formatAbsolute, type Instant, wallClock } from '#shared/values/time.ts';
import { type EditForm, mergeEdits } from '../../domain/text-form';

/** The form as it is typed: text, except for what is chosen. */
export interface LeadFormValue {
  readonly customerName: string;
  readonly phone: string;
  readonly wechat: string;
  readonly source: LeadSource;
  readonly intention: Intention;
  readonly description: string;
  readonly contactPerson: string;
  readonly company: string;
  readonly customerType: CustomerType | null;
  readonly province: string;
  readonly city: string;
  readonly address: string;
  readonly hotelRooms: string;
  readonly sourceAccount: string;
  readonly otherHandle: string;
  readonly email: string;
  /** `YYYY-MM-DD HH:mm` in the business calendar. */
  readonly leadTime: string | null;
  readonly isContacted: boolean;
}
export type LeadFieldName = keyof LeadFormValue;

/** In the order of the form. */
export const FIELD_NAMES = (Object.keys(LEAD_FIELD_LABELS) as LeadField[]).filter(
  (name): name is LeadFieldName => name !== 'externalClueId' && name !== 'score',
);

/** What is behind 更多. */
export const MORE_FIELDS: readonly LeadFieldName[] = FIELD_NAMES.slice(FIELD_NAMES.indexOf('contactPerson'));

export const isMore = (name: string): boolean => (MORE_FIELDS as readonly string[]).includes(name);

export const blankLead = (source: LeadSource): LeadFormValue => ({
  customerName: '',
  phone: '',
  wechat: '',
  source,
  intention: 'medium',
  description: '',
  contactPerson: '',
  company: '',
  customerType: null,
  province: '',
  city: '',
  address: '',
  hotelRooms: '',
  sourceAccount: '',
  otherHandle: '',
  email: '',
  leadTime: null,
  isContacted: false,
});

/** The fields whose messages a change answers: one way of contact makes up for the others. */
export const answeredBy = (changes: Partial<LeadFormValue>): string[] => [
  ...Object.keys(changes),
  ...('wechat' in changes || 'otherHandle' in changes ? ['phone'] : []),
];

function clockText(at: Instant): string {
  const { date, time } = wallClock(at);
  return `${date} ${time}`;
}
const instantOf = (text: string): Instant => atWallClock(text.slice(0, 10), text.slice(11, 16));

/** A lead, or a draft that was sent, as the form shows it. */
export function toForm(lead: Partial<LeadDetail> | LeadDraft): LeadFormValue {
  const text = (value: string | number | null | undefined) =>
    value === null || value === undefined ? '' : String(value);
  return {
    customerName: text(lead.customerName),
    phone: lead.phone ? formatPhone(lead.phone) : '',
    wechat: text(lead.wechat),
    source: lead.source ?? 'other',
    intention: lead.intention ?? 'medium',
    description: text(lead.description),
    contactPerson: text(lead.contactPerson),
    company: text(lead.company),
    customerType: lead.customerType ?? null,
    province: text(lead.province),
    city: text(lead.city),
    address: text(lead.address),
    hotelRooms: text(lead.hotelRooms),
    sourceAccount: text(lead.sourceAccount),
    otherHandle: text(lead.otherHandle),
    email: text(lead.email),
    leadTime: lead.leadTime ? clockText(lead.leadTime) : null,
    isContacted: lead.isContacted ?? false,
  };
}

type Sent = Record<string, string | number | boolean | null | undefined>;

/** One field as the contract takes it; an empty one clears. */
function wireOf(value: LeadFormValue, name: LeadFieldName): Sent[string] {
  switch (name) {
    case 'hotelRooms': {
      const typed = value.hotelRooms.trim();
      // What is not a number goes as text, and the contract's schema says so under the field.
      return typed === '' ? null : /^\d+$/.test(typed) ? Number(typed) : typed;
    }
    case 'leadTime':
      return value.leadTime === null ? undefined : instantOf(value.leadTime);
    case 'customerName':
      return value.customerName;
    default: {
      const typed = value[name];
      return typeof typed === 'string' && typed.trim() === '' ? null : typed;
    }
  }
}

/** A new lead: only what was filled in. */
export function toDraft(value: LeadFormValue): Sent {
  const filled = FIELD_NAMES.map((name) => [name, wireOf(value, name)] as const);
  return Object.fromEntries(filled.filter(([, sent]) => sent !== null && sent !== undefined));
}

const same = (name: LeadFieldName, a: LeadFormValue, b: LeadFormValue): boolean => {
  if (name === 'phone')
    return (normalizePhone(a.phone) ?? a.phone.trim()) === (normalizePhone(b.phone) ?? b.phone.trim());
  const [left, right] = [a[name], b[name]];
  return typeof left === 'string' && typeof right === 'string'
    ? left.trim() === right.trim()
    : left === right;
};

const changedFields = (base: LeadFormValue, value: LeadFormValue): LeadFieldName[] =>
  FIELD_NAMES.filter((name) => !same(name, base, value));

/** An edit: only what was changed, so that others' changes to other fields stay. */
const toChanges = (base: LeadFormValue, value: LeadFormValue): Sent =>
  Object.fromEntries(changedFields(base, value).map((name) => [name, wireOf(value, name)]));

/** A field as people read it, for choosing between two. */
export function readable(value: LeadFormValue, name: LeadFieldName, now: Instant): string {
  switch (name) {
    case 'source':
      return SOURCE_LABELS[value.source];
    case 'intention':
      return INTENTION_LABELS[value.intention];
    case 'customerType':
      return value.customerType ? CUSTOMER_TYPE_LABELS[value.customerType] : '（空）';
    case 'leadTime':
      return value.leadTime ? formatAbsolute(instantOf(value.leadTime), now) : '（空）';
    case 'isContacted':
      return value.isContacted ? '是' : '否';
    default:
      return value[name].trim() || '（空）';
  }
}

export const leadForm: EditForm<LeadFormValue> = {
  names: FIELD_NAMES,
  labels: LEAD_FIELD_LABELS,
  changes: toChanges,
  merge: (base, mine, theirs) => mergeEdits(changedFields, base, mine, theirs),
  read: readable,
};
