import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { Button } from './button';
import { Chip, ChipRow } from './chips';
import { cx } from './class-names';
import { IconButton } from './icon-button';
import { Press } from './press';
import { Sheet } from './sheet';
import './date-time-sheet.scss';

interface DateTimeSheetProps {
  open: boolean;
  title: string;
  /** `YYYY-MM-DD`, or `YYYY-MM-DD HH:mm` with `time`. */
  value: string | null;
  onChange: (value: string | null) => void;
  onClose: () => void;
  /** Today, `YYYY-MM-DD`. */
  today: string;
  time?: boolean;
  /** The same form as `value`: with `time` also the hour counts. */
  min?: string;
  max?: string;
  /** Offers to take the date away again. */
  clearable?: boolean;
}

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const DEFAULT_TIME = '09:00';
const TIMES = Array.from({ length: 27 }, (_, i) => {
  const minutes = 8 * 60 + i * 30;
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
});

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** The days of a month with the blanks before its first, weeks starting on Monday. */
function daysOf(month: string): (string | null)[] {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(5, 7)) - 1;
  const blanks = (new Date(Date.UTC(year, index, 1)).getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  return [
    ...Array.from({ length: blanks }, () => null),
    ...Array.from({ length: days }, (_, i) => `${month}-${pad(i + 1)}`),
  ];
}

function shiftMonth(month: string, by: number): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + by, 1))
    .toISOString()
    .slice(0, 7);
}

/** A month to point at, and the hour under it: the same on every platform, in both themes. */
export function DateTimeSheet(props: DateTimeSheetProps) {
  const { open, title, value, onChange, onClose, today, time, min, max, clearable } = props;
  const [date, setDate] = useState<string | null>(null);
  const [clock, setClock] = useState(DEFAULT_TIME);
  const [month, setMonth] = useState(today.slice(0, 7));

  useEffect(() => {
    if (!open) return;
    setDate(value ? value.slice(0, 10) : null);
    setClock(value && value.length > 10 ? value.slice(11, 16) : DEFAULT_TIME);
    setMonth((value ?? today).slice(0, 7));
  }, [open, value, today]);

  const done = (chosen: string | null) => {
    onChange(chosen && time ? `${chosen} ${hour}` : chosen);
    onClose();
  };
  const outside = (day: string) =>
    (min !== undefined && day < min.slice(0, 10)) || (max !== undefined && day > max.slice(0, 10));
  const tooEarly = (at: string) => min !== undefined && date === min.slice(0, 10) && at <= min.slice(11);
  const times = (TIMES.includes(clock) ? TIMES : [...TIMES, clock].sort()).filter((at) => !tooEarly(at));
  // Late in the day no hour of it may be left.
  const hour = time && tooEarly(clock) ? (times[0] ?? null) : clock;
  return (
    <Sheet
      open={open}
      title={title}
      onClose={onClose}
      footer={
        <View className="calendar__buttons">
          {clearable && value !== null && (
            <Button kind="plain" onPress={() => done(null)}>
              清除
            </Button>
          )}
          <Button block kind="primary" disabled={date === null || hour === null} onPress={() => done(date)}>
            {date === null
              ? '选择日期'
              : `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日${time ? ` ${hour ?? ''}` : ''}`}
          </Button>
        </View>
      }
    >
      <View className="calendar">
        <View className="calendar__head">
          <IconButton icon="chevron-left" label="上个月" onPress={() => setMonth(shiftMonth(month, -1))} />
          <Text className="calendar__month">
            {month.slice(0, 4)}年{Number(month.slice(5, 7))}月
          </Text>
          <IconButton icon="chevron-right" label="下个月" onPress={() => setMonth(shiftMonth(month, 1))} />
        </View>
        <View className="calendar__grid">
          {WEEKDAYS.map((name) => (
            <Text key={name} className="calendar__weekday">
              {name}
            </Text>
          ))}
          {daysOf(month).map((day, i) =>
            day === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: blanks have nothing else
              <View key={`blank-${i}`} className="calendar__cell" />
            ) : (
              <Press
                key={day}
                role="option"
                label={`${Number(day.slice(5, 7))}月${Number(day.slice(8, 10))}日${day === today ? '，今天' : ''}`}
                selected={day === date}
                disabled={outside(day)}
                // A plain date needs no second step.
                onPress={() => (time ? setDate(day) : done(day))}
                className="calendar__cell"
              >
                <View
                  className={cx(
                    'calendar__day',
                    day === today && 'calendar__day--today',
                    day === date && 'calendar__day--on',
                    outside(day) && 'calendar__day--outside',
                  )}
                >
                  {Number(day.slice(8, 10))}
                </View>
              </Press>
            ),
          )}
        </View>
        {time && (
          <View className="calendar__times">
            <ChipRow>
              {times.map((at) => (
                <Chip key={at} role="radio" on={at === hour} onPress={() => setClock(at)}>
                  {at}
                </Chip>
              ))}
            </ChipRow>
          </View>
        )}
      </View>
    </Sheet>
  );
}
