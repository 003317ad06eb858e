import * as z from 'zod';

/** Postgres stores neither NUL nor a lone surrogate. No look-behind here: iOS before 16.4 cannot parse it. */
function storable(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit === 0) return false;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = value.charCodeAt(i + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    i++;
  }
  return true;
}

const text = (max: number) => z.string().max(max).refine(storable, '含有不支持的字符');

/** One line: runs of white space become one space, the ends are trimmed. `max` in UTF-16 units. */
export const textLine = (max: number) => text(max).overwrite((v) => v.replace(/\s+/g, ' ').trim());

/** Several lines, trimmed at the ends. */
const textBlock = (max: number) => text(max).overwrite((v) => v.trim());

export const requiredLine = (max: number) => textLine(max).min(1);
export const requiredBlock = (max: number) => textBlock(max).min(1);

/** A value that may be left out (stays as it is) or cleared, by `null` or by an empty input. */
export function clearable<S extends z.ZodType<string>>(schema: S) {
  return schema
    .nullable()
    .optional()
    .overwrite((v) => (v === '' ? null : v) as typeof v);
}

export const optionalLine = (max: number) => clearable(textLine(max));
export const optionalBlock = (max: number) => clearable(textBlock(max));
