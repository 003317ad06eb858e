import { deflated, type PackedFile, stored, zip } from './zip.ts';

export type Value = string | number | null;
export type Line = readonly Value[];

export interface SheetToWrite {
  readonly name: string;
  readonly headings: readonly string[];
  /** In portions, so that a long list is never there as a whole. */
  readonly lines: AsyncIterable<readonly Line[]> | Iterable<readonly Line[]>;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Of a cell: what a spreadsheet accepts. */
const MAX_TEXT = 32_767;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no way to write these.
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/** `_x003D_` would be read as the character of that number, `=`: its first sign has to be written like that itself. */
const CODED = /_(?=x[\da-f]{4}_)/gi;
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '')
    .replace(CODED, '_x005F_')
    .replace(/[&<>"]/g, (character) => ESCAPES[character] as string)
    .replaceAll('\r', '&#13;');

/** What a spreadsheet would take for a formula when somebody edits or copies it. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const STYLE = { heading: 1, text: 2, quoted: 3 } as const;

function cell(value: Value, address: string, style: number): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c r="${address}"><v>${value}</v></c>`;
  const quoted = FORMULA.test(value) ? STYLE.quoted : style;
  const text = escapeXml(value.slice(0, MAX_TEXT));
  return `<c r="${address}" t="inlineStr" s="${quoted}"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** `A`, `B`, … `Z`, `AA`. */
const lettersOf = (column: number): string =>
  (column >= 26 ? lettersOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

const line = (values: Line, row: number, style: number): string =>
  `<row r="${row}">${values.map((value, i) => cell(value, `${lettersOf(i)}${row}`, style)).join('')}</row>`;

async function* sheetXml({ headings, lines }: SheetToWrite): AsyncIterable<string> {
  yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${Math.max(headings.length, 1)}" width="18" customWidth="1"/></cols><sheetData>`;
  yield line(headings, 1, STYLE.heading);
  let row = 1;
  for await (const portion of lines) yield portion.map((each) => line(each, ++row, STYLE.text)).join('');
  yield '</sheetData></worksheet>';
}

// Text cells keep the format "text", so that a telephone number that is typed over stays one; what looks like a formula
// is marked as quoted.
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1" quotePrefix="1"/></cellXfs></styleSheet>`;

/** An .xlsx file of these sheets. Every text is a text cell: nothing in it is ever evaluated. */
export async function writeWorkbook(sheets: readonly SheetToWrite[]): Promise<Buffer> {
  const numbers = sheets.map((_, i) => i + 1);
  const part = (name: string, xml: string): PackedFile => stored(name, Buffer.from(HEAD + xml, 'utf8'));
  const files = [
    part(
      '[Content_Types].xml',
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${CONTENT}.worksheet+xml"/>`).join('')}</Types>`,
    ),
    part(
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>${sheets.map(({ name }, i) => `<sheet name="${escapeXml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${sheets.length + 1}" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    ),
    stored('xl/styles.xml', Buffer.from(STYLES, 'utf8')),
  ];
  for (const [i, sheet] of sheets.entries())
    files.push(await deflated(`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet)));
  return zip(files);
}
