import { type Expression, sql } from 'kysely';

/**
 * Keyword search in any language of a CRM, for one GIN index. Text is cut into grams: for Chinese every character and
 * every pair; for letters and digits every run of three, plus the first one and two characters of a word (written
 * `^a`, `^ab`), so that short Latin keywords match where words begin. pg_trgm cannot serve two Chinese characters.
 */
const CJK_SCRIPTS = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}]';
const CJK = new RegExp(`^${CJK_SCRIPTS}`, 'u');
// A word ends where the script changes: `7天酒店` is a digit and a Chinese word.
const WORD = new RegExp(`${CJK_SCRIPTS}+|[[\\p{L}\\p{N}]--${CJK_SCRIPTS}]+`, 'gv');

/** Full-width forms and case folded away; matching happens on this. */
export const normalizeText = (text: string): string => text.normalize('NFKC').toLowerCase();

const windows = (characters: readonly string[], size: number): string[] =>
  characters.slice(size - 1).map((_, i) => characters.slice(i, i + size).join(''));

function textGrams(word: string): string[] {
  const characters = [...word];
  if (CJK.test(word)) return [...characters, ...windows(characters, 2)];
  return [
    `^${characters[0]}`,
    ...(characters.length > 1 ? [`^${characters[0]}${characters[1]}`] : []),
    ...windows(characters, 3),
  ];
}

function keywordGrams(word: string): string[] {
  const characters = [...word];
  if (CJK.test(word)) return characters.length === 1 ? characters : windows(characters, 2);
  return characters.length < 3 ? [`^${word}`] : windows(characters, 3);
}

const words = (text: string): string[] => normalizeText(text).match(WORD) ?? [];

/** The grams to store with a row. */
export const gramsOf = (texts: readonly (string | null | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => (text ? words(text).flatMap(textGrams) : []))),
];

/** The text to store with a row and match against. */
export const searchTextOf = (texts: readonly (string | null | undefined)[]): string =>
  texts
    .filter((text) => text)
    .map((text) => normalizeText(text as string))
    .join('\n');

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A keyword, ready to be looked for: all of its grams and all of its words. */
export interface Search {
  /** Absent when the keyword has nothing the index knows. */
  readonly grams: readonly string[] | undefined;
  readonly patterns: readonly string[];
}

export function searchFor(keyword: string): Search {
  const terms = normalizeText(keyword).split(/\s+/).filter(Boolean);
  const grams = [...new Set(terms.flatMap((term) => words(term).flatMap(keywordGrams)))];
  return {
    grams: grams.length > 0 ? grams : undefined,
    patterns: terms.map((term) => `%${escapeLike(term)}%`),
  };
}

/**
 * The condition that every word of a search stands in a row. `grams` is the indexed array; `text` everybody may look
 * into, `guarded` only under a condition. The plain column comes first and alone: the planner can estimate it, and most
 * rows need no more.
 */
export function matches(
  search: Search,
  grams: string,
  text: string,
  guarded?: { text: string; when: Expression<boolean> },
): Expression<boolean> {
  const patterns = sql`${search.patterns}::text[]`;
  const indexed = search.grams ? sql`${sql.ref(grams)} @> ${search.grams}::text[] and` : sql``;
  if (!guarded) return sql<boolean>`(${indexed} ${sql.ref(text)} like all(${patterns}))`;
  const both = sql`(${sql.ref(text)} || chr(10) || ${sql.ref(guarded.text)})`;
  return sql<boolean>`(${indexed} (${sql.ref(text)} like all(${patterns})
    or (${guarded.when} and ${both} like all(${patterns}))))`;
}

/** The condition that a column holds a text, case aside: for lists that an index has already made short. */
export const contains = (column: string, text: string): Expression<boolean> =>
  sql<boolean>`position(lower(${text}) in lower(${sql.ref(column)})) > 0`;

/** WeChat names are the same in any case. */
export const wechatKeyOf = (wechat: string): string => normalizeText(wechat).trim();

/** Names that differ only in spaces, punctuation or the legal form are the same. */
export const nameKeyOf = (name: string): string =>
  normalizeText(name)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/(股份|责任)?有限(责任)?公司$/u, '');
