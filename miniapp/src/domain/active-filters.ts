/** Filters of a list in words, each of which can be taken away. Pure. */

export interface ActiveFilter<F> {
  key: string;
  label: string;
  /** The filters without this one. */
  without: F;
}

/** What a filter is called, and the keys that it stands for; without words it is not set. */
export type FilterWords<F> = readonly [words: string | null | undefined, ...keys: (keyof F & string)[]];

export function activeOf<F extends object>(filters: F, all: readonly FilterWords<F>[]): ActiveFilter<F>[] {
  return all.flatMap(([label, ...keys]) => {
    if (!label) return [];
    const without = { ...filters };
    for (const key of keys) delete without[key];
    return [{ key: keys[0] ?? label, label, without }];
  });
}

/** Without the keys that were set to nothing: they would stand in the address. */
export function mergeFilters<F extends object>(
  filters: F,
  changes: { readonly [K in keyof F]?: F[K] | undefined },
): F {
  const merged: Record<string, unknown> = { ...filters, ...changes };
  for (const [key, value] of Object.entries(merged)) {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      delete merged[key];
  }
  return merged as F;
}

/** Filters come from pages as booleans and from addresses as text. */
export const isOn = (flag: boolean | 'true' | 'false' | undefined): boolean =>
  flag === true || flag === 'true';
export const isOff = (flag: boolean | 'true' | 'false' | undefined): boolean =>
  flag === false || flag === 'false';

export const listOf = <T extends string>(value: readonly T[] | string | undefined): T[] =>
  value === undefined || value === ''
    ? []
    : typeof value === 'string'
      ? (value.split(',') as T[])
      : [...value];

const shortDate = (date: string) => `${Number(date.slice(5, 7))}/${Number(date.slice(8, 10))}`;

/** `登记 3/1–…`; null without either end. */
export const periodWords = (what: string, from: string | undefined, to: string | undefined): string | null =>
  from || to ? `${what} ${from ? shortDate(from) : '…'}–${to ? shortDate(to) : '…'}` : null;
