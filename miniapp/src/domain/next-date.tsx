import { useState } from 'react';
import { atWallClock, type Instant, wallClock } from '#shared/values/time.ts';
import { Chips, DateTimeSheet } from '../ui';
import { nextChoices } from './next-choices';

const EVENING = '18:00';
/** Later on, the end of the day is no choice any more. */
const LAST_CALL = '17:30';

interface NextDateProps {
  /** What is asked, over the calendar. */
  title: string;
  value: Instant | null;
  now: Instant;
  /** Offers the end of this day too. */
  today?: boolean;
  clearable?: boolean;
  onChange: (value: Instant | null) => void;
}

/** When next: the days people mean, and a calendar for the others. */
export function NextDate({ title, value, now, today, clearable, onChange }: NextDateProps) {
  const [choosing, setChoosing] = useState(false);
  const { date, time } = wallClock(now);
  const choices = [
    ...(today && time < LAST_CALL ? [{ label: '今天', at: atWallClock(date, EVENING) }] : []),
    ...nextChoices(now),
  ];
  const other = value !== null && !choices.some(({ at }) => at === value);
  const wall = value ? wallClock(value) : null;
  return (
    <>
      <Chips
        options={[
          ...choices.map(({ label, at }) => ({ value: at, label })),
          { value: 'other', label: '自选', icon: 'calendar' as const },
        ]}
        value={other ? 'other' : value}
        clearable={Boolean(clearable)}
        onChange={(chosen) => {
          if (chosen === 'other' || (chosen === null && other)) setChoosing(true);
          else onChange(chosen);
        }}
      />
      <DateTimeSheet
        open={choosing}
        title={title}
        value={wall ? `${wall.date} ${wall.time}` : null}
        today={date}
        min={`${date} ${time}`}
        time
        clearable={Boolean(clearable)}
        onClose={() => setChoosing(false)}
        onChange={(chosen) => onChange(chosen ? atWallClock(chosen.slice(0, 10), chosen.slice(11)) : null)}
      />
    </>
  );
}
