import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useRef, useState } from 'react';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import type { AvailableAction } from '#shared/machine.ts';
import { type TaskDetail, tasks } from '#shared/tasks/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import type { ApiError } from '../../api/call';
import { refreshAll, showDetail, useAction } from '../../api/query';
import type { Target } from '../../domain/follow-ups';
import { NextDate } from '../../domain/next-date';
import { ReasonSheet } from '../../domain/reason-sheet';
import { isPlanned, targetOf } from '../../domain/task-words';
import { TASK_VIEWS, useTaskCompletion } from '../../domain/use-task-completion';
import { UserPicker } from '../../domain/user-picker';
import { confirm, type IconName, type SheetAction, toast } from '../../ui';

const REASONS = {
  defer: ['客户改了时间', '在等回复', '今天来不及'],
  assign: ['区域调整', '我不在', '客户要求', '工作量调配'],
  cancel: ['客户取消了', '已经不需要', '重复了'],
  result: ['已办好', '客户同意', '客户再考虑'],
} as const;

/** Its own name: the server knows one action, whether words come with it or not. */
const RESULT = 'completeWithResult';

const ICONS: Readonly<Record<string, IconName>> = {
  complete: 'check',
  [RESULT]: 'sticky-note',
  followUp: 'pencil-line',
  defer: 'alarm-clock',
  assign: 'arrow-right-left',
  edit: 'pencil',
  cancel: 'ban',
  delete: 'trash-2',
  reopen: 'rotate-ccw',
};
const PRIMARY = ['followUp', 'complete', 'reopen'];
/** The order of what is under 更多: forward first, away last. */
const ORDER = [RESULT, 'complete', 'defer', 'edit', 'assign', 'reopen', 'cancel', 'delete'];

export const iconOf = (action: string): IconName => ICONS[action] ?? 'chevron-right';

/** The one button of the page, what stands beside it, and the rest. */
export function arrangeActions(actions: readonly AvailableAction[]): {
  primary: AvailableAction | null;
  bar: readonly AvailableAction[];
  more: SheetAction[];
} {
  const primary =
    PRIMARY.map((name) =>
      actions.find(({ action, disabledReason }) => action === name && !disabledReason),
    ).find(Boolean) ?? null;
  const bar = actions.filter(({ action, disabledReason }) => action === 'defer' && !disabledReason);
  const placed = [primary?.action, ...bar.map(({ action }) => action)];
  // A planned one is completed by its follow-up.
  const rest = actions.filter(
    ({ action }) => !placed.includes(action) && !(action === 'complete' && primary?.action === 'followUp'),
  );
  if (primary?.action === 'complete')
    rest.push({ action: RESULT, label: '完成并写结果', disabledReason: null });
  return {
    primary,
    bar,
    more: rest
      .sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action))
      .map(({ action, label, disabledReason }) => ({
        key: action,
        label,
        icon: iconOf(action),
        danger: action === 'delete',
        disabledReason,
      })),
  };
}

interface Options {
  now: Instant;
  onFollowUp: (target: Target) => void;
  /** The task is gone from this page. */
  onGone: () => void;
  /** Somebody else changed it meanwhile: what the server has now, and what was tried. */
  onStale: (theirs: TaskDetail | null, tried: string) => void;
}

type Asking = 'defer' | 'assign' | 'cancel' | 'result';

const useWrite = <E extends EndpointDefinition>(
  endpoint: E,
  onDone: (data: Answer<E>) => void,
  onError: (error: ApiError) => void,
) =>
  // What follows a lead moves the lead's date with it.
  useAction(endpoint, {
    refresh: [...TASK_VIEWS, leads.list, leads.get, leads.timeline],
    onDone,
    onError,
  });

/** Everything that can be done to a task. The server decides what is offered. */
export function useTaskActions(
  task: TaskDetail,
  { now, onFollowUp, onGone, onStale }: Options,
): { run: (action: string) => void; pending: boolean; sheets: ReactNode } {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [until, setUntil] = useState<Instant | null>(null);
  const [undated, setUndated] = useState(false);
  const [assignee, setAssignee] = useState<{ id: string; name: string } | null>(null);
  const completion = useTaskCompletion(onFollowUp);
  const tried = useRef('');

  const failed = (error: ApiError) => {
    if (error.code === 'STALE') {
      setAsking(null);
      onStale((error.details as { current?: TaskDetail } | null)?.current ?? null, tried.current);
      void refreshAll(...TASK_VIEWS);
    } else if (asking === null) toast(error.message, { kind: 'failed' });
  };
  const changed = (words: string) => (data: TaskDetail) => {
    showDetail(tasks.get, { params: { id: data.id } }, data);
    setAsking(null);
    toast(words);
  };
  const defer = useWrite(
    tasks.defer,
    (data) => changed(`已延到${formatAbsolute(data.dueAt, now)}`)(data),
    failed,
  );
  const assign = useWrite(tasks.assign, (data) => changed(`已转交给${data.assignee.name}`)(data), failed);
  const cancel = useWrite(tasks.cancel, changed('已取消'), failed);
  const finish = useWrite(tasks.complete, changed('已完成'), failed);
  const reopen = useWrite(tasks.reopen, changed('已重新打开'), failed);
  const remove = useWrite(
    tasks.remove,
    () => {
      onGone();
      toast('已删除');
    },
    failed,
  );

  const params = { id: task.id };
  const { version } = task;
  const messageOf = (error: ApiError | null) =>
    error && error.code !== 'STALE' ? (error.fields?.[0]?.message ?? error.message) : null;

  const ask = (what: Asking) => {
    for (const action of [defer, assign, cancel, finish]) action.reset();
    setAssignee(null);
    setUntil(null);
    setUndated(false);
    setAsking(what);
  };
  const askToDelete = async () => {
    const yes = await confirm({
      title: '删除这条待办？',
      message: `“${task.title}”删除后找不回来。`,
      confirm: '删除',
      danger: true,
    });
    if (yes) void remove.run({ params, body: { version } });
  };
  const planned = isPlanned(task);
  const starters: Readonly<Record<string, () => void>> = {
    // Of a planned one that is ended without a follow-up, at least a result is asked.
    complete: () => (planned ? ask('result') : completion.tickOf(task)?.(task)),
    [RESULT]: () => ask('result'),
    followUp: () => {
      if (task.source) onFollowUp(targetOf(task.source, task.title));
    },
    defer: () => ask('defer'),
    assign: () => ask('assign'),
    edit: () => void Taro.navigateTo({ url: `/work/task-form/index?id=${task.id}` }),
    cancel: () => ask('cancel'),
    delete: () => void askToDelete(),
    reopen: () => void reopen.run({ params, body: { version } }),
  };

  const close = () => setAsking(null);
  return {
    run: (action) => {
      tried.current = task.actions.find((offered) => offered.action === action)?.label ?? '完成';
      starters[action]?.();
    },
    pending:
      completion.done.has(task.id) ||
      [defer, assign, cancel, finish, reopen, remove].some((action) => action.pending),
    sheets: (
      <>
        <ReasonSheet
          open={asking === 'defer'}
          title="延期"
          subtitle={planned ? '线索的下次联系时间一起改' : task.title}
          suggestions={REASONS.defer}
          required={false}
          confirm={until ? `延到${formatAbsolute(until, now)}` : '延期'}
          pending={defer.pending}
          error={undated ? '选一个新的时间' : messageOf(defer.error)}
          onSubmit={(reason) => {
            setUndated(until === null);
            if (until === null) return;
            void defer.run({ params, body: { version, dueAt: until, ...(reason ? { reason } : {}) } });
          }}
          onClose={close}
        >
          <View className="reason__group">
            <Text className="reason__label">延到</Text>
            <NextDate
              title="延到"
              value={until}
              now={now}
              onChange={(at) => {
                setUntil(at);
                setUndated(false);
              }}
            />
          </View>
          <Text className="reason__label">原因</Text>
        </ReasonSheet>
        <UserPicker
          open={asking === 'assign' && assignee === null}
          title="转交给"
          value={task.assignee.id}
          onPick={setAssignee}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'assign' && assignee !== null}
          title={`转交给${assignee?.name ?? ''}`}
          subtitle={task.title}
          suggestions={REASONS.assign}
          confirm="转交"
          pending={assign.pending}
          error={messageOf(assign.error)}
          onSubmit={(reason) =>
            assignee && void assign.run({ params, body: { version, assigneeId: assignee.id, reason } })
          }
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'cancel'}
          title="取消待办"
          subtitle={planned ? '线索的下次联系时间一起取消' : task.title}
          suggestions={REASONS.cancel}
          confirm="取消待办"
          pending={cancel.pending}
          error={messageOf(cancel.error)}
          onSubmit={(reason) => void cancel.run({ params, body: { version, reason } })}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'result'}
          title="完成"
          subtitle={task.title}
          word="结果"
          suggestions={REASONS.result}
          confirm="完成"
          pending={finish.pending}
          error={messageOf(finish.error)}
          onSubmit={(resultNote) => void finish.run({ params, body: { version, resultNote } })}
          onClose={close}
        />
      </>
    ),
  };
}
