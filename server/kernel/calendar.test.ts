import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isWorkday } from './calendar.ts';

/** 2026 as the State Council published it. */
const DAYS: readonly [date: string, works: boolean, why: string][] = [
  ['2026-01-01', false, '元旦'],
  ['2026-01-04', true, '元旦 made up on a Sunday'],
  ['2026-02-14', true, '春节 made up on a Saturday'],
  ['2026-02-16', false, '春节'],
  ['2026-02-24', true, 'the first day after 春节'],
  ['2026-03-10', true, 'a Tuesday'],
  ['2026-03-14', false, 'a Saturday'],
  ['2026-03-15', false, 'a Sunday'],
  ['2026-09-20', true, '国庆 made up on a Sunday'],
  ['2026-09-25', false, '中秋'],
  ['2026-09-30', true, 'the day before 国庆'],
  ['2026-10-01', false, '国庆'],
  ['2026-10-07', false, 'the last day of 国庆'],
  ['2026-10-08', true, 'the first day after 国庆'],
  ['2026-10-10', true, '国庆 made up on a Saturday'],
  ['2026-10-11', false, 'a Sunday after it'],
];

test.each(DAYS)('%s works: %s (%s)', (date, works) => {
  expect(isWorkday(date)).toBe(works);
});

test('beyond the published years Monday to Friday count', () => {
  expect(isWorkday('2045-06-05')).toBe(true);
  expect(isWorkday('2045-06-03')).toBe(false);
});

test.each(['America/Los_Angeles', 'Pacific/Kiritimati'])(
  'the time zone of the host does not matter: %s',
  (zone) => {
    const script = `
    import { isWorkday } from ${JSON.stringify(new URL('./calendar.ts', import.meta.url).href)};
    import { dateOf, formatAbsolute, startOfWeek } from ${JSON.stringify(new URL('../../shared/values/time.ts', import.meta.url).href)};
    console.log(JSON.stringify({
      days: ${JSON.stringify(DAYS.map(([date]) => date))}.map((date) => isWorkday(date)),
      date: dateOf('2026-03-09T16:00:00.000Z'),
      text: formatAbsolute('2026-11-20T01:30:00.000Z', '2026-11-20T02:00:00.000Z'),
      week: startOfWeek('2026-03-15'),
    }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({
      days: DAYS.map(([, works]) => works),
      date: '2026-03-10',
      text: '今天 09:30',
      week: '2026-03-09',
    });
  },
);
