import { PRIORITY_LABELS, type TaskDetail, type TaskPriority } from '#shared/tasks/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { type EditForm, mergeEdits } from '../../domain/text-form';

/** The form as it is typed. */
export interface TaskFormValue {
  readonly title: string;
  readonly dueAt: Instant | null;
  readonly priority: TaskPriority;
  readonly description: string;
}
export type TaskFieldName = keyof TaskFormValue;

export const TASK_FIELDS: Readonly<Record<TaskFieldName, string>> = {
  title: '标题',
  dueAt: '时间',
  priority: '优先级',
  description: '说明',
};
/** In the order of the form. */
export const FIELD_NAMES = Object.keys(TASK_FIELDS) as TaskFieldName[];

export const toForm = (
  task: Pick<TaskDetail, 'title' | 'dueAt' | 'priority' | 'description'>,
): TaskFormValue => ({
  title: task.title,
  dueAt: task.dueAt,
  priority: task.priority,
  description: task.description ?? '',
});

const sent = (value: TaskFormValue, name: TaskFieldName): string | null => {
  const typed = value[name];
  return typed === null || typed.trim() === '' ? null : typed.trim();
};

const changedFields = (base: TaskFormValue, value: TaskFormValue): TaskFieldName[] =>
  FIELD_NAMES.filter((name) => sent(base, name) !== sent(value, name));

/** Only what was changed, so that others' changes to other fields stay. An empty title goes as it is and is refused. */
const toChanges = (base: TaskFormValue, value: TaskFormValue) =>
  Object.fromEntries(
    changedFields(base, value).map((name) => [name, name === 'title' ? value.title : sent(value, name)]),
  );

/** A field as people read it, for choosing between two. */
function readable(value: TaskFormValue, name: TaskFieldName, now: Instant): string {
  if (name === 'dueAt') return value.dueAt ? formatAbsolute(value.dueAt, now) : '（空）';
  if (name === 'priority') return PRIORITY_LABELS[value.priority];
  return value[name].trim() || '（空）';
}

export const taskForm: EditForm<TaskFormValue> = {
  names: FIELD_NAMES,
  labels: TASK_FIELDS,
  changes: toChanges,
  merge: (base, mine, theirs) => mergeEdits(changedFields, base, mine, theirs),
  read: readable,
};
