import { expect, it } from 'vitest';
import { byMonth, spanName, spansOf, worksOn } from './special-days.ts';

const holiday = (date: string, note = '国庆节') => ({ date, workday: false, note, override: false });
const DAYS = [
  { date: '2026-09-27', workday: true, note: '国庆节调休', override: false },
  holiday('2026-10-01'),
  holiday('2026-10-02'),
  { date: '2026-10-03', workday: true, note: '赶工', override: true },
  holiday('2026-10-04'),
];

it('joins the days of one holiday and lets our own days stand alone', () => {
  expect(spansOf(DAYS).map(spanName)).toEqual([
    '9月27日 周日',
    '10月1日 – 10月2日',
    '10月3日 周六',
    '10月4日 周日',
  ]);
  expect(byMonth(spansOf(DAYS)).map(({ month, spans }) => [month, spans.length])).toEqual([
    [9, 1],
    [10, 3],
  ]);
});

it('knows on which days the company works', () => {
  expect(worksOn('2026-09-27', DAYS)).toBe(true);
  expect(worksOn('2026-10-01', DAYS)).toBe(false);
  expect(worksOn('2026-10-09', DAYS)).toBe(true);
  expect(worksOn('2026-10-10', DAYS)).toBe(false);
});
