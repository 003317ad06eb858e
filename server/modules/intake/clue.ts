import {
  CLUE_FIELD_LABELS,
  CLUE_FIELDS,
  type ClueField,
  type IntakeMapping,
  type ParsedFields,
} from '#shared/intake/contract.ts';
import { hasContact, type LeadDraft, leadDraft } from '#shared/leads/contract.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import { toInstant } from '#shared/values/time.ts';

/** What a message says about somebody who asked, by field of the lead, as it was written. */
export type Clue = Readonly<Partial<Record<ClueField, string>>>;

const MAX_DESCRIPTION = 2_000;
const MAX_HANDLE = 100;
const MAX_ADDRESS_LIKE = 200;

/** A value of a message as text that can be stored; nothing for what has no words. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value).replaceAll('\0', '').toWellFormed().trim();
  return text === '' || text === 'null' ? undefined : text;
}

export function clueOf(values: Readonly<Partial<Record<ClueField, unknown>>>): Clue {
  return Object.fromEntries(
    CLUE_FIELDS.flatMap((field) => {
      const text = textOf(values[field]);
      return text === undefined ? [] : [[field, text]];
    }),
  );
}

/** Something nested, by a path with dots; keys that contain dots themselves are found first. */
function valueAt(message: object, path: string): unknown {
  const own = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string, unknown>)[key]
      : undefined;
  return own(message, path) ?? path.split('.').reduce(own, message as unknown);
}

/** Reads a message whose names were set up. */
export const mapped = (message: object, mapping: IntakeMapping): Clue =>
  clueOf(
    Object.fromEntries(Object.entries(mapping).map(([field, path]) => [field, valueAt(message, path ?? '')])),
  );

export const parsedOf = (clue: Clue): ParsedFields =>
  CLUE_FIELDS.flatMap((field) => {
    const value = clue[field];
    return value === undefined ? [] : [{ field, label: CLUE_FIELD_LABELS[field], value }];
  });

/** A point in time as platforms write it: seconds or milliseconds since 1970, or wall-clock time in China. */
function instantOf(text: string): string | undefined {
  const number = /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : null;
  if (number !== null) return toInstant(number);
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/.exec(text.replaceAll('/', '-'));
  const ms = Date.parse(local ? `${local[1]}T${local[2]}+08:00` : text);
  return Number.isNaN(ms) ? undefined : toInstant(ms);
}

/** Why a message made no lead. */
export type Unfit = { readonly draft: null; readonly why: string };
export type Drafted = { readonly draft: LeadDraft; readonly why: null } | Unfit;

/** What comes from the source rather than from the message. */
export interface Origin {
  readonly leadSource: NonNullable<LeadDraft['source']>;
  readonly campaign: string | null;
}

/**
 * The lead that a message makes. Whatever its own field does not take is kept in the description; a contact that cannot be
 * called is still a contact. Only a message without any contact makes none.
 */
export function draftOf(clue: Clue, { leadSource, campaign }: Origin): Drafted {
  const fields: Record<string, unknown> = {};
  const kept: string[] = [];
  const { description, customerName, ...rest } = clue;
  for (const [name, text] of Object.entries(rest) as [ClueField, string][]) {
    const value =
      name === 'leadTime' ? instantOf(text) : name === 'hotelRooms' ? Number.parseInt(text, 10) : text;
    const judged = leadDraft.shape[name].safeParse(value);
    if (judged.success && value !== undefined) fields[name] = judged.data;
    else kept.push(`${CLUE_FIELD_LABELS[name]}：${text}`);
  }
  const unusable = clue.phone !== undefined && fields.phone === undefined ? clue.phone : clue.wechat;
  if (!hasContact(fields) && unusable !== undefined)
    fields.otherHandle = unusable.slice(0, MAX_HANDLE).trim();
  if (!hasContact(fields)) return { draft: null, why: '没有电话、微信或其他联系方式' };
  const name = [customerName, clue.company, clue.contactPerson].find((each) => each !== undefined);
  if (name !== undefined && name.length > MAX_HANDLE)
    kept.push(`客户名称：${name.slice(0, MAX_ADDRESS_LIKE)}`);
  const words = [description, ...kept].filter((each) => each !== undefined).join('\n');
  const draft = {
    ...fields,
    customerName: name?.slice(0, MAX_HANDLE) ?? namelessOf(clue),
    source: leadSource,
    sourceAccount: (fields.sourceAccount as string | undefined) ?? campaign,
    ...(words === '' ? {} : { description: words.slice(0, MAX_DESCRIPTION).toWellFormed() }),
  };
  const judged = leadDraft.safeParse(draft);
  if (!judged.success) return { draft: null, why: '字段不符合线索的要求' };
  return { draft: judged.data, why: null };
}

/** What somebody is called who left no name: the end of the number tells them apart. */
function namelessOf({ phone, wechat }: Clue): string {
  const normal = phone === undefined ? null : normalizePhone(phone);
  return `未留名客户${(normal ?? wechat)?.slice(-4) ?? ''}`;
}
