import { Text, View } from '@tarojs/components';
import type { LeadCount } from '#shared/statistics/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { addDays, type CalendarDate, formatDay, startOfWeek } from '#shared/values/time.ts';
import { Card, cx, Press, SectionHeader } from '../../ui';
import './trend.scss';

/** The height of the highest bar, in pixels. */
const HIGHEST = 88;
/** From here on a number is wider than its bar: then only the highest one says its own. */
const WIDE = 100;

interface TrendProps {
  /** Day after day, today last. */
  days: readonly (LeadCount & { readonly date: CalendarDate })[];
  today: CalendarDate;
  onOpen: (counted: Pick<LeadCount, 'filters'>, title: string) => void;
}

/** How many leads came on each day, as bars that open them. */
export function Trend({ days, today, onOpen }: TrendProps) {
  const [first, last] = [days[0]?.date, days[days.length - 1]?.date];
  const counts = days.map(({ count }) => count);
  const most = Math.max(1, ...counts);
  const highest = counts.lastIndexOf(most);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const title = `近${days.length}天新增`;
  const isWeekend = (date: CalendarDate) => date >= addDays(startOfWeek(date), 5);
  return (
    <>
      <SectionHeader
        title={title}
        count={formatCount(total)}
        {...(first && last
          ? { action: '查看', onAction: () => onOpen({ filters: { from: first, to: last } }, title) }
          : {})}
      />
      <Card className="trend">
        {days.map((day, i) => {
          const { date, count } = day;
          const name = formatDay(date, today);
          return (
            <Press
              key={date}
              className="trend__day"
              label={`${name}新增 ${count}，查看`}
              onPress={() => onOpen(day, `${name}新增`)}
            >
              <View className="trend__plot">
                {count > 0 && (most < WIDE || i === highest) && (
                  <Text
                    className={cx(
                      'trend__count',
                      most >= WIDE && i === 0 && 'trend__count--first',
                      most >= WIDE && i === days.length - 1 && 'trend__count--last',
                    )}
                  >
                    {formatCount(count)}
                  </Text>
                )}
                <View
                  className={cx('trend__bar', count === 0 && 'trend__bar--none')}
                  style={{ height: `${Math.max(2, Math.round((count / most) * HIGHEST))}px` }}
                />
              </View>
              <Text
                className={cx(
                  'trend__date',
                  isWeekend(date) && 'trend__date--weekend',
                  date === today && 'trend__date--today',
                )}
              >
                {Number(date.slice(8))}
              </Text>
            </Press>
          );
        })}
      </Card>
    </>
  );
}
