import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type ReminderSettings, reminders } from '#shared/reminders/contract.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { useFormErrors } from '../../domain/use-form-errors';
import { Button, ChipsMany, Field, FieldGroup, SelectField, Sheet, SwitchField, toast } from '../../ui';
import { scheduleWords, WEEK } from './words';
import '../sheet-form.scss';

const HALF_HOURS = Array.from({ length: 27 }, (_, i) => {
  const minutes = 7 * 60 + i * 30;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${minutes % 60 === 0 ? '00' : '30'}`;
});

const FIELDS = ['sendTime', 'workdaysOnly', 'quietWeekdays'];

interface ScheduleSheetProps {
  settings: ReminderSettings;
  onClose: () => void;
}

/** When the daily check runs, and on which days nobody is disturbed. */
export function ScheduleSheet({ settings, onClose }: ScheduleSheetProps) {
  const [version, setVersion] = useState(settings.version);
  const [sendTime, setSendTime] = useState(settings.sendTime);
  const [workdaysOnly, setWorkdaysOnly] = useState(settings.workdaysOnly);
  const [quiet, setQuiet] = useState(settings.quietWeekdays.map(String));
  const { errors, failure, show, fail, clear } = useFormErrors(FIELDS);
  const quietWeekdays = quiet.map(Number);
  const update = useAction(reminders.updateSettings, {
    refresh: [reminders.settings, reminders.dryRun, reminders.preview],
    onDone: () => {
      toast('已保存');
      onClose();
    },
    onError: (error: ApiError) => {
      const current = (error.details as { current?: ReminderSettings } | null | undefined)?.current;
      if (current) {
        setVersion(current.version);
        fail(`刚刚有人改过：${scheduleWords(current)}。你的改动还在，再提交一次会以你的为准`);
      } else if (error.fields) show(error.fields);
      else if (error.status !== 401) fail(error.message);
    },
  });
  const save = () => {
    const judged = reminders.updateSettings.body.safeParse({
      version,
      sendTime,
      workdaysOnly,
      quietWeekdays,
    });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    void update.run({ body: judged.data });
  };
  const times = HALF_HOURS.includes(sendTime) ? HALF_HOURS : [...HALF_HOURS, sendTime].sort();

  return (
    <Sheet
      open
      title="发送时间"
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={update.pending} onPress={save}>
          保存
        </Button>
      }
    >
      <View className="sheet-form">
        <Text className="sheet-form__words" {...{ role: 'status', 'aria-live': 'polite' }}>
          {scheduleWords({ sendTime, workdaysOnly, quietWeekdays })}
        </Text>
        <FieldGroup>
          <SelectField
            name="sendTime"
            label="发送时间"
            options={times.map((value) => ({ value, label: value }))}
            value={sendTime}
            error={errors.sendTime}
            onChange={(next) => {
              if (next) setSendTime(next);
              clear(['sendTime']);
            }}
          />
          <SwitchField
            name="workdaysOnly"
            label="只在工作日"
            hint="节假日到期的，等到下一个工作日再发"
            value={workdaysOnly}
            error={errors.workdaysOnly}
            onChange={setWorkdaysOnly}
          />
          <Field
            name="quietWeekdays"
            label="另外不打扰的日子"
            stacked
            hint="选中的日子不检查、不发送"
            error={errors.quietWeekdays}
          >
            <ChipsMany
              options={WEEK}
              value={quiet}
              onChange={(next) => {
                setQuiet(next);
                clear(['quietWeekdays']);
              }}
            />
          </Field>
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
