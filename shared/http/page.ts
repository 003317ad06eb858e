import * as z from 'zod';
import { textLine } from '../values/text.ts';

const PAGE_SIZE = { default: 20, max: 100 } as const;
const MAX_PAGE = 1_000_000;

export const pagination = z.object({
  page: z.number(),
  pageSize: z.number(),
  total: z.number(),
  /** There are more than `total`: what a keyword finds is counted only so far. */
  capped: z.boolean(),
  totalPages: z.number(),
  /** Pass as `cursor` to read on from the last row; null at the end. */
  nextCursor: z.string().nullable(),
});

export type Pagination = z.infer<typeof pagination>;

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ list: z.array(item), pagination });
}

export interface Page<T> {
  list: T[];
  pagination: Pagination;
}

/** Some filters of a list: with those that are set, the list shows exactly what was counted. */
export const filtersOf = <F extends object>(filters: F) =>
  z.partialRecord(z.enum(Object.keys(filters) as (keyof F & string)[]), z.union([z.string(), z.boolean()]));

/** A yes/no query parameter: `true` or `false`. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((v) => v === 'true')]);

/** A query parameter that takes one value or several, separated by commas. */
export function several<S extends z.ZodType<string>>(item: S) {
  const list = z.array(item).min(1).max(20);
  return z.preprocess((v) => (typeof v === 'string' ? v.split(',') : v), list) as unknown as z.ZodType<
    z.output<S>[],
    z.input<S>[] | string
  >;
}

/** A whole number in a query string. */
export function whole(min: number, max: number) {
  return z.coerce.number<number | string>().int().min(min).max(max);
}

/**
 * The query of a list endpoint: paging, keyword and one of the allowed sort orders, plus the filters of this list.
 * The first sort is the default. `-` in front means descending.
 */
export function listQuery<const S extends readonly [string, ...string[]], F extends z.ZodRawShape>(
  sorts: S,
  filters: F,
) {
  return z.strictObject({
    page: whole(1, MAX_PAGE).default(1),
    pageSize: whole(1, PAGE_SIZE.max).default(PAGE_SIZE.default),
    cursor: z.string().max(500).optional(),
    keyword: textLine(50).optional(),
    sort: z.enum(sorts).default(sorts[0] as S[number]),
    ...filters,
  });
}
