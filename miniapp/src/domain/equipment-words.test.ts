import { expect, it } from 'vitest';
import { warrantyWords } from './equipment-words';

const on = (warrantyEndDate: string | null, today: string) => warrantyWords({ warrantyEndDate }, today);

it.each([
  ['2027-06-01', '2026-03-01', 'under', '在保', '到 2027-06-01，还有1年3个月'],
  ['2026-03-20', '2026-03-01', 'under', '在保，快到期了', '到 2026-03-20，还有19天'],
  ['2026-03-01', '2026-03-01', 'under', '在保，快到期了', '到 2026-03-01，今天是最后一天'],
  ['2026-02-28', '2026-03-01', 'ended', '已过保', '2026-02-28 到期，过了1天'],
  ['2024-03-01', '2026-03-01', 'ended', '已过保', '2024-03-01 到期，过了2年'],
])('says of a warranty until %s on %s how far that is', (end, today, state, label, detail) => {
  expect(on(end, today)).toMatchObject({ state, label, detail });
});

it('says what is missing where the warranty cannot be known', () => {
  expect(on(null, '2026-03-01')).toMatchObject({ state: 'unknown', detail: '填了安装或发货日期才能算' });
});
