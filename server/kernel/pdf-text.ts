/** Tells whether a font has a glyph of its own for a character. */
export type Coverage = (codePoint: number) => boolean;

/**
 * Reads which characters a TrueType font has, from its table `cmap` in format 12.
 * https://learn.microsoft.com/typography/opentype/spec/cmap
 */
export function coverageOf(font: Buffer): Coverage {
  const cmap = tableOf(font, 'cmap');
  const encodings = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(8 + i * 8));
  const start = encodings.find((offset) => cmap.readUInt16BE(offset) === 12);
  if (start === undefined) throw new Error('The font has no character map in format 12');
  const ranges = Array.from({ length: cmap.readUInt32BE(start + 12) }, (_, i) => {
    const range = start + 16 + i * 12;
    return { first: cmap.readUInt32BE(range), last: cmap.readUInt32BE(range + 4) };
  });
  return (codePoint) => {
    let low = 0;
    let high = ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { first, last } = ranges[middle] as (typeof ranges)[number];
      if (codePoint < first) high = middle - 1;
      else if (codePoint > last) low = middle + 1;
      else return true;
    }
    return false;
  };
}

function tableOf(font: Buffer, tag: string): Buffer {
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = 12 + i * 16;
    if (font.toString('latin1', record, record + 4) === tag)
      return font.subarray(font.readUInt32BE(record + 8));
  }
  throw new Error(`The font has no table ${tag}`);
}

const characters = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** Joins characters or chooses their shape, and is nothing itself. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const CONTROL = /(?!\n)\p{Cc}/gu;

/** The text as a font can show it: `□` stands for each character that it lacks, as a person counts characters. */
export function printable(text: string, covers: Coverage): string {
  let shown = '';
  for (const { segment } of characters.segment(text.replace(/\r\n?/g, '\n').replace(CONTROL, ' '))) {
    const visible = segment.replace(INVISIBLE, '');
    shown += [...visible].every((each) => each === '\n' || covers(each.codePointAt(0) as number))
      ? visible
      : '□';
  }
  return shown;
}

/** Where text stands in the definition of a document; everything else in it is measures, pictures and drawings. */
const HOLDS_TEXT = new Set(['content', 'text', 'stack', 'columns', 'table', 'body', 'ul', 'ol']);

/** The definition with `printable` text. */
export function withPrintableText<T>(definition: T, covers: Coverage): T {
  const inside = (node: unknown): unknown => {
    if (typeof node === 'string') return printable(node, covers);
    if (Array.isArray(node)) return node.map(inside);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, HOLDS_TEXT.has(key) ? inside(value) : value]),
    );
  };
  return inside(definition) as T;
}
