type Values = Readonly<Record<string, unknown>>;

/** What a draft says about those of the fields that are empty in a record. */
export const emptyFilledBy = (record: Values, draft: Values, fields: readonly string[]): Values =>
  Object.fromEntries(
    fields.flatMap((field) =>
      record[field] === null && draft[field] != null ? [[field, draft[field]]] : [],
    ),
  );

/** Those of the fields that were filled and are still that, to be emptied again, and those that changed since. */
export function filledStill(
  record: Values,
  filled: Values,
  fields: readonly string[],
): { readonly emptied: Readonly<Record<string, null>>; readonly changed: string[] } {
  const known = fields.filter((field) => field in filled);
  const same = known.filter((field) => record[field] === filled[field]);
  return {
    emptied: Object.fromEntries(same.map((field) => [field, null])),
    changed: known.filter((field) => !same.includes(field)),
  };
}
