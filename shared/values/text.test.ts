import { describe, expect, it, test } from 'vitest';
import { optionalBlock, optionalLine, requiredBlock, requiredLine, textLine } from './text.ts';

describe('one line of text', () => {
  test.each([
    ['  维也纳酒店  ', '维也纳酒店'],
    ['a \t b\n\nc', 'a b c'],
    ['　全角　空格　', '全角 空格'],
    ['👨‍👩‍👧 酒店', '👨‍👩‍👧 酒店'],
    ['𠮷野家', '𠮷野家'],
  ])('%j is kept as %j', (raw, kept) => {
    expect(textLine(50).parse(raw)).toBe(kept);
  });

  test.each(['a\u0000b', '\u0000', '\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d', 'x\udfff'])(
    'refuses %j, which Postgres cannot store',
    (raw) => {
      const result = textLine(50).safeParse(raw);
      expect(result.error?.issues[0]?.message).toBe('含有不支持的字符');
      expect(optionalBlock(50).safeParse(raw).success).toBe(false);
    },
  );

  it('has a limit', () => {
    expect(textLine(5).safeParse('12345').success).toBe(true);
    expect(textLine(5).safeParse('123456').success).toBe(false);
  });

  it('that is required is more than white space', () => {
    for (const blank of ['', ' ', '\n\t', '　']) {
      expect(requiredLine(5).safeParse(blank).success, JSON.stringify(blank)).toBe(false);
      expect(requiredBlock(5).safeParse(blank).success, JSON.stringify(blank)).toBe(false);
    }
  });
});

describe('several lines', () => {
  it('keep their breaks inside and lose them at the ends', () => {
    expect(requiredBlock(50).parse('\n 第一行\n\n第二行 \n')).toBe('第一行\n\n第二行');
  });
});

describe('a value that may be cleared', () => {
  it('is cleared by null, by nothing typed and by white space, and untouched when left out', () => {
    expect(optionalLine(5).parse(null)).toBeNull();
    expect(optionalLine(5).parse('')).toBeNull();
    expect(optionalLine(5).parse('  ')).toBeNull();
    expect(optionalLine(5).parse(undefined)).toBeUndefined();
    expect(optionalLine(5).parse(' a ')).toBe('a');
    expect(optionalBlock(5).parse('\n')).toBeNull();
  });
});
