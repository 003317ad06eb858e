import { tasks } from '#shared/tasks/contract.ts';
import { toInstant } from '#shared/values/time.ts';
import type { ApiError } from '../../api/call';
import { showDetail, useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage } from '../../domain/edit-page';
import { useNow } from '../../domain/use-now';
import { TASK_VIEWS } from '../../domain/use-task-completion';
import { type TaskFormValue, taskForm, toForm } from './form-value';
import { TaskFields } from './task-fields';

const TITLE = '编辑待办';

const check = ({ dueAt }: TaskFormValue, changes: object) =>
  'dueAt' in changes && dueAt !== null && dueAt <= toInstant(Date.now())
    ? [{ field: 'dueAt', message: '时间要晚于现在' }]
    : [];

const explain = ({ code, message }: ApiError) =>
  code === 'TASK_DUE_IN_PAST' ? [{ field: 'dueAt', message }] : undefined;

export function EditTask({ id, item }: EditedRecord) {
  const now = useNow();
  const detail = useDetail(tasks.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(task) => (
        <EditPage
          title={TITLE}
          item={item}
          what="这条待办"
          name={`edit-task:${id}`}
          label="修改待办"
          record={task}
          recordId={id}
          form={taskForm}
          fill={toForm}
          check={check}
          explain={explain}
          offline={detail.error?.offline}
          endpoint={tasks.update}
          refresh={TASK_VIEWS}
          onSaved={(data) => showDetail(tasks.get, { params: { id } }, data)}
          home={`/work/task/index?id=${id}`}
        >
          {({ value, errors, onChange }) => (
            <TaskFields value={value} errors={errors} now={now} onChange={onChange} />
          )}
        </EditPage>
      )}
    </EditLoader>
  );
}
