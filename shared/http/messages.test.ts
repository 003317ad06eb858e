import { beforeAll, describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { id } from '../values/id.ts';
import { yuan } from '../values/money.ts';
import { requiredLine } from '../values/text.ts';
import { calendarDate, instant } from '../values/time.ts';
import { fieldErrorsOf, speakChinese } from './messages.ts';
import { flag, listQuery, several } from './page.ts';

beforeAll(speakChinese);

function messages(schema: z.ZodType, value: unknown) {
  const result = schema.safeParse(value);
  return result.success ? [] : fieldErrorsOf(result.error.issues);
}
const message = (schema: z.ZodType, value: unknown) => messages(schema, value)[0]?.message;

describe('a validation message', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['必填', z.string(), undefined],
    ['必填', z.string(), null],
    ['必填', requiredLine(10), '  '],
    ['必填', z.object({}), undefined],
    ['格式不正确', z.string(), 5],
    ['格式不正确', z.number(), Number.NaN],
    ['格式不正确', z.number().int(), 1.5],
    ['至少8个字', z.string().min(8), 'abc'],
    ['最多10个字', requiredLine(10), 'x'.repeat(11)],
    ['最多2项', z.array(z.string()).max(2), ['a', 'b', 'c']],
    ['不能小于0', yuan, -1],
    ['不能大于100', z.number().max(100), 101],
    ['小数位数过多', yuan, 1.234],
    ['请选择有效的选项', z.enum(['a', 'b']), 'c'],
    ['请选择有效的选项', z.literal('a'), 'b'],
    ['邮箱格式不正确', z.email(), 'nobody'],
    ['格式不正确', z.url(), 'nowhere'],
    ['编号格式不正确', id, 'nothing'],
    ['日期格式应为 YYYY-MM-DD', calendarDate, '3月5日'],
    ['日期超出范围', calendarDate, '1969-01-01'],
    ['时间格式不正确', instant, 'tomorrow'],
    ['时间超出范围', instant, '9999-01-01T00:00:00Z'],
    ['含有不支持的字符', requiredLine(10), 'a\u0000'],
    ['自己的话', z.string().refine(() => false, '自己的话'), 'a'],
    ['格式不正确', flag, 'maybe'],
    ['请选择有效的选项', several(z.enum(['a', 'b'])), 'a,c'],
  ])('is “%s”', (expected, schema, value) => {
    expect(message(schema, value)).toBe(expected);
  });

  it('stands once under every field, by its path', () => {
    const schema = z.strictObject({
      name: requiredLine(5).min(7),
      address: z.strictObject({ city: z.string() }),
      tags: z.array(z.enum(['a'])),
    });
    expect(
      messages(schema, { name: '', address: { town: 1 }, tags: ['a', 'b'], role: 'admin', x: 1 }),
    ).toEqual([
      { field: 'name', message: '必填' },
      { field: 'address.city', message: '必填' },
      { field: 'address.town', message: '不支持的字段' },
      { field: 'tags.1', message: '请选择有效的选项' },
      { field: 'role', message: '不支持的字段' },
      { field: 'x', message: '不支持的字段' },
    ]);
  });

  it('says to what was not chosen at all that it is needed', () => {
    expect(message(z.object({ method: z.enum(['a', 'b']) }), {})).toBe('必填');
    expect(message(z.object({ action: z.literal('a') }), {})).toBe('必填');
  });

  it('names the choice when a choice between forms is wrong', () => {
    const either = z.discriminatedUnion('action', [
      z.strictObject({ action: z.literal('a') }),
      z.strictObject({ action: z.literal('b'), reason: z.string() }),
    ]);
    expect(messages(either, { action: 'c' })).toEqual([{ field: 'action', message: '请选择有效的选项' }]);
    expect(messages(either, { action: 'b' })).toEqual([{ field: 'reason', message: '必填' }]);
  });
});

describe('the query of a list', () => {
  const query = listQuery(['-createdAt', 'createdAt'], {
    status: several(z.enum(['new', 'closed'])).optional(),
  });

  it('has a first page of twenty in the default order', () => {
    expect(query.parse({})).toEqual({ page: 1, pageSize: 20, sort: '-createdAt' });
  });

  it('takes numbers and lists as text', () => {
    expect(query.parse({ page: '3', pageSize: '100', status: 'new,closed', keyword: ' 海 ' })).toEqual({
      page: 3,
      pageSize: 100,
      status: ['new', 'closed'],
      keyword: '海',
      sort: '-createdAt',
    });
    expect(query.parse({ status: ['new', 'closed'] }).status).toEqual(['new', 'closed']);
  });

  test.each<[object, string]>([
    [{ page: '0' }, 'page'],
    [{ page: '-1' }, 'page'],
    [{ page: '1.5' }, 'page'],
    [{ page: 'x' }, 'page'],
    [{ page: '1e9' }, 'page'],
    [{ pageSize: '0' }, 'pageSize'],
    [{ pageSize: '101' }, 'pageSize'],
    [{ sort: 'phone' }, 'sort'],
    [{ sort: 'createdAt;drop' }, 'sort'],
    [{ keyword: 'x'.repeat(51) }, 'keyword'],
    [{ cursor: 'x'.repeat(501) }, 'cursor'],
    [{ status: '' }, 'status.0'],
    [{ status: 'new,' }, 'status.1'],
    [{ status: Array(21).fill('new').join(',') }, 'status'],
    [{ owner: 'x' }, 'owner'],
  ])('refuses %j', (input, field) => {
    expect(messages(query, input).map((error) => error.field)).toEqual([field]);
  });

  it('reads a yes and a no', () => {
    expect([flag.parse('true'), flag.parse('false'), flag.parse(true), flag.parse(false)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    for (const other of ['1', '0', 'yes', '', 'TRUE', null])
      expect(flag.safeParse(other).success).toBe(false);
  });
});
