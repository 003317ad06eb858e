import * as z from 'zod';

const FULL_WIDTH_ZERO = '０'.charCodeAt(0);
const toHalfWidth = (text: string): string =>
  text
    .replace(/[０-９]/g, (c) => String(c.charCodeAt(0) - FULL_WIDTH_ZERO))
    .replace(/＋/g, '+')
    .replace(/[－—–]/g, '-');

const MOBILE = /^1[3-9]\d{9}$/;
const LANDLINE = /^0\d{2,3}[2-9]\d{6,7}$/;
const SERVICE = /^[48]00\d{7}$/;
const INTERNATIONAL = /^\+[1-9]\d{6,14}$/;

/**
 * One spelling for each telephone number, so that equal numbers are equal text: a mainland mobile or landline as bare
 * digits, another country's as `+` and digits. Null when it is not a telephone number.
 */
export function normalizePhone(raw: string): string | null {
  const text = toHalfWidth(raw).replace(/[\s\-()（）.·]/g, '');
  const digits = text.replace(/^(?:\+|00)86(?=[1-9]\d{9,})/, '').replace(/^86(?=1[3-9]\d{9}$)/, '');
  if (MOBILE.test(digits) || LANDLINE.test(digits) || SERVICE.test(digits)) return digits;
  const landline = text.replace(/^(?:\+|00)860?/, '0');
  if (LANDLINE.test(landline)) return landline;
  const international = text.replace(/^00/, '+');
  return INTERNATIONAL.test(international) && !international.startsWith('+86') ? international : null;
}

/** A telephone number in any spelling; its output is the normal one. */
export const phone = z
  .string()
  .max(40)
  .refine((v) => v.trim() === '' || normalizePhone(v) !== null, '电话号码不正确')
  .overwrite((v) => normalizePhone(v) ?? '');

/** `138 0013 8000`, `0755-12345678`; anything else as it is. */
export function formatPhone(normal: string): string {
  if (MOBILE.test(normal)) return `${normal.slice(0, 3)} ${normal.slice(3, 7)} ${normal.slice(7)}`;
  const area = /^(010|02\d|0\d{3})(\d{7,8})$/.exec(normal);
  return area ? `${area[1]}-${area[2]}` : normal;
}

/** `138****8000`; shorter values keep less, so that always at least four characters are hidden. */
export function maskContact(value: string): string {
  if (value.length >= 11) return `${value.slice(0, 3)}****${value.slice(-4)}`;
  if (value.length >= 8) return `${value.slice(0, 2)}****${value.slice(-2)}`;
  return `${value.slice(0, 1)}***`;
}

const DIGIT_RUN = /[+＋]?[\d０-９](?:[\s\-－—–.·()（）]{0,3}[\d０-９]){6,}/g;
const DATE = /^20\d{2}[-.](?:0?[1-9]|1[0-2])[-.](?:0?[1-9]|[12]\d|3[01])(?:\s\d{1,2})?$/;

/** Hides telephone numbers and long runs of digits inside running text, however they are spaced. Dates stay. */
export function maskDigits(text: string): string {
  return text.replace(DIGIT_RUN, (run) =>
    DATE.test(run) ? run : maskContact(run.replace(/[^+＋\d０-９]/g, '')),
  );
}
