import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { visits } from '#shared/visits/contract.ts';
import { createMemoryCache } from '../../kernel/cache.ts';
import type { JobContext } from '../../kernel/events.ts';
import { newId } from '../../kernel/new-id.ts';
import { renderPdf } from '../../kernel/pdf.ts';
import { type Company, createCompany } from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { testSigner } from '../../testing/outside.ts';
import { picture } from '../../testing/pictures.ts';
import { newVisit, SIGNATURE } from '../../testing/visits.ts';
import { ensureReport, renewReport } from './ticket-report.commands.ts';
import { reportDocument } from './ticket-report.document.ts';
import { canonicalJson, type ReportFacts, reportCode, reportFacts } from './ticket-report.facts.ts';

let t: TestApp;
let people: Company;
let job: JobContext;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const { database, clock, jobs } = t;
  job = { database, clock, jobs, cache: createMemoryCache(), signer: testSigner };
});

const facilities = () => ({ storage: t.storage, publicUrl: 'https://crm.example.com' });

const reportsOf = (id: string) =>
  t.db
    .selectFrom('files')
    .selectAll()
    .where('entityId', '=', id)
    .where('kind', '=', 'report')
    .where('deletedAt', 'is', null)
    .execute();

const codesOf = async (id: string) => {
  const rows = await t.db
    .selectFrom('ticketReports')
    .select('code')
    .where('ticketId', '=', id)
    .orderBy('createdAt')
    .execute();
  return rows.map(({ code }) => code);
};

async function photoOf(id: string, storageKey: string): Promise<void> {
  await t.db
    .insertInto('files')
    .values({
      id: newId(),
      entity: 'serviceTickets',
      entityId: id,
      kind: 'after',
      name: 'a.jpg',
      mimeType: 'image/jpeg',
      size: 10,
      width: 64,
      height: 48,
      hash: newId(),
      storageKey,
      createdAt: t.clock.now(),
    })
    .execute();
}

const signed = {
  signature: JSON.stringify(SIGNATURE),
  signerName: '李经理',
  signedAt: '2026-03-10T02:00:00.000Z',
};
const check = async (no: string, code: string) =>
  (await t.call(visits.checkReport, { body: { no, code } })).data;

describe('the report of a ticket', () => {
  it('is made by the worker when the customer has signed, once however often it is told', async () => {
    const { id, no, token } = await newVisit(t, people, 'pending_acceptance');
    const body = { signerName: '李经理', signature: SIGNATURE };
    await t.call(visits.accept, { params: { token }, body });
    await t.work();
    await ensureReport(job, facilities(), id);
    const [report, ...more] = await reportsOf(id);
    expect(more).toEqual([]);
    expect(report).toMatchObject({
      name: `服务报告 ${no}.pdf`,
      mimeType: 'application/pdf',
      uploadedBy: null,
    });
    const content = t.storage.contents.get(report?.storageKey as string);
    expect(content?.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await codesOf(id)).toHaveLength(1);
  });

  it('made anew takes the place of the one before', async () => {
    const { id } = await newVisit(t, people, 'resolved', signed as never);
    await ensureReport(job, facilities(), id);
    const [first] = await reportsOf(id);
    await renewReport(job, facilities(), id);
    const [second, ...more] = await reportsOf(id);
    expect(more).toEqual([]);
    expect(second?.id).not.toBe(first?.id);
    expect(await codesOf(id)).toHaveLength(1);
  });

  it.each(['accepted', 'pending_acceptance', 'cancelled'] as const)(
    'is not made of one that is %s by now',
    async (status) => {
      const { id } = await newVisit(t, people, status);
      await ensureReport(job, facilities(), id);
      expect(await reportsOf(id)).toEqual([]);
    },
  );

  it('is made although photos are lost or broken', async () => {
    const { id } = await newVisit(t, people, 'resolved');
    const [whole, broken] = [newId(), newId()];
    t.storage.contents.set(whole, await picture());
    t.storage.contents.set(broken, Buffer.from('no picture'));
    for (const key of [whole, broken, newId()]) await photoOf(id, key);
    await ensureReport(job, facilities(), id);
    expect(await reportsOf(id)).toHaveLength(1);
  });

  it('is asked for anew by who sees the ticket, once the customer has agreed', async () => {
    const ask = (id: string, as = people.engineer) =>
      t.call(serviceTickets.createReport, { params: { id } }, { as });
    const early = await newVisit(t, people, 'pending_acceptance');
    expect((await ask(early.id)).failure.errorCode).toBe('TICKET_NO_REPORT');
    const { id } = await newVisit(t, people, 'resolved');
    expect((await ask(id, people.northerner)).failure.errorCode).toBe('NOT_FOUND');
    expect((await ask(id)).data).toEqual({ id });
    await t.work();
    expect(await reportsOf(id)).toHaveLength(1);
  });

  it('leaves nothing when the storage is away, and is made when it is there again', async () => {
    const { id } = await newVisit(t, people, 'resolved');
    t.storage.failure = new Error('ENOSPC');
    await expect(ensureReport(job, facilities(), id)).rejects.toThrow();
    t.storage.failure = null;
    expect([await reportsOf(id), await codesOf(id)]).toEqual([[], []]);
    await ensureReport(job, facilities(), id);
    expect(await reportsOf(id)).toHaveLength(1);
  });
});

describe('the code on a report', () => {
  it('is genuine as it was printed, in whatever case and groups, and only with its number', async () => {
    const { id, no } = await newVisit(t, people, 'resolved', signed as never);
    await ensureReport(job, facilities(), id);
    const [code = ''] = await codesOf(id);
    const genuine = { result: 'genuine', signedAt: signed.signedAt };
    expect(await check(no, code)).toEqual(genuine);
    expect(await check(no, (code.toUpperCase().match(/.{8}/g) ?? []).join(' '))).toEqual(genuine);
    const unknown = { result: 'unknown', signedAt: null };
    expect(await check('GD202603109999', code)).toEqual(unknown);
    expect(
      await check(
        no,
        code.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ).toEqual(unknown);
    expect(await check(no, '0'.repeat(64))).toEqual(unknown);
  });

  it.each([
    ['the fee', { serviceFee: 201 }],
    ['the solution', { solution: '什么都没做' }],
    ['the signature', { signature: JSON.stringify({ ...SIGNATURE, width: 601 }) }],
    ['that it was opened again', { status: 'pending' }],
  ])('says that something changed after %s', async (_, changes) => {
    const { id, no } = await newVisit(t, people, 'resolved', signed as never);
    await ensureReport(job, facilities(), id);
    const [code = ''] = await codesOf(id);
    await t.db
      .updateTable('serviceTickets')
      .set(changes as never)
      .where('id', '=', id)
      .execute();
    expect(await check(no, code)).toEqual({ result: 'changed', signedAt: null });
  });

  it('stays genuine when the ticket is paid, rated, commented and closed', async () => {
    const { id, no, token } = await newVisit(t, people, 'resolved', signed as never);
    await ensureReport(job, facilities(), id);
    const [code = ''] = await codesOf(id);
    await t.call(visits.rate, { params: { token }, body: { customerRating: 5 } });
    await t.db
      .updateTable('serviceTickets')
      .set({ status: 'closed', paymentStatus: 'paid' })
      .where('id', '=', id)
      .execute();
    expect(await check(no, code)).toMatchObject({ result: 'genuine' });
  });

  it('is the same for the same facts in whatever order, and another for any other', async () => {
    expect(canonicalJson({ b: [1, null, 'x'], a: { d: true, c: '"' } })).toBe(
      '{"a":{"c":"\\"","d":true},"b":[1,null,"x"]}',
    );
    const { id } = await newVisit(t, people, 'resolved', signed as never);
    const facts = (await reportFacts(t.db, id)) as ReportFacts;
    const turned = Object.fromEntries(Object.entries(facts).reverse()) as unknown as ReportFacts;
    expect(reportCode(turned)).toBe(reportCode(facts));
    for (const field of Object.keys(facts))
      expect(reportCode({ ...facts, [field]: '另一个' })).not.toBe(reportCode(facts));
  });
});

describe.skipIf(spawnSync('pdftotext', ['-v']).error !== undefined)('the printed page', () => {
  const read = (pdf: Buffer) =>
    spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf, maxBuffer: 1e8 }).stdout.toString();

  async function printed(more: Partial<ReportFacts> = {}): Promise<string> {
    const { id } = await newVisit(t, people, 'resolved', signed as never);
    const facts = { ...((await reportFacts(t.db, id)) as ReportFacts), ...more };
    const code = reportCode(facts);
    const checkUrl = 'https://crm.example.com/#/service/report-check/index';
    return read(await renderPdf(reportDocument({ facts, code, checkUrl, pictures: new Map() })));
  }

  it('says in Chinese what was done, by whom, for how much, and how to check it', async () => {
    const text = await printed();
    for (const words of [
      '服务报告',
      '金沙湾大酒店',
      '客房面板无响应',
      '更换通讯模块，测试正常',
      '赵磊',
      '¥640.50',
      '合计 ¥840.50',
      '由客户支付',
      '李经理',
      '第 1 页',
      '校验码',
    ])
      expect(text).toContain(words);
  });

  it('bears long texts, characters that the font lacks, and neither signature nor parts', async () => {
    const text = await printed({
      solution: `${'排查总线阻抗与终端电阻。'.repeat(160)}😀𠮷 结束`,
      title: 'x'.repeat(300),
      signature: null,
      parts: [],
    });
    expect(text).toContain('□□ 结束');
    expect(text).toContain('第 2 页');
    expect(text).toContain('尚未验收');
  });

  it('leaves no page empty, wherever the text before a block ends', async () => {
    for (let lines = 0; lines < 24; lines += 3) {
      const pages = (await printed({ solution: '测试正常\n'.repeat(lines) })).split('\f').slice(0, -1);
      for (const page of pages) expect(page.trim().split('\n').length, `${lines} lines`).toBeGreaterThan(2);
    }
  });

  it('has a place for each photo that is not there', async () => {
    const photo = { kind: '处理后', takenAt: '2026-03-10T02:00:00.000Z', hash: '' };
    const photos = Array.from({ length: 7 }, (_, i) => ({ ...photo, id: String(i) }));
    expect((await printed({ photos })).match(/照片无法读取/g)).toHaveLength(7);
  });
});
