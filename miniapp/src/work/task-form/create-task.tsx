import Taro from '@tarojs/taro';
import { useState } from 'react';
import { customers } from '#shared/customers/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { leads } from '#shared/leads/contract.ts';
import { type TaskDraft, type TaskSourceEntity, taskDraft, tasks } from '#shared/tasks/contract.ts';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from '#shared/values/time.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll, showDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { FormPage } from '../../domain/edit-page';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { TASK_VIEWS } from '../../domain/use-task-completion';
import { UserPicker } from '../../domain/user-picker';
import { Card, PickField, Row, toast } from '../../ui';
import { FIELD_NAMES, type TaskFormValue, toForm } from './form-value';
import { TaskFields } from './task-fields';

type Person = { readonly id: string; readonly name: string };
type About = Person & { readonly entity: TaskSourceEntity };
const ABOUT: Readonly<Record<TaskSourceEntity, string>> = { leads: '相关线索', customers: '相关客户' };

interface NewTask {
  readonly task: TaskFormValue;
  /** Null: the author. */
  readonly assignee: Person | null;
  readonly about: About | null;
}

const tomorrow = (now: Instant) => atWallClock(addDays(dateOf(now), 1), '09:00');

function initialOf(item: OutboxItem | undefined, about: About | null): NewTask {
  if (!item) {
    const dueAt = tomorrow(toInstant(Date.now()));
    return { task: { title: '', dueAt, priority: 'medium', description: '' }, assignee: null, about };
  }
  const { assigneeId, sourceId, sourceEntity = 'leads', ...body } = item.input.body as TaskDraft;
  return {
    task: toForm({ description: null, priority: 'medium', ...body } as Parameters<typeof toForm>[0]),
    assignee: assigneeId ? { id: assigneeId, name: '已选的同事' } : null,
    about: sourceId ? { entity: sourceEntity, id: sourceId, name: ABOUT[sourceEntity] } : null,
  };
}

interface CreateTaskProps {
  /** The lead or customer that it is about. */
  about: About | null;
  /** One that was refused after it had been queued: the form corrects it. */
  item?: OutboxItem | undefined;
}

export function CreateTask({ about, item }: CreateTaskProps) {
  const user = useSession()?.user;
  const now = useNow();
  const [initial] = useState(() => initialOf(item, about));
  const draft = useDraft<NewTask>(
    item ? `task-outbox:${item.key}` : about ? `task-about:${about.id}` : 'task',
    initial,
  );
  const { task, assignee } = draft.value;
  const [picking, setPicking] = useState(false);
  const [pending, setPending] = useState(false);
  const form = useFormErrors([...FIELD_NAMES, 'assigneeId'], item?.error?.fields ?? []);

  const change = (changes: Partial<TaskFormValue>) => {
    form.clear(Object.keys(changes));
    draft.setValue((before) => ({ ...before, task: { ...before.task, ...changes } }));
  };
  const pick = (chosen: Person | null) => {
    form.clear(['assigneeId']);
    draft.setValue((before) => ({ ...before, assignee: chosen }));
    setPicking(false);
  };

  const refused = (error: ApiError) => {
    // The login is on its way; the form waits under it.
    if (error.status === 401) return;
    if (error.code === 'TASK_DUE_IN_PAST') form.show([{ field: 'dueAt', message: error.message }]);
    else if (error.code.startsWith('TASK_ASSIGNEE')) {
      form.show([{ field: 'assigneeId', message: error.message }]);
    } else if (error.fields) form.show(error.fields);
    else form.fail(error.message);
  };

  const save = async () => {
    if (pending) return;
    const source = draft.value.about;
    const judged = taskDraft.safeParse({
      title: task.title,
      priority: task.priority,
      ...(task.dueAt ? { dueAt: task.dueAt } : {}),
      ...(task.description.trim() ? { description: task.description } : {}),
      ...(assignee ? { assigneeId: assignee.id } : {}),
      ...(source ? { sourceEntity: source.entity ?? 'leads', sourceId: source.id } : {}),
    });
    if (!judged.success) return form.show(fieldErrorsOf(judged.error.issues));
    if (judged.data.dueAt <= toInstant(Date.now())) {
      return form.show([{ field: 'dueAt', message: '时间要晚于现在' }]);
    }
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        tasks.create,
        { body: judged.data },
        {
          label: `新建待办 ${judged.data.title}`,
          idempotencyKey: item ? item.key : draft.idempotencyKey,
        },
      );
      draft.clear();
      goBack('/work/tasks/index');
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动同步');
        return;
      }
      const { data } = result;
      showDetail(tasks.get, { params: { id: data.id } }, data);
      void refreshAll(...TASK_VIEWS, leads.timeline, customers.timeline);
      toast('已新建', {
        action: '查看',
        onAction: () => void Taro.navigateTo({ url: `/work/task/index?id=${data.id}` }),
      });
    } catch (thrown) {
      if (thrown instanceof ApiError) refused(thrown);
      else form.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  const assigns = may(user, 'tasks.assign');
  return (
    <FormPage
      item={item}
      title="新建待办"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
      sheets={
        assigns && (
          <UserPicker
            open={picking}
            title="给谁"
            value={assignee?.id ?? null}
            none={{ label: '我自己', onPick: () => pick(null) }}
            onPick={({ id, name }) => pick(id === user?.id ? null : { id, name })}
            onClose={() => setPicking(false)}
          />
        )
      }
    >
      {draft.value.about && (
        <Card>
          <Row
            icon={draft.value.about.entity === 'customers' ? 'building' : 'contact'}
            title={draft.value.about.name}
            detail={ABOUT[draft.value.about.entity ?? 'leads']}
          />
        </Card>
      )}
      <TaskFields
        value={task}
        errors={form.errors}
        now={now}
        onChange={change}
        assignee={
          assigns && (
            <PickField
              name="assigneeId"
              label="给谁"
              error={form.errors.assigneeId}
              text={assignee?.name ?? '我自己'}
              onPress={() => setPicking(true)}
            />
          )
        }
      />
    </FormPage>
  );
}
