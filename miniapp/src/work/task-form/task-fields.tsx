import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { PRIORITY_LABELS } from '#shared/tasks/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { optionsOf } from '../../domain/labels';
import { NextDate } from '../../domain/next-date';
import type { FormErrors } from '../../domain/use-form-errors';
import { Chips, Field, FieldGroup, TextareaField } from '../../ui';
import { TASK_FIELDS, type TaskFieldName, type TaskFormValue } from './form-value';

const PRIORITIES = optionsOf(PRIORITY_LABELS);

interface TaskFieldsProps {
  value: TaskFormValue;
  errors: FormErrors;
  now: Instant;
  onChange: (changes: Partial<TaskFormValue>) => void;
  /** Who does it; on a new task only. */
  assignee?: ReactNode;
}

export function TaskFields({ value, errors, now, onChange, assignee }: TaskFieldsProps) {
  const common = (name: TaskFieldName) => ({ name, label: TASK_FIELDS[name], error: errors[name] });
  return (
    <>
      <FieldGroup>
        <TextareaField
          {...common('title')}
          required
          value={value.title}
          onChange={(title) => onChange({ title })}
          placeholder="要做什么，例如：把报价发给王经理"
          maxLength={100}
          rows={2}
        />
      </FieldGroup>
      <FieldGroup>
        <Field {...common('dueAt')} required stacked>
          <View className="task-form__when">
            <NextDate
              title="时间"
              value={value.dueAt}
              now={now}
              today
              onChange={(dueAt) => onChange({ dueAt })}
            />
            {value.dueAt && (
              <Text className="task-form__at">{`${formatAbsolute(value.dueAt, now)} 前做完`}</Text>
            )}
          </View>
        </Field>
        {assignee}
        <Field {...common('priority')}>
          <Chips
            options={PRIORITIES}
            value={value.priority}
            onChange={(priority) => priority && onChange({ priority })}
          />
        </Field>
      </FieldGroup>
      <FieldGroup>
        <TextareaField
          {...common('description')}
          value={value.description}
          onChange={(description) => onChange({ description })}
          placeholder="需要记住的细节，选填"
          maxLength={1000}
          rows={3}
        />
      </FieldGroup>
    </>
  );
}
