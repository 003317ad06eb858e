import { describe, expect, it, test } from 'vitest';
import { atWallClock, dateOf, type Instant } from '../values/time.ts';
import type { IsWorkday } from '../values/workday.ts';
import { DEFAULT_INTERVALS, type DueRules, dueAfter, dueCutoffs, nextDueAt } from './overdue.ts';

/** Monday to Friday, with 国庆 2026 off and its make-up days worked. */
const OFF = ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'];
const MADE_UP = ['2026-09-20', '2026-10-10'];
const isWorkday: IsWorkday = (date) => {
  if (MADE_UP.includes(date)) return true;
  return !OFF.includes(date) && ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
};

const rules: DueRules = { intervals: DEFAULT_INTERVALS, isWorkday };
const due = (
  lastContactAt: Instant,
  intention: 'high' | 'medium' | 'low',
  nextFollowUpAt: Instant | null = null,
) => nextDueAt({ lastContactAt, intention, nextFollowUpAt }, rules);

describe('when a lead has to be contacted', () => {
  test.each([
    ['high', '2026-10-08'],
    ['medium', '2026-10-10'],
    ['low', '2026-10-13'],
  ] as const)('%s intention, contacted before the holiday, is due on %s', (intention, date) => {
    expect(due(atWallClock('2026-09-30', '15:00'), intention)).toBe(atWallClock(date, '15:00'));
  });

  it('the agreed date counts when it is sooner, and the interval when it is not', () => {
    const contact = atWallClock('2026-09-14', '10:00');
    expect(due(contact, 'low', atWallClock('2026-09-15', '09:00'))).toBe(atWallClock('2026-09-15', '09:00'));
    expect(due(contact, 'high', atWallClock('2026-09-30', '09:00'))).toBe(atWallClock('2026-09-15', '10:00'));
  });

  it('an agreed date on a day off stays where it was agreed', () => {
    expect(due(atWallClock('2026-09-30', '15:00'), 'low', atWallClock('2026-10-03', '10:00'))).toBe(
      atWallClock('2026-10-03', '10:00'),
    );
  });

  it('the cutoffs for a query say the same', () => {
    const now = atWallClock('2026-10-10', '12:00');
    const { high, medium } = dueCutoffs(now, rules);
    expect(dateOf(high.contact)).toBe('2026-10-09');
    expect(dateOf(medium.contact)).toBe('2026-09-30');
    expect(due(medium.contact, 'medium') <= now).toBe(true);
    expect(due(new Date(Date.parse(medium.contact) + 1).toISOString(), 'medium') <= now).toBe(false);
  });

  it('days past it are working days too', () => {
    const agreed = atWallClock('2026-10-03', '10:00');
    expect(dueAfter(agreed, 0, isWorkday)).toBe(agreed);
    expect(dueAfter(agreed, 1, isWorkday)).toBe(atWallClock('2026-10-09', '00:00'));
  });
});
