import { describe, expect, it } from 'vitest';
import { dateOf, wallClock } from '#shared/values/time.ts';
import { isWorkday } from '../kernel/calendar.ts';
import { CUSTOMERS } from './customers.ts';
import { errands } from './errands.ts';
import { type Deed, plot } from './plot.ts';

const NOWS = {
  'a Friday afternoon': '2026-11-20T07:05:00.000Z',
  'a Saturday': '2026-11-21T02:00:00.000Z',
  'the middle of a long holiday': '2026-10-04T05:00:00.000Z',
  'a minute past midnight': '2026-11-23T16:01:00.000Z',
  'shortly before work begins': '2026-11-23T00:55:00.000Z',
  'a minute before midnight': '2026-11-23T15:59:00.000Z',
  'New Year': '2027-01-01T04:00:00.000Z',
};

const created = (deeds: readonly Deed[]) => deeds.filter((deed) => deed.does === 'create');

describe.each(Object.entries(NOWS))('the demo company, started on %s', (_, now) => {
  const deeds = plot(now, isWorkday);

  it('happened in order, before now, and within two months', () => {
    const times = deeds.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    expect(times.at(-1)! <= now).toBe(true);
    expect(Date.parse(now) - Date.parse(times[0]!)).toBeLessThan(85 * 86_400_000);
  });

  it('begins every lead with its registration', () => {
    const seen = new Set<number>();
    for (const deed of deeds) {
      if (deed.does === 'create') seen.add(deed.lead);
      expect(seen).toContain(deed.lead);
    }
    expect(seen.size).toBe(CUSTOMERS.length + 1);
  });

  it('agrees on dates that come after the contact', () => {
    const contacts = deeds.filter((deed) => deed.does === 'followUp');
    expect(contacts.length).toBeGreaterThan(400);
    for (const { at, draft } of contacts) {
      if (draft.nextFollowUpAt) expect(draft.nextFollowUpAt > at).toBe(true);
    }
  });

  it('gave everybody something to do that was still ahead when it was made', () => {
    const list = errands(now, isWorkday);
    expect(new Set(list.map(({ by }) => by))).toEqual(new Set(['sales', 'manager', 'engineer', 'finance']));
    for (const { at, draft, done } of list) {
      expect(draft.dueAt > at).toBe(true);
      if (done) expect(done.at > at && done.at <= now).toBe(true);
    }
    expect(list.some(({ draft, done }) => !done && draft.dueAt <= now)).toBe(true);
  });

  it('leaves no blank in a text', () => {
    for (const deed of deeds) expect(JSON.stringify(deed)).not.toMatch(/[{]\w+[}]|undefined|NaN/);
  });

  it('repeats four telephone numbers and no other', () => {
    const phones = created(deeds).flatMap(({ draft }) => (draft.phone ? [draft.phone] : []));
    expect(phones.length - new Set(phones).size).toBe(4);
  });

  it('kept working hours until shortly before now', () => {
    const earlier = deeds.filter(
      ({ at }) => dateOf(at) < dateOf(now) && Date.parse(now) - Date.parse(at) > 2 * 3_600_000,
    );
    for (const { at } of earlier) {
      expect(wallClock(at).time >= '09:00' && wallClock(at).time <= '18:15').toBe(true);
      expect(isWorkday(dateOf(at))).toBe(true);
    }
  });
});
