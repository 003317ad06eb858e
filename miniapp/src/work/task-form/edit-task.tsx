import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type TaskDetail, tasks } from '#shared/tasks/contract.ts';
import { toInstant } from '#shared/values/time.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { submit } from '../../api/outbox';
import { refreshAll, showDetail, useDetail } from '../../api/query';
import { ConflictSheet } from '../../domain/conflict-sheet';
import { ConnectionBanner } from '../../domain/connection-banner';
import { RestoredNotice } from '../../domain/restored-notice';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { TASK_VIEWS } from '../../domain/use-task-completion';
import { Banner, Button, DetailSkeleton, ErrorState, Page, toast } from '../../ui';
import {
  changedFields,
  FIELD_NAMES,
  readable,
  TASK_FIELDS,
  type TaskFieldName,
  type TaskFormValue,
  toChanges,
  toForm,
} from './form-value';
import { TaskFields } from './task-fields';

const TITLE = '编辑待办';

/** Loads the task, then the form. */
export function EditTask({ id }: { id: string }) {
  const { data, error, refresh, refreshing } = useDetail(tasks.get, { params: { id } });
  if (data) return <EditForm loaded={data} offline={error?.offline} />;
  return (
    <Page title={TITLE}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <View className="task-form">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}

interface Edit {
  /** The record as it was when the edit began: what differs from it was changed here. */
  readonly base: TaskFormValue;
  readonly version: number;
  readonly task: TaskFormValue;
}

interface Conflict {
  readonly mine: TaskFormValue;
  readonly theirs: TaskFormValue;
  readonly version: number;
  readonly fields: readonly TaskFieldName[];
}

function EditForm({ loaded, offline }: { loaded: TaskDetail; offline: boolean | undefined }) {
  const now = useNow();
  // The record that the form began with: a refresh in the background must not change what is being typed.
  const [initial] = useState<Edit>(() => ({
    base: toForm(loaded),
    version: loaded.version,
    task: toForm(loaded),
  }));
  const draft = useDraft<Edit>(`task:${loaded.id}`, initial);
  const { base, task } = draft.value;
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [pending, setPending] = useState(false);
  const form = useFormErrors(FIELD_NAMES);
  const params = { id: loaded.id };

  const leave = () => {
    if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
    else void Taro.redirectTo({ url: `/work/task/index?id=${loaded.id}` });
  };

  const send = async (edit: Edit): Promise<void> => {
    const changes = toChanges(edit.base, edit.task);
    if (Object.keys(changes).length === 0) {
      draft.clear();
      leave();
      return;
    }
    const judged = tasks.update.body.safeParse({ ...changes, version: edit.version });
    if (!judged.success) return form.show(fieldErrorsOf(judged.error.issues));
    if (judged.data.dueAt && judged.data.dueAt <= toInstant(Date.now())) {
      return form.show([{ field: 'dueAt', message: '时间要晚于现在' }]);
    }
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        tasks.update,
        { params, body: judged.data },
        { label: `修改待办 ${edit.task.title}`, recordId: loaded.id },
      );
      draft.clear();
      leave();
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动同步');
        return;
      }
      showDetail(tasks.get, { params }, result.data);
      void refreshAll(...TASK_VIEWS);
      toast('已保存');
    } catch (thrown) {
      if (thrown instanceof ApiError) refused(thrown);
      else form.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  function refused(error: ApiError): void {
    const current = (error.details as { current?: TaskDetail } | null | undefined)?.current;
    if (error.code === 'STALE' && current) reconcile(current);
    else if (error.status === 401) return;
    else if (error.code === 'TASK_DUE_IN_PAST') form.show([{ field: 'dueAt', message: error.message }]);
    else if (error.fields) form.show(error.fields);
    else form.fail(error.message);
  }

  /** Others' changes come in, mine stay; only where both changed the same field somebody has to choose. */
  function reconcile(current: TaskDetail): void {
    const theirs = toForm(current);
    const mine = changedFields(base, task);
    const value = { ...theirs, ...Object.fromEntries(mine.map((name) => [name, task[name]])) };
    const their = changedFields(base, theirs);
    const fields = changedFields(theirs, value).filter((name) => their.includes(name));
    if (fields.length > 0) {
      setConflict({ mine: value, theirs, version: current.version, fields });
      return;
    }
    retry({ base: theirs, version: current.version, task: value });
  }

  function retry(merged: Edit): void {
    draft.setValue(merged);
    void send(merged);
  }

  return (
    <Page
      title={TITLE}
      scrollTo={form.scrollTo}
      banner={
        form.failure ? <Banner tone="danger">{form.failure}</Banner> : <ConnectionBanner offline={offline} />
      }
      footer={
        <View className="task-form__save">
          <Button kind="primary" block pending={pending} onPress={() => void send(draft.value)}>
            保存
          </Button>
        </View>
      }
    >
      <View className="task-form">
        {draft.restored !== null && (
          <RestoredNotice at={draft.restored} now={now} onDiscard={draft.discard} />
        )}
        <TaskFields
          value={task}
          errors={form.errors}
          now={now}
          onChange={(changes) => {
            form.clear(Object.keys(changes));
            draft.setValue((before) => ({ ...before, task: { ...before.task, ...changes } }));
          }}
        />
      </View>
      {conflict && (
        <ConflictSheet
          open
          what="这条待办"
          conflicts={conflict.fields.map((name) => ({
            name,
            label: TASK_FIELDS[name],
            mine: readable(conflict.mine, name, now),
            theirs: readable(conflict.theirs, name, now),
          }))}
          onClose={() => setConflict(null)}
          onChoose={(names) => {
            const taken = Object.fromEntries(names.map((name) => [name, conflict.theirs[name]]));
            setConflict(null);
            retry({
              base: conflict.theirs,
              version: conflict.version,
              task: { ...conflict.mine, ...(taken as Partial<TaskFormValue>) },
            });
          }}
        />
      )}
    </Page>
  );
}
