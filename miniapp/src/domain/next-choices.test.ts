import { expect, it } from 'vitest';
import { atWallClock } from '#shared/values/time.ts';
import { nextChoices } from './next-choices';

it.each([
  ['a Monday', '2026-11-16', ['明天 11-17', '后天 11-18', '3天后 11-19', '下周一 11-23']],
  ['a Thursday', '2026-11-19', ['明天 11-20', '后天 11-21', '3天后 11-22', '下周一 11-23']],
  ['a Friday', '2026-11-20', ['明天 11-21', '后天 11-22', '下周一 11-23']],
  ['a Saturday', '2026-11-21', ['明天 11-22', '后天 11-23', '3天后 11-24']],
  ['a Sunday', '2026-11-22', ['明天 11-23', '后天 11-24', '3天后 11-25']],
  ['the end of a month, a Monday', '2026-11-30', ['明天 12-01', '后天 12-02', '3天后 12-03', '下周一 12-07']],
])('offers 明天 and 后天 on every day, and each day under one name: %s', (_day, today, expected) => {
  for (const time of ['00:00', '23:59']) {
    const choices = nextChoices(atWallClock(today, time));
    const at = (label: string, date: string) => ({ label, at: atWallClock(`2026-${date}`, '09:00') });
    expect(choices).toEqual(
      expected.map((words) => at(...(words.split(' ') as [label: string, date: string]))),
    );
  }
});
