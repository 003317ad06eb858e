import { beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { onRealPostgres } from '../testing/database.ts';
import { nextNumber } from './numbering.ts';

let t: TestApp;
const NOW = '2026-03-10T02:00:00.000Z';

beforeAll(async () => {
  t = await createTestApp();
});

const take = (prefix: string, now = NOW) => t.db.transaction().execute((trx) => nextNumber(trx, prefix, now));

describe('a number', () => {
  it('counts up for each prefix and year by itself', async () => {
    expect(await take('A')).toBe('A-2026-0001');
    expect(await take('A')).toBe('A-2026-0002');
    expect(await take('B')).toBe('B-2026-0001');
    expect(await take('A', '2027-03-10T02:00:00.000Z')).toBe('A-2027-0001');
    expect(await take('A')).toBe('A-2026-0003');
  });

  it('belongs to the year in Shanghai', async () => {
    expect(await take('Y', '2026-12-31T15:59:59.999Z')).toBe('Y-2026-0001');
    expect(await take('Y', '2026-12-31T16:00:00.000Z')).toBe('Y-2027-0001');
  });

  it('that was rolled back is given again', async () => {
    await take('C');
    const lost = t.db.transaction().execute(async (trx) => {
      expect(await nextNumber(trx, 'C', NOW)).toBe('C-2026-0002');
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    expect(await take('C')).toBe('C-2026-0002');
  });

  it('grows beyond four digits', async () => {
    await t.db.insertInto('numberCounters').values({ prefix: 'D', year: 2026, lastValue: 9999 }).execute();
    expect(await take('D')).toBe('D-2026-10000');
  });

  it.runIf(onRealPostgres)('is given to one transaction only: fifty at once get 1 to 50', async () => {
    const numbers = await Promise.all(Array.from({ length: 50 }, () => take('E')));
    const expected = Array.from({ length: 50 }, (_, i) => `E-2026-${String(i + 1).padStart(4, '0')}`);
    expect(numbers.sort()).toEqual(expected);
  });
});
