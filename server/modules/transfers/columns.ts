import { atWallClock, startOfDate } from '#shared/values/time.ts';

type Read = { readonly value?: unknown; readonly problem?: string };

/** A column of a file: what it is called, and how its cells are read. */
export interface Column {
  /** Of the draft; `contact.name` lies within it. */
  readonly field: string;
  readonly label: string;
  /** What other people call it. */
  readonly synonyms: readonly string[];
  readonly required: boolean;
  /** What to write into it. */
  readonly hint: string;
  /** The words that it takes, if it takes no others. */
  readonly words: readonly string[] | null;
  read(text: string): Read;
}

type Options = { readonly synonyms?: readonly string[]; readonly required?: true; readonly hint?: string };

function column(
  field: string,
  label: string,
  { synonyms = [], required, hint = '' }: Options,
  read: (text: string) => Read,
  words: readonly string[] | null = null,
): Column {
  return { field, label, synonyms, required: required ?? false, hint, words, read };
}

export const textColumn = (field: string, label: string, options: Options = {}): Column =>
  column(field, label, options, (value) => ({ value }));

/** One of some words, or of the codes behind them. */
export function wordColumn(
  field: string,
  label: string,
  labels: Readonly<Record<string, string>>,
  options: Options = {},
): Column {
  const words = Object.values(labels);
  const codes = new Map<string, string>();
  for (const [code, word] of Object.entries(labels)) {
    for (const spelling of [code, word, word.split(' ')[0] as string])
      codes.set(spelling.toLowerCase(), code);
  }
  const problem = `请填${words.join('、')}`;
  const read = (text: string): Read => {
    const value = codes.get(text.toLowerCase());
    return value === undefined ? { problem } : { value };
  };
  return column(field, label, { hint: '只填下列词之一', ...options }, read, words);
}

const SCIENTIFIC = /^\d(?:\.\d+)?[eE]\+?\d+$/;

/** A telephone number; one that a spreadsheet has rounded is refused rather than guessed. */
export const phoneColumn = (field: string, label: string, options: Options = {}): Column =>
  column(field, label, options, (text) => {
    if (SCIENTIFIC.test(text))
      return { problem: '号码变成了科学计数，后几位已经丢失，请把这一列设为文本后重新填写' };
    return { value: text.replace(/^['‘’]/, '') };
  });

export const wholeColumn = (field: string, label: string, options: Options = {}): Column =>
  column(field, label, options, (text) => {
    const digits = text.replace(/[,，\s]|间$|套$/g, '').replace(/\.0+$/, '');
    return /^\d{1,9}$/.test(digits) ? { value: Number(digits) } : { problem: '请填整数' };
  });

const YES = ['是', '已联系', '有', 'y', 'yes', 'true', '1', '√'];
const NO = ['否', '未联系', '没有', 'n', 'no', 'false', '0', '×'];

export const flagColumn = (field: string, label: string, options: Options = {}): Column =>
  column(
    field,
    label,
    { hint: '填是或否', ...options },
    (text) => {
      const word = text.toLowerCase();
      if (YES.includes(word)) return { value: true };
      return NO.includes(word) ? { value: false } : { problem: '请填是或否' };
    },
    ['是', '否'],
  );

const MOMENT =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:：时](\d{1,2})(?:[:：分]\d{1,2}(?:\.\d+)?秒?)?分?)?$/;

export const momentColumn = (field: string, label: string, options: Options = {}): Column =>
  column(field, label, options, (text) => {
    const problem = '时间看不懂，请写成 2026-03-10 或 2026-03-10 09:30';
    const [, year, month = '', day = '', hour, minute = ''] = MOMENT.exec(text) ?? [];
    if (!year) return { problem };
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    // A day that there is not, e.g. 2026-02-30, moves on to one that there is.
    const known = new Date(`${date}T00:00:00Z`);
    if (Number.isNaN(known.getTime()) || !known.toISOString().startsWith(date)) return { problem };
    if (hour === undefined) return { value: startOfDate(date) };
    if (Number(hour) > 23 || Number(minute) > 59) return { problem };
    return { value: atWallClock(date, `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`) };
  });

const plain = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*＊:：()（）_\-/]|必填|选填/g, '');

/** Per heading the field that it most likely means; each field at most once. */
export function proposeMapping(columns: readonly Column[], headings: readonly string[]): (string | null)[] {
  const byName = new Map<string, string>();
  for (const { field, label, synonyms } of columns)
    for (const name of [label, field, ...synonyms])
      if (!byName.has(plain(name))) byName.set(plain(name), field);
  const taken = new Set<string>();
  return headings.map((heading) => {
    const field = byName.get(plain(heading)) ?? null;
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}
