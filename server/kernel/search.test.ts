import { beforeAll, describe, expect, it, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { type Company, createCompany, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { createRandom } from '../testing/random.ts';
import { gramsOf, searchTextOf } from './search.ts';

let t: TestApp;
let people: Company;

const NAMES = [
  '维也纳酒店深圳湾店',
  '7天酒店三亚店',
  'JW万豪酒店（深圳）',
  '如家·精选',
  'Hilton Garden Inn',
  'ＦＵＬＬ ＷＩＤＴＨ 酒店',
  '100%满意民宿',
  'a_b\\c 公寓',
  "O'Neill's 旅馆",
  '渔港マリンホテル',
  '𠮷野客栈',
] as const;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  for (const [i, customerName] of NAMES.entries()) {
    await register(t, people.rep, {
      customerName,
      phone: `1390000${String(1000 + i)}`,
      wechat: `wx_${i}_hotel`,
      contactPerson: i === 0 ? '欧阳经理' : '王总',
      city: i === 1 ? '三亚' : '深圳',
    });
  }
});

async function found(keyword: string): Promise<string[]> {
  const page = await t.call(leads.list, { query: { keyword, pageSize: 100 } }, { as: people.rep });
  return page.data.list.map((lead) => lead.customerName).sort();
}

describe('a keyword finds', () => {
  test.each<[why: string, keyword: string, names: string[]]>([
    ['two Chinese characters', '维也', ['维也纳酒店深圳湾店']],
    ['two characters in the middle', '圳湾', ['维也纳酒店深圳湾店']],
    ['one character', '湾', ['维也纳酒店深圳湾店']],
    ['Chinese right after a digit', '天酒店', ['7天酒店三亚店']],
    ['Chinese right after letters', '万豪', ['JW万豪酒店（深圳）']],
    ['letters and Chinese together', 'JW万豪', ['JW万豪酒店（深圳）']],
    ['a digit and Chinese together', '7天', ['7天酒店三亚店']],
    ['letters in any case', 'hILTON', ['Hilton Garden Inn']],
    ['the beginning of a word', 'ga', ['Hilton Garden Inn']],
    ['one letter at the beginning of a word', 'g', ['Hilton Garden Inn']],
    ['the middle of a word, from three letters', 'arde', ['Hilton Garden Inn']],
    ['full-width letters by narrow ones', 'full', ['ＦＵＬＬ ＷＩＤＴＨ 酒店']],
    ['narrow letters by full-width ones', 'Ｈｉｌｔｏｎ', ['Hilton Garden Inn']],
    ['several words in any order', 'inn hilton', ['Hilton Garden Inn']],
    ['words from different fields', '三亚 7天 王总', ['7天酒店三亚店']],
    ['a percent sign as itself', '100%', ['100%满意民宿']],
    ['an underscore as itself', 'a_b', ['a_b\\c 公寓']],
    ['a backslash as itself', 'b\\c', ['a_b\\c 公寓']],
    ['a lone percent sign', '%', ['100%满意民宿']],
    ['a quotation mark', "o'neill", ["O'Neill's 旅馆"]],
    ['Japanese', 'マリン', ['渔港マリンホテル']],
    ['a character beyond the basic plane', '𠮷野', ['𠮷野客栈']],
    ['a whole telephone number', '13900001004', ['Hilton Garden Inn']],
    ['the end of a telephone number', '1004', ['Hilton Garden Inn']],
    ['a telephone number with spaces', '139 0000 1004', ['Hilton Garden Inn']],
    ['a WeChat id', 'wx_4', ['Hilton Garden Inn']],
    ['a contact person', '欧阳', ['维也纳酒店深圳湾店']],
  ])('%s: %s', async (_, keyword, names) => {
    expect(await found(keyword)).toEqual([...names].sort());
  });

  test.each<[why: string, keyword: string]>([
    ['two characters that do not stand together', '维纳'],
    ['a word that only one field has and another that none has', '三亚 杭州'],
    ['an underscore as a wildcard', 'a_c'],
    ['a percent sign as a wildcard', '维%店'],
    ['an SQL injection', "' or 1=1 --"],
    ['words across two fields run together', '亚店三亚'],
  ])('nothing by %s: %s', async (_, keyword) => {
    expect(await found(keyword)).toEqual([]);
  });

  it('a lead by its number', async () => {
    expect(await found('LEAD-2026-0003')).toEqual(['JW万豪酒店（深圳）']);
    expect(await found('0003')).toEqual(['JW万豪酒店（深圳）']);
  });

  it('everything that the shown text contains, by any piece of two characters or more', async () => {
    const random = createRandom(7);
    for (let i = 0; i < 60; i++) {
      const name = random.pick(NAMES.filter((each) => /\p{Script=Han}{2}/u.test(each)));
      const run = random.pick(name.match(/\p{Script=Han}{2,}/gu) ?? []);
      const start = random.below(run.length - 1);
      const piece = run.slice(start, start + 2 + random.below(run.length - start - 1));
      expect(await found(piece), `${piece} in ${name}`).toContain(name);
    }
  });

  it('a changed name, and not the old one', async () => {
    const lead = await register(t, people.rep, { customerName: '旧名字大酒店' });
    await t.call(
      leads.update,
      { params: { id: lead.id }, body: { version: lead.version, customerName: '新招牌公寓' } },
      { as: people.rep },
    );
    expect(await found('旧名')).toEqual([]);
    expect(await found('招牌')).toEqual(['新招牌公寓']);
  });
});

describe('grams', () => {
  it('are single characters and pairs for Chinese, threes and beginnings for the rest', () => {
    expect(gramsOf(['深圳湾'])).toEqual(['深', '圳', '湾', '深圳', '圳湾']);
    expect(gramsOf(['Hotel'])).toEqual(['^h', '^ho', 'hot', 'ote', 'tel']);
    expect(gramsOf(['7天'])).toEqual(['^7', '天']);
    expect(gramsOf([null, undefined, '', '%%'])).toEqual([]);
  });

  it('are there once', () => {
    const grams = gramsOf(['酒店酒店', '酒店']);
    expect(new Set(grams).size).toBe(grams.length);
  });

  it('keep fields apart', () => {
    expect(searchTextOf(['甲', null, '乙'])).toBe('甲\n乙');
  });
});
