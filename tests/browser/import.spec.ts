import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { readSheetOf } from '../../server/modules/transfers/read-sheet.ts';
import { type Line, writeWorkbook } from '../../server/modules/transfers/write-workbook.ts';
import { asking, type Phone, signedIn } from './phone.ts';

/** A table as somebody keeps it for themselves: no heading is one of ours, one column is nobody's business. */
async function tableOf(lines: readonly Line[]): Promise<Buffer> {
  const headings = ['酒店', '电话', '意向', '座右铭'];
  return Buffer.from(await writeWorkbook([{ name: '名单', headings, lines: [lines] }]));
}

async function pick({ page, tap }: Phone, button: string, name: string, buffer: Buffer): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), tap(button)]);
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer });
}

async function download({ page, tap }: Phone, name: string): Promise<{ name: string; rows: string[][] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), tap(name)]);
  const rows = await readSheetOf(await readFile(await file.path()));
  return { name: file.suggestedFilename(), rows: rows.map(({ cells }) => [...cells]) };
}

it('imports what is good of a table, hands back what is bad, and takes it all back', async () => {
  const stamp = String(Date.now()).slice(-8);
  const fresh = `导入测试酒店${stamp}`;
  const admin = await asking('admin');
  const known = await admin.call(leads.create, {
    body: { customerName: `已有酒店${stamp}`, phone: `138${stamp}`, source: 'other', intention: 'low' },
  });
  const phone = await signedIn('admin');
  await phone.open('pages/me/index');
  await phone.tap('导入与导出');
  await phone.tap('导入表格');
  await phone.sees('用表格导入线索');

  await pick(phone, '选择文件', '坏的.xlsx', Buffer.from('这不是表格'));
  await phone.sees(/文件打不开|没有数据/);

  const table = await tableOf([
    [fresh, `139${stamp}`, '高', '宾至如归'],
    [`错误酒店${stamp}`, '12', '高', ''],
    [known.customerName, `138${stamp}`, '高', ''],
  ]);
  await pick(phone, '换一个文件', '名单.xlsx', table);
  await phone.sees('每一列是什么');
  await phone.front.getByLabel('座右铭，不导入').waitFor();
  if ((await phone.front.getByLabel('酒店，不导入').count()) > 0) {
    await phone.tap('检查数据');
    await phone.sees('还要指定哪一列是');
    await phone.tap('酒店，不导入');
    await phone.choose(/^客户名称/);
  }
  await phone.tap('检查数据');

  await phone.front.getByLabel('重复 1，查看').waitFor();
  await phone.front.getByLabel('有问题 1，查看').waitFor();
  await phone.sees('第 3 行');
  const bad = await download(phone, '下载有问题的行');
  expect(bad.name).toBe('名单-有误的行.xlsx');
  expect(bad.rows).toHaveLength(2);
  expect(bad.rows[1]?.[0]).toBe(`错误酒店${stamp}`);

  await phone.tap('下一步');
  await phone.sees('重复的怎么办');
  await phone.tap('开始导入 1 条');
  await phone.sees('导入完成');
  const found = () => admin.call(leads.list, { query: { keyword: fresh } });
  expect((await found()).list.map(({ customerName }) => customerName)).toEqual([fresh]);

  await phone.tap('撤销这次导入');
  await phone.answer('撤销导入');
  await phone.sees('已经撤销');
  expect((await found()).list).toEqual([]);
  expect(phone.complaints.filter((words) => !words.includes('status of 400'))).toEqual([]);
});

it('shows exactly what it imported, as a filter that can be taken away', async () => {
  const stamp = String(Date.now()).slice(-8);
  const names = [`名单甲酒店${stamp}`, `名单乙酒店${stamp}`];
  const phone = await signedIn('admin');
  await phone.open('transfer/new-import/index');
  const heading = ['客户名称', '微信', '意向', '备注'];
  const lines = names.map((name, i) => [name, `wx${i}_${stamp}`, '中', '']);
  const table = Buffer.from(await writeWorkbook([{ name: '名单', headings: heading, lines: [lines] }]));
  await pick(phone, '选择文件', '名单.xlsx', table);
  await phone.tap('检查数据');
  await phone.tap('下一步');
  await phone.tap('开始导入 2 条');
  await phone.tap('查看导入的线索');
  for (const name of names) await phone.sees(name);
  await phone.sees('2 条');
  await phone.tap('清除这次导入的');
  await phone.front.getByText('2 条', { exact: true }).waitFor({ state: 'hidden' });
  expect(phone.complaints).toEqual([]);
});

it('takes along exactly what the list shows', async () => {
  const phone = await signedIn('manager');
  await phone.open('pages/leads/index');
  await phone.tap('意向');
  await phone.choose('高意向');
  await phone.sees(/^\d+ 条/);
  await phone.tap('导出');
  await phone.page.waitForURL(/transfer\/new-export/);
  await phone.sees(/高意向/);
  const question = () => phone.front.locator('.question__title').textContent();
  await expect.poll(question).toMatch(/导出 [\d,]+ 条/);
  const total = Number((await question())?.replace(/\D/g, ''));
  expect(total).toBeGreaterThan(0);
  await phone.tap('开始导出');
  await phone.page.waitForURL(/transfer\/records/);
  await phone.sees('前可下载');
  const { name, rows } = await download(phone, '下载');
  expect(name).toMatch(/\.xlsx$/);
  expect(rows).toHaveLength(total + 1);
  expect(phone.complaints).toEqual([]);

  const elsewhere = await signedIn('manager');
  await elsewhere.open('transfer/records/index?tab=exports');
  await elsewhere.sees(name);
  await elsewhere.sees('前可下载');
});
