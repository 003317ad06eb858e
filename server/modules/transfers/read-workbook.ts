import { readSheet } from 'read-excel-file/node';
import { MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS } from '#shared/transfers/contract.ts';
import { type Grid, SheetRefused } from './grid.ts';
import { OversizedZip, stored, UnusableZip, unzip, zip } from './zip.ts';

const LIMITS = { entries: 1_000, bytes: 96 * 1_048_576 };
/** Room for a title above the headings and for gaps between the rows. */
const MAX_ROW_NUMBER = MAX_IMPORT_ROWS + 1_000;

const WORKSHEET = /^xl\/worksheets\/[^/]+\.xml$/i;
/** What tells about cells; pictures, drawings and the like stay packed. */
const wanted = (name: string): boolean =>
  /^\[Content_Types\]\.xml$|^_rels\/\.rels$|^xl\/[^/]+\.xml$|^xl\/_rels\/[^/]+\.rels$/i.test(name) ||
  WORKSHEET.test(name);

/**
 * The first sheet of an .xlsx file as text. The file is taken apart, looked through and put together anew before a
 * library sees it: what was not checked is not in there any more.
 */
export async function readWorkbook(bytes: Buffer): Promise<Grid> {
  const { names, files } = open(bytes);
  if (names.some((name) => /vbaProject|^xl\/macrosheets\//i.test(name))) throw new SheetRefused('macros');
  const types = files.get('[Content_Types].xml')?.toString('utf8') ?? '';
  if (/macroEnabled/i.test(types)) throw new SheetRefused('macros');
  if (!files.has('xl/workbook.xml')) throw new SheetRefused('unreadable');
  const checked = new Map<string, Buffer>();
  for (const [name, content] of files) {
    requirePlainXml(content);
    checked.set(name, WORKSHEET.test(name) ? withoutEmptyCells(content) : content);
  }
  const packed = zip([...checked].map(([name, content]) => stored(name, content)));
  const rows = await readSheet(packed, 1, { trim: false, parseNumber: numberText });
  return rows.map((cells, index) => ({ row: index + 1, cells: cells.map(cellText) }));
}

function open(bytes: Buffer) {
  try {
    return unzip(bytes, wanted, LIMITS);
  } catch (error) {
    if (error instanceof OversizedZip) throw new SheetRefused('large');
    if (error instanceof UnusableZip) throw new SheetRefused('unreadable');
    throw error;
  }
}

/** No entities of its own, and no encoding under which they could hide. */
function requirePlainXml(content: Buffer): void {
  const utf16 = content.length > 1 && (content[0] === 0 || content[1] === 0 || content[0]! >= 0xfe);
  if (utf16 || content.includes('<!DOCTYPE') || content.includes('<!ENTITY'))
    throw new SheetRefused('unreadable');
}

const EMPTY_CELL = /<(\w+:)?c\b[^<>]*(?:\/>|>\s*<\/\1?c>)/g;
const EMPTY_ROW = /<(\w+:)?row\b[^<>]*(?:\/>|>\s*<\/\1?row>)/g;
const ROW = /<(?:\w+:)?row\b/g;
/** The library knows no errors: they would be as if nothing stood there. */
const ERROR_TYPE = /(<(?:\w+:)?c\b[^<>]*?\bt\s*=\s*["'])e(?=["'])/g;
const ADDRESS = /<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["']\s*([^"']*)/g;
const PLAIN_ADDRESS = /^([A-Z]{1,3})(\d{1,7})$/;

const columnNumber = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** Takes away what only has a format, so that a sheet formatted to its end is as large as what stands in it. */
function withoutEmptyCells(content: Buffer): Buffer {
  const text = content
    .toString('utf8')
    .replace(EMPTY_CELL, '')
    .replace(EMPTY_ROW, '')
    .replace(ERROR_TYPE, '$1str');
  let rows = 0;
  for (const _ of text.matchAll(ROW)) if (++rows > MAX_ROW_NUMBER) throw new SheetRefused('large');
  for (const [, address = ''] of text.matchAll(ADDRESS)) {
    const [, letters, row] = PLAIN_ADDRESS.exec(address) ?? [];
    if (!letters || !row) throw new SheetRefused('unreadable');
    if (columnNumber(letters) > MAX_IMPORT_COLUMNS || Number(row) > MAX_ROW_NUMBER)
      throw new SheetRefused('large');
  }
  return Buffer.from(text, 'utf8');
}

/** A number as it is stored, in full digits: a telephone number is never rounded. */
export function numberText(stored: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(stored.trim());
  if (!match) return stored.trim();
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  // What a calculation left behind the fifteenth digit is noise, e.g. 0.30000000000000004.
  if (shift < 0 || fraction.length > shift) return String(Number(Number(stored).toPrecision(15)));
  const digits = (whole + fraction.padEnd(shift, '0')).replace(/^0+(?=\d)/, '');
  return sign + digits;
}

const two = (value: number) => String(value).padStart(2, '0');

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (!(value instanceof Date)) return String(value);
  if (Number.isNaN(value.getTime())) return '';
  // A spreadsheet knows no time zone: the library puts its clock into UTC. It counts in fractions of a day.
  const at = new Date(Math.round(value.getTime() / 1_000) * 1_000);
  const date = at.toISOString().slice(0, 10);
  const [hours, minutes, seconds] = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
  if (hours + minutes + seconds === 0) return date;
  return `${date} ${two(hours)}:${two(minutes)}${seconds ? `:${two(seconds)}` : ''}`;
}
