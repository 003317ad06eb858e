import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { leads } from '#shared/leads/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import type { CalendarDate } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { type SpecialDay, workdays } from '#shared/workdays/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { useFormErrors } from '../../domain/use-form-errors';
import { Button, confirm, DateField, Field, FieldGroup, Segmented, Sheet, TextField, toast } from '../../ui';
import { dayName, worksOn } from './special-days';
import '../sheet-form.scss';

/** Working days decide when leads are due. */
const REFRESH = [
  workdays.list,
  reminders.settings,
  reminders.dryRun,
  reminders.preview,
  leads.list,
  leads.get,
  workbench.get,
];
const CHOICES = [
  { value: 'work', label: '上班' },
  { value: 'rest', label: '休息' },
] as const;
type Choice = (typeof CHOICES)[number]['value'];
const choiceOf = (workday: boolean): Choice => (workday ? 'work' : 'rest');

const FIELDS = ['date', 'workday', 'note'];

interface DaySheetProps {
  /** Null: another one. */
  day: SpecialDay | null;
  year: number;
  today: CalendarDate;
  known: readonly SpecialDay[];
  onClose: () => void;
}

/** What the company does on one day, whatever the calendar says. */
export function DaySheet({ day, year, today, known, onClose }: DaySheetProps) {
  const [date, setDate] = useState<CalendarDate | null>(day?.date ?? null);
  const [choice, setChoice] = useState<Choice>(choiceOf(day?.workday ?? false));
  const [note, setNote] = useState(day?.note ?? '');
  const { errors, failure, show, fail, clear } = useFormErrors(FIELDS);

  const done = (words: string) => () => {
    toast(words);
    onClose();
  };
  const onError = (error: ApiError) => {
    if (error.fields) show(error.fields);
    else if (error.status !== 401) fail(error.message);
  };
  const set = useAction(workdays.set, { refresh: REFRESH, onError, onDone: done('已保存') });
  const remove = useAction(workdays.remove, { refresh: REFRESH, onError, onDone: done('已取消调整') });

  const pick = (next: CalendarDate | null) => {
    if (!next) return;
    setDate(next);
    // A day is picked because it is to be the other way round.
    setChoice(choiceOf(!worksOn(next, known)));
    clear(['date']);
  };
  const save = () => {
    const judged = workdays.set.body.safeParse({ workday: choice === 'work', note });
    const wrong = judged.success ? [] : fieldErrorsOf(judged.error.issues);
    if (!date) wrong.unshift({ field: 'date', message: '必填' });
    show(wrong);
    if (date && judged.success) void set.run({ params: { date }, body: judged.data });
  };
  const askRemove = async () => {
    if (!day) return;
    const sure = await confirm({
      title: `取消${dayName(day.date)}的调整？`,
      message: '这一天重新按法定日历算。',
      confirm: '取消调整',
      danger: true,
    });
    if (sure) void remove.run({ params: { date: day.date } });
  };
  const before = date ? known.find((each) => each.date === date) : undefined;
  const hint =
    date && !day
      ? `现在是${worksOn(date, known) ? '上班' : '休息'}${before ? `（${before.note}）` : ''}`
      : undefined;

  return (
    <Sheet
      open
      title={day ? dayName(day.date) : '调整一天'}
      subtitle="优先于法定日历，超期天数马上按新的算"
      onClose={onClose}
      footer={
        <View className="sheet-form__buttons">
          <Button kind="primary" block pending={set.pending} onPress={save}>
            保存
          </Button>
          {day && (
            <Button kind="plain" block pending={remove.pending} onPress={() => void askRemove()}>
              取消这个调整
            </Button>
          )}
        </View>
      }
    >
      <View className="sheet-form">
        <FieldGroup>
          {!day && (
            <DateField
              name="date"
              label="日期"
              required
              value={date}
              text={date && dayName(date)}
              today={date || today.startsWith(String(year)) ? today : `${year}-01-01`}
              min={`${year}-01-01`}
              max={`${year}-12-31`}
              error={errors.date}
              {...(hint ? { hint } : {})}
              onChange={pick}
            />
          )}
          <Field name="workday" label="这一天" error={errors.workday}>
            <View className="day-sheet__choice">
              <Segmented options={CHOICES} value={choice} onChange={setChoice} />
            </View>
          </Field>
          <TextField
            name="note"
            label="说明"
            required
            placeholder="如：公司年会、周六赶工"
            maxLength={50}
            value={note}
            error={errors.note}
            onDone={save}
            onChange={(next) => {
              setNote(next);
              clear(['note']);
            }}
          />
        </FieldGroup>
        {failure && (
          <Text className="sheet-form__error" {...{ role: 'alert' }}>
            {failure}
          </Text>
        )}
      </View>
    </Sheet>
  );
}
