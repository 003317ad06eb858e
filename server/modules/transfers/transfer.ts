import type * as z from 'zod';
import type { Permission } from '#shared/access/permissions.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import type { OwnerPolicy, TransferEntity } from '#shared/transfers/contract.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context, Work } from '../../kernel/context.ts';
import type { Column } from './columns.ts';
import type { Line } from './write-workbook.ts';

/** A record that a row may be about. */
export interface Existing {
  readonly id: string;
  readonly no: string;
  readonly ownerName: string | null;
}

/** Field → what it was given. */
export type Filled = Readonly<Record<string, unknown>>;

/** What a kind of record brings so that files of it come in and go out. */
export interface Transfer<Draft extends object = object> {
  readonly entity: TransferEntity;
  readonly columns: readonly Column[];
  /** Of its owner: names or usernames of colleagues. */
  readonly ownerColumn: Column;
  readonly draft: z.ZodType<Draft>;
  /** What a row has that says nothing about it. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What it may be known by, equal for equal ones, e.g. `phone:13800138000`. */
  keysOf(draft: Draft): string[];
  /** What is there already, by these keys. */
  existing(context: Context, keys: readonly string[]): Promise<ReadonlyMap<string, Existing>>;
  readonly permissions: { readonly import: Permission; readonly export: Permission };
  ownerPolicies(actor: Actor): OwnerPolicy[];
  /**
   * Of these colleagues, why the records of this transaction cannot go to them; the accounts stay as they are until it
   * ends. `room`: how many each may still get.
   */
  owners(
    work: Work,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly refusal: string | null; readonly room: number }>>;
  /** Answers the ids, in the order of the rows. */
  create(
    work: Work,
    rows: readonly { readonly draft: Draft; readonly ownerId: string | null }[],
  ): Promise<string[]>;
  /** Fills the empty fields of a record that the importer may edit; null: there were none. Throws why it may not be. */
  fill(work: Work, id: string, draft: Draft): Promise<{ filled: Filled; version: number } | null>;
  /** Takes back what was filled and has not changed since; answers the fields that have. */
  unfill(work: Work, id: string, filled: Filled): Promise<string[]>;
  /** Deletes those that nobody has touched since; answers their ids. */
  removeUntouched(
    work: Work,
    records: readonly { readonly id: string; readonly version: number }[],
  ): Promise<ReadonlySet<string>>;
  readonly list: {
    readonly headings: readonly string[];
    count(context: Context, filters: object): Promise<number>;
    /** A portion in a stable order, and where the next one starts. */
    page(
      context: Context,
      filters: object,
      cursor: string | undefined,
    ): Promise<{ lines: Line[]; next: string | null }>;
  };
}

/** A row as its kind of record wants it, or what is wrong with it. */
export type Reading<Draft> =
  | { readonly draft: Draft; readonly owner: string | null; readonly error: null }
  | { readonly draft: null; readonly owner: null; readonly error: string };

/** Any of them, where the shape of the records does not matter. */
// biome-ignore lint/suspicious/noExplicitAny: a draft goes in as it came out of the same declaration.
export type AnyTransfer = Transfer<any>;

export const labelOf = ({ columns }: AnyTransfer, field: string): string =>
  columns.find((column) => column.field === field)?.label ?? '';

/** Everything that a column of a file can be read into. */
export const fieldsOf = ({ columns, ownerColumn }: AnyTransfer): readonly Column[] => [
  ...columns,
  ownerColumn,
];

/** What a formula leaves that went wrong. */
const FORMULA_ERROR = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$/;

/** Reads the cells of a row through the mapping of its columns. */
export function readRow<Draft extends object>(
  transfer: Transfer<Draft>,
  mapping: readonly (string | null)[],
  cells: readonly string[],
): Reading<Draft> {
  const fields: Record<string, unknown> = { ...transfer.defaults };
  const problems: string[] = [];
  let owner: string | null = null;
  for (const [i, field] of mapping.entries()) {
    const text = (cells[i] ?? '').trim();
    if (field === null || text === '') continue;
    if (field === transfer.ownerColumn.field) {
      owner = text;
      continue;
    }
    const column = transfer.columns.find((each) => each.field === field);
    if (!column) continue;
    const { value, problem } = FORMULA_ERROR.test(text)
      ? { value: null, problem: `公式出错（${text}），请填写内容` }
      : column.read(text);
    if (problem) problems.push(`${column.label}：${problem}`);
    else put(fields, field.split('.'), value);
  }
  const result = transfer.draft.safeParse(fields);
  if (!result.success) {
    for (const { field, message } of fieldErrorsOf(result.error.issues)) {
      const label = labelOf(transfer, field);
      // What could not be read is missing because of that.
      if (!problems.some((problem) => problem.startsWith(`${label}：`)))
        problems.push(label && !message.startsWith(label) ? `${label}：${message}` : message);
    }
  }
  if (problems.length > 0 || !result.success) return { draft: null, owner: null, error: problems.join('；') };
  return { draft: result.data, owner, error: null };
}

function put(into: Record<string, unknown>, [first = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  into[first] ??= {};
  put(into[first] as Record<string, unknown>, rest, value);
}
