import { useCallback, useState } from 'react';
import { type TaskItem, tasks } from '#shared/tasks/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { ApiError } from '../api/call';
import { submit } from '../api/outbox';
import { refreshAll, showDetail } from '../api/query';
import { may, useSession } from '../api/session';
import { toast } from '../ui';
import type { Target } from './follow-ups';
import { isPlanned, targetOf } from './task-words';

/** Where a task shows. */
export const TASK_VIEWS = [tasks.list, tasks.get, workbench.get] as const;

const failed = (thrown: unknown) =>
  toast(thrown instanceof ApiError ? thrown.message : '没有保存成功，请重试', { kind: 'failed' });

const queued = () => toast('已保存在手机，有网络时自动同步');

async function reopen(task: TaskItem): Promise<void> {
  const params = { id: task.id };
  try {
    const result = await submit(
      tasks.reopen,
      { params, body: { version: task.version } },
      { label: `重新打开 ${task.title}`, recordId: task.id },
    );
    if (result.state === 'queued') return queued();
    showDetail(tasks.get, { params }, result.data);
    toast('已撤销');
  } catch (thrown) {
    failed(thrown);
  }
  await refreshAll(...TASK_VIEWS);
}

/**
 * Ticks tasks off at once, with a way back in the toast; without a network too. One that follows its record asks for the
 * words instead.
 */
export function useTaskCompletion(onFollowUp: (target: Target) => void): {
  /** What its tick does; undefined where the person may not tick it. */
  tickOf: (task: TaskItem) => ((task: TaskItem) => void) | undefined;
  /** Ticked, and the screen does not know it from the server yet. */
  done: ReadonlySet<string>;
} {
  const user = useSession()?.user;
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const mark = useCallback((id: string, on: boolean) => {
    setDone((before) => {
      const after = new Set(before);
      if (on) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);

  const complete = useCallback(
    async (task: TaskItem) => {
      if (isPlanned(task)) {
        onFollowUp(targetOf(task.source, task.title));
        return;
      }
      mark(task.id, true);
      const params = { id: task.id };
      try {
        const result = await submit(
          tasks.complete,
          { params, body: { version: task.version } },
          { label: `完成 ${task.title}`, recordId: task.id },
        );
        if (result.state === 'queued') return queued();
        showDetail(tasks.get, { params }, result.data);
        toast('已完成', { action: '撤销', onAction: () => void reopen(result.data) });
      } catch (thrown) {
        failed(thrown);
      }
      await refreshAll(...TASK_VIEWS);
      mark(task.id, false);
    },
    [mark, onFollowUp],
  );
  const ticks = may(user, 'tasks.update');
  const writes = may(user, 'followups.create');
  const tickOf = (task: TaskItem) => (ticks && (writes || !isPlanned(task)) ? complete : undefined);
  return { tickOf, done };
}
