import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_IMPORT_ROWS } from '#shared/transfers/contract.ts';
import { proposeMapping } from './columns.ts';
import { leadTransfer } from './lead-transfer.ts';
import { readSheetOf } from './read-sheet.ts';
import { numberText } from './read-workbook.ts';
import { readRow } from './transfer.ts';
import { type PackedFile, stored, zip } from './zip.ts';

const NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

interface Workbook {
  readonly sheet: string;
  readonly strings?: string;
  readonly styles?: string;
  readonly date1904?: boolean;
  readonly type?: string;
  readonly more?: readonly PackedFile[];
}

/** An .xlsx file by hand, with whatever no library would write. */
function workbook({ sheet, strings, styles, date1904, type = MAIN_TYPE, more = [] }: Workbook): Buffer {
  const part = (name: string, xml: string) =>
    stored(name, Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`));
  return zip([
    part(
      '[Content_Types].xml',
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook ${NAMESPACE} xmlns:r="${RELATIONSHIPS}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONSHIPS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONSHIPS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${RELATIONSHIPS}/styles" Target="styles.xml"/></Relationships>`,
    ),
    part('xl/worksheets/sheet1.xml', sheet),
    part('xl/sharedStrings.xml', strings ?? `<sst ${NAMESPACE}/>`),
    part(
      'xl/styles.xml',
      styles ??
        `<styleSheet ${NAMESPACE}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ),
    ...more,
  ]);
}

const sheet = (rows: string, after = '') =>
  `<worksheet ${NAMESPACE}><sheetData>${rows}</sheetData>${after}</worksheet>`;
const text = (address: string, value: string) =>
  `<c r="${address}" t="inlineStr"><is><t>${value}</t></is></c>`;
const HEADINGS = `<row r="1">${text('A1', '客户名称')}${text('B1', '电话')}</row>`;

const cellsOf = async (file: Buffer) => (await readSheetOf(file)).map(({ cells }) => [...cells]);
const refused = (file: Buffer, errorCode: string) =>
  expect(readSheetOf(file)).rejects.toMatchObject({
    code: errorCode,
    message: expect.stringMatching(/\p{Script=Han}/u),
  });

describe('a workbook is refused', () => {
  it('that unpacks to far more than it weighs, whatever it declares', async () => {
    const bomb = deflateRawSync(Buffer.alloc(200 * 1_048_576, ' '), { level: 9 });
    for (const size of [200 * 1_048_576, 1_000]) {
      const packed = { name: 'xl/comments.xml', packed: bomb, method: 8, size, crc: 0 } as const;
      expect(bomb.length).toBeLessThan(1_048_576);
      await refused(workbook({ sheet: sheet(HEADINGS), more: [packed] }), 'IMPORT_FILE_TOO_LARGE');
    }
  });

  it('with a million rows, ten thousand columns, or one cell at the end of the world', async () => {
    const many = Array.from(
      { length: 1_000_000 },
      (_, i) => `<row r="${i + 2}"><c r="A${i + 2}"><v>1</v></c></row>`,
    );
    await refused(workbook({ sheet: sheet(HEADINGS + many.join('')) }), 'IMPORT_FILE_TOO_LARGE');
    await refused(
      workbook({ sheet: sheet(`${HEADINGS}<row r="2"><c r="NTP2"><v>1</v></c></row>`) }),
      'IMPORT_FILE_TOO_LARGE',
    );
    await refused(
      workbook({ sheet: sheet(`${HEADINGS}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`) }),
      'IMPORT_FILE_TOO_LARGE',
    );
    const hidden = '<row r="2"><c r="&#88;FD1048576"><v>1</v></c></row>';
    await refused(workbook({ sheet: sheet(HEADINGS + hidden) }), 'IMPORT_FILE_UNREADABLE');
  }, 30_000);

  it('with macros, however it is called', async () => {
    const type = 'application/vnd.ms-excel.sheet.macroEnabled.main+xml';
    await refused(workbook({ sheet: sheet(HEADINGS), type }), 'IMPORT_FILE_MACROS');
    const project = stored('xl/vbaProject.bin', Buffer.from('macro'));
    await refused(workbook({ sheet: sheet(HEADINGS), more: [project] }), 'IMPORT_FILE_MACROS');
  });

  it('with entities of its own', async () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>';
    await refused(workbook({ sheet: `${laughs}${sheet(HEADINGS)}` }), 'IMPORT_FILE_UNREADABLE');
    const outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>';
    await refused(
      workbook({ sheet: sheet(HEADINGS), strings: `${outside}<sst ${NAMESPACE}/>` }),
      'IMPORT_FILE_UNREADABLE',
    );
    const utf16 = stored('xl/metadata.xml', Buffer.from(`\ufeff${laughs}<x/>`, 'utf16le'));
    await refused(workbook({ sheet: sheet(HEADINGS), more: [utf16] }), 'IMPORT_FILE_UNREADABLE');
  });

  it('that is something else: a page, another zip, an old or encrypted workbook, half a file', async () => {
    await refused(
      Buffer.from('<html><body><table><tr><td>客户</td></tr></table></body></html>'),
      'IMPORT_FILE_UNREADABLE',
    );
    await refused(zip([stored('note.txt', Buffer.from('hello'))]), 'IMPORT_FILE_UNREADABLE');
    await refused(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'IMPORT_FILE_OLD');
    const whole = workbook({ sheet: sheet(HEADINGS) });
    await refused(whole.subarray(0, whole.length / 2), 'IMPORT_FILE_UNREADABLE');
    await refused(Buffer.from('PK'), 'IMPORT_FILE_UNREADABLE');
    await refused(Buffer.from([0x50, 0x4b, 3, 4, 0, 255, 1, 2, 3]), 'IMPORT_FILE_UNREADABLE');
    await refused(Buffer.from('%PDF-1.7 abc'), 'IMPORT_FILE_UNREADABLE');
  });
});

describe('a workbook is read exactly', () => {
  it('with telephone numbers as numbers, in full', async () => {
    const rows = ['13800138000', '1.3800138E10', '1.38E+10', '075512345678'].map(
      (value, i) =>
        `<row r="${i + 2}">${text(`A${i + 2}`, '酒店')}<c r="B${i + 2}"><v>${value}</v></c></row>`,
    );
    const read = await cellsOf(workbook({ sheet: sheet(HEADINGS + rows.join('')) }));
    expect(read.slice(1).map(([, phone]) => phone)).toEqual([
      '13800138000',
      '13800138000',
      '13800000000',
      '75512345678',
    ]);
    expect(['1E3', '1.5', '0.30000000000000004', '-2.5E+1', '12345678901234567890'].map(numberText)).toEqual([
      '1000',
      '1.5',
      '0.3',
      '-25',
      '12345678901234567890',
    ]);
  });

  it('with formulas as the values that were kept, and errors as text', async () => {
    const row = `<row r="2"><c r="A2" t="str"><f>WEBSERVICE("http://x")&amp;"店"</f><v>云栖店</v></c><c r="B2"><f>13800138000+1</f><v>13800138001</v></c><c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>${text('D2', '=cmd|calc')}</row>`;
    const [, cells] = await cellsOf(workbook({ sheet: sheet(HEADINGS + row) }));
    expect(cells).toEqual(['云栖店', '13800138001', '#DIV/0!', '=cmd|calc']);
  });

  it('with dates of both systems', async () => {
    const row = '<row r="2"><c r="A2" s="1"><v>46091.375</v></c></row>';
    expect((await cellsOf(workbook({ sheet: sheet(HEADINGS + row) })))[1]?.[0]).toBe('2026-03-10 09:00');
    const row1904 = '<row r="2"><c r="A2" s="1"><v>44629</v></c></row>';
    expect((await cellsOf(workbook({ sheet: sheet(HEADINGS + row1904), date1904: true })))[1]?.[0]).toBe(
      '2026-03-10',
    );
  });

  it('with merged cells, empty rows at the end, and rich text', async () => {
    const row = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"/></row>`;
    const empty = Array.from(
      { length: 200_000 },
      (_, i) => `<row r="${i + 3}"><c r="A${i + 3}" s="1"/></row>`,
    );
    const merged = '<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>';
    const strings = `<sst ${NAMESPACE}><si><r><t>金沙</t></r><r><rPr><b/></rPr><t>酒店</t></r><rPh sb="0" eb="1"><t>注音</t></rPh></si></sst>`;
    const read = await cellsOf(workbook({ sheet: sheet(HEADINGS + row + empty.join(''), merged), strings }));
    expect(read).toHaveLength(2);
    expect(read[1]?.[0]).toBe('金沙酒店');
  });
});

describe('a CSV file', () => {
  it('is read in every encoding that a spreadsheet saves', async () => {
    const line = '客户名称,电话\r\n"金沙""湾"",酒店\n二楼",13800138000\r\n';
    const expected = [
      ['客户名称', '电话'],
      ['金沙"湾",酒店\n二楼', '13800138000'],
    ];
    expect(await cellsOf(Buffer.from(line))).toEqual(expected);
    expect(await cellsOf(Buffer.from(`\ufeff${line}`))).toEqual(expected);
    expect(
      await cellsOf(Buffer.from(`\ufeff${line.replaceAll(',1', '\t1').replace('称,', '称\t')}`, 'utf16le')),
    ).toEqual(expected);
    // 客户,电话 / 金沙,13800138000 in GBK.
    const gbk = Buffer.from('bfcdbba72cb5e7bbb00abdf0c9b32c31333830303133383030300a', 'hex');
    expect(await cellsOf(gbk)).toEqual([
      ['客户', '电话'],
      ['金沙', '13800138000'],
    ]);
  });

  it('is refused when it is no text, or too long', async () => {
    await refused(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 0xff]), 'IMPORT_FILE_UNREADABLE');
    await refused(Buffer.from('a,b\n'.repeat(MAX_IMPORT_ROWS + 2_000)), 'IMPORT_FILE_TOO_LARGE');
    await refused(Buffer.from(','.repeat(10_000)), 'IMPORT_FILE_TOO_LARGE');
  });
});

describe('a cell', () => {
  const mapping = proposeMapping(leadTransfer.columns, ['客户名称*', '手机号码', '进线时间']);
  const read = (...cells: string[]) => readRow(leadTransfer, mapping, cells);

  it('with a telephone number that a spreadsheet has rounded is refused, not guessed', () => {
    expect(read('酒店', '1.38E+10').error).toMatch(/^电话：号码变成了科学计数/);
    expect(read('酒店', '+86 138-0013-8000').draft).toMatchObject({ phone: '13800138000' });
    expect(read('酒店', "'13800138000").draft).toMatchObject({ phone: '13800138000' });
  });

  it('with a formula that went wrong is refused', () => {
    expect(read('#N/A', '13800138000').error).toBe('客户名称：公式出错（#N/A），请填写内容');
  });

  it('with a day is a day in China, and a day that there is not is none', () => {
    expect(read('酒店', '13800138000', '2026年3月10日').draft).toMatchObject({
      leadTime: '2026-03-09T16:00:00.000Z',
    });
    expect(read('酒店', '13800138000', '2026-02-30').error).toMatch(/^进线时间：时间看不懂/);
    expect(read('酒店', '13800138000', '46091').error).toMatch(/^进线时间：时间看不懂/);
  });
});
