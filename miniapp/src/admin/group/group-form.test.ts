import { describe, expect, it } from 'vitest';
import { acceptWords, shareWords } from './group-form.ts';

describe('the words of an assignment group', () => {
  it.each([
    [null, '不用接收'],
    [30, '30分钟内接收'],
    [90, '90分钟内接收'],
    [120, '2小时内接收'],
    [540, '1个工作日内接收'],
  ])('says %s minutes', (minutes, words) => {
    expect(acceptWords(minutes)).toBe(words);
  });

  it('says what a weight comes to', () => {
    expect(shareWords([{ weight: 2 }, { weight: 1 }, { weight: 1 }], 2)).toBe('每4条给2条');
    expect(shareWords([{ weight: 3 }], 3)).toBe('全部都给他');
  });
});
