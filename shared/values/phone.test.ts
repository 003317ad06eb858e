import { describe, expect, it, test } from 'vitest';
import { formatPhone, maskContact, maskDigits, normalizePhone, phone } from './phone.ts';

describe('a telephone number', () => {
  test.each([
    ['13800138000', '13800138000'],
    ['138 0013 8000', '13800138000'],
    ['138-0013-8000', '13800138000'],
    ['138.0013.8000', '13800138000'],
    [' 13800138000 ', '13800138000'],
    ['+8613800138000', '13800138000'],
    ['+86 138 0013 8000', '13800138000'],
    ['(+86)138-0013-8000', '13800138000'],
    ['008613800138000', '13800138000'],
    ['8613800138000', '13800138000'],
    ['１３８００１３８０００', '13800138000'],
    ['＋８６－１３８－００１３－８０００', '13800138000'],
    ['138—0013—8000', '13800138000'],
    ['19912345678', '19912345678'],
    ['0755-86543210', '075586543210'],
    ['（0755）8654 3210', '075586543210'],
    ['010-65551234', '01065551234'],
    ['+86 755 86543210', '075586543210'],
    ['+86 0755 86543210', '075586543210'],
    ['+86 10 65551234', '01065551234'],
    ['0898 6655443', '08986655443'],
    ['400-800-1234', '4008001234'],
    ['800 820 8820', '8008208820'],
    ['+852 9123 4567', '+85291234567'],
    ['00852 91234567', '+85291234567'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['+65 6123 4567', '+6561234567'],
  ])('%s is %s', (raw, normal) => {
    expect(normalizePhone(raw)).toBe(normal);
  });

  test.each([
    '',
    ' ',
    'abc',
    '12345',
    '12800138000',
    '1380013800',
    '138001380001',
    '86543210',
    '110',
    '+8612345',
    '+86 12800138000',
    '13800138000x',
    '微信同号',
    '138001380００a',
    '+0123456789',
    '+12345678901234567',
    '\u0000',
    '－－－',
    '0000000000',
  ])('%j is not one', (raw) => {
    expect(normalizePhone(raw)).toBeNull();
  });

  it('stays as it is once it is normal', () => {
    for (const normal of ['13800138000', '075586543210', '01065551234', '4008001234', '+85291234567']) {
      expect(normalizePhone(normal)).toBe(normal);
    }
  });

  it('leaves a form in its normal spelling, and a blank input blank', () => {
    expect(phone.parse('+86 138-0013-8000')).toBe('13800138000');
    expect(phone.parse('   ')).toBe('');
  });

  it('is refused by a form in words', () => {
    expect(phone.safeParse('123').error?.issues[0]?.message).toBe('电话号码不正确');
    expect(phone.safeParse('1'.repeat(41)).success).toBe(false);
  });
});

describe('a number on the screen', () => {
  test.each([
    ['13800138000', '138 0013 8000'],
    ['075586543210', '0755-86543210'],
    ['01065551234', '010-65551234'],
    ['08986655443', '0898-6655443'],
    ['4008001234', '4008001234'],
    ['+85291234567', '+85291234567'],
    ['138****8000', '138****8000'],
  ])('%s is written %s', (normal, written) => {
    expect(formatPhone(normal)).toBe(written);
  });
});

describe('masking', () => {
  test.each([
    ['13800138000', '138****8000'],
    ['075586543210', '075****3210'],
    ['+85291234567', '+85****4567'],
    ['王', '王***'],
    ['王经理', '王***'],
    ['abc123', 'a***'],
  ])('%s becomes %s', (value, masked) => {
    expect(maskContact(value)).toBe(masked);
  });

  it('hides at least four characters of whatever could be dialled or added', () => {
    for (let length = 5; length <= 30; length++) {
      const value = 'wechat_id_0123456789abcdefghijk'.slice(0, length);
      const shown = maskContact(value).replaceAll('*', '').length;
      expect(length - shown, value).toBeGreaterThanOrEqual(4);
    }
  });

  test.each([
    ['打 13800138000 找王总', '打 138****8000 找王总'],
    ['138 0013 8000', '138****8000'],
    ['138-0013-8000', '138****8000'],
    ['１３８００１３８０００', '１３８****８０００'],
    ['120间房，2026-03-10 看样板间', '120间房，2026-03-10 看样板间'],
    ['预算 50000 元', '预算 50000 元'],
    ['没有号码', '没有号码'],
  ])('inside text: %s', (text, masked) => {
    expect(maskDigits(text)).toBe(masked);
  });

  test.each([
    '138.0013.8000',
    '138－0013－8000',
    '138—0013—8000',
    '(0755)86543210',
    '（0755）8654 3210',
    '+86 138 0013 8000',
    '138 - 0013 - 8000',
    '138·0013·8000',
    '1 3 8 0 0 1 3 8 0 0 0',
    '电话：86543210',
    '13800138000/13900139000',
  ])('a number in text is hidden in any spelling: %s', (text) => {
    const shown = maskDigits(text).replace(/\D/g, '');
    const written = text.replace(/\D/g, '');
    expect(written.length - shown.length).toBeGreaterThanOrEqual(4);
  });
});
