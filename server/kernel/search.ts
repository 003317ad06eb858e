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

/**
 * The condition that a row matches every word of the keyword. `grams` is the indexed array; `texts` say where a word may
 * stand, each with the condition under which the caller may look there.
 */
export function matches(
  keyword: string,
  grams: Expression<string[]>,
  texts: readonly { text: Expression<string>; when?: Expression<boolean> }[],
): Expression<boolean> {
  const terms = normalizeText(keyword).split(/\s+/).filter(Boolean);
  const needed = [...new Set(terms.flatMap((term) => words(term).flatMap(keywordGrams)))];
  const conditions = terms.map((term) => {
    const pattern = `%${escapeLike(term)}%`;
    const places = texts.map(({ text, when }) =>
      when
        ? sql`(${text} like ${pattern} escape '\\' and ${when})`
        : sql`${text} like ${pattern} escape '\\'`,
    );
    return sql`(${sql.join(places, sql` or `)})`;
  });
  const indexed = needed.length > 0 ? [sql`${grams} @> ${needed}::text[]`] : [];
  return sql<boolean>`(${sql.join([sql`true`, ...indexed, ...conditions], sql` and `)})`;
}
