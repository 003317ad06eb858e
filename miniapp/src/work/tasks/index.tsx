import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type TaskFilters, type TaskItem, tasks } from '#shared/tasks/contract.ts';
import { type CalendarDate, dateOf, formatDay } from '#shared/values/time.ts';
import { decoded } from '../../api/navigation';
import { useOutbox } from '../../api/outbox';
import { useList } from '../../api/query';
import { may, reachOf } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { TaskRow } from '../../domain/task-row';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { useTaskCompletion } from '../../domain/use-task-completion';
import { UserPicker } from '../../domain/user-picker';
import { Card, Chip, EmptyState, SearchBar, Segmented } from '../../ui';
import { filtersOf, otherFilters, STATES, type State, stateOf, withAssignee, withState } from './task-view';
import './index.scss';

const TITLE = '待办';
const STATE_OPTIONS = optionsOf(STATES);
const SCOPES = [
  { value: 'mine' as const, label: '我的' },
  { value: 'team' as const, label: '团队' },
];

const openTask = (task: TaskItem) => void Taro.navigateTo({ url: `/work/task/index?id=${task.id}` });
const CREATE = {
  label: '新建待办',
  onPress: () => void Taro.navigateTo({ url: '/work/task-form/index' }),
};

/** The filters of the contract in the address: `?due=overdue&assigneeId=…`; with `sourceId` also its `name`. */
export default function TasksPage() {
  return (
    <Guarded title={TITLE} permission="tasks.read">
      {(user) => <Tasks user={user} />}
    </Guarded>
  );
}

function Tasks({ user }: { user: CurrentUser }) {
  const { params } = useRouter();
  const now = useNow();
  const wide = reachOf(user, 'tasks.read') !== 'own';
  const [start] = useState<TaskFilters>(
    () => filtersOf(params) ?? withAssignee({ status: ['pending'] }, wide ? user.id : null),
  );
  const [filters, setFilters] = useState(start);
  const [person, setPerson] = useState<{ id: string; name: string } | null>(null);
  const [keyword, setKeyword] = useState('');
  const [picking, setPicking] = useState(false);
  const waiting = useOutbox();
  const followUp = useFollowUp();
  const { tickOf, done } = useTaskCompletion(followUp.open);
  const state = stateOf(filters);
  const list = useList(tasks.list, { ...filters, keyword, sort: state === 'ended' ? '-dueAt' : 'dueAt' });

  useShownAgain(() => void list.refresh());

  const creates = may(user, 'tasks.create');
  const mine = filters.assigneeId === user.id;
  const others = otherFilters(filters, params.name ? decoded(params.name) : null);
  const pick = (next: { id: string; name: string } | null) => {
    setPerson(next);
    setPicking(false);
    setFilters(withAssignee(filters, next?.id ?? null));
  };
  const unsent = new Set(waiting.map(({ recordId }) => recordId));

  return (
    <ListPage
      title={TITLE}
      list={{ ...list, rows: daysOf(list.rows, dateOf(now)) }}
      asked={[filters, keyword]}
      search={<SearchBar value={keyword} placeholder="搜索待办" onSearch={setKeyword} />}
      scope={
        wide && (
          <Segmented
            options={SCOPES}
            value={mine ? 'mine' : 'team'}
            onChange={(next) => {
              setPerson(null);
              setFilters(withAssignee(filters, next === 'mine' ? user.id : null));
            }}
          />
        )
      }
      chips={
        <>
          {STATE_OPTIONS.map(({ value, label }) => (
            <Chip
              key={value}
              role="radio"
              on={state === value}
              onPress={() => setFilters(withState(filters, value))}
            >
              {label}
            </Chip>
          ))}
          {wide && !mine && may(user, 'users.lookup') && (
            <Chip on={filters.assigneeId !== undefined} opens onPress={() => setPicking(true)}>
              {person?.name ?? (filters.assigneeId ? '一位同事' : '负责人')}
            </Chip>
          )}
        </>
      }
      unit="条"
      active={others}
      onRemove={setFilters}
      create={creates && CREATE}
      empty={
        <Empty
          state={state}
          keyword={keyword}
          narrowed={others.length > 0 || person !== null}
          onShowAll={() => {
            setKeyword('');
            setPerson(null);
            setFilters(withAssignee({ status: ['pending'] }, wide && mine ? user.id : null));
          }}
          creates={creates && (mine || !wide)}
        />
      }
      render={({ title, dated, tasks: rows }) => (
        <View>
          <Text className="tasks__day" {...{ role: 'heading', 'aria-level': '2' }}>
            {title}
          </Text>
          <Card>
            {rows.map((task) => (
              <TaskRow
                key={task.id}
                task={task}
                now={now}
                dated={dated}
                onOpen={openTask}
                onComplete={tickOf(task)}
                done={done.has(task.id)}
                showAssignee={task.assignee.id !== user.id}
                unsent={unsent.has(task.id)}
              />
            ))}
          </Card>
        </View>
      )}
    >
      {followUp.sheet}
      <UserPicker
        open={picking}
        title="负责人"
        value={filters.assigneeId ?? null}
        none={{ label: '所有人', onPick: () => pick(null) }}
        onPick={({ id, name }) => pick({ id, name })}
        onClose={() => setPicking(false)}
      />
    </ListPage>
  );
}

interface Day {
  id: string;
  title: string;
  dated: boolean;
  tasks: TaskItem[];
}

/** The rows, which are in order, by the day they are due; what is late stands together. */
function daysOf(rows: readonly TaskItem[], today: CalendarDate): Day[] {
  const days: Day[] = [];
  for (const task of rows) {
    const title = task.overdue ? '已逾期' : formatDay(dateOf(task.dueAt), today);
    const last = days[days.length - 1];
    if (last?.title === title) last.tasks.push(task);
    else days.push({ id: title, title, dated: !task.overdue, tasks: [task] });
  }
  return days;
}

interface EmptyProps {
  state: State | null;
  keyword: string;
  narrowed: boolean;
  onShowAll: () => void;
  /** Somebody may begin the list here. */
  creates: boolean;
}

const EMPTY: Readonly<Record<State, { title: string; hint: string }>> = {
  open: { title: '没有要做的待办', hint: '答应客户的事记一条，到时间会提醒' },
  overdue: { title: '没有逾期的待办', hint: '都按时做完了' },
  today: { title: '今天没有到期的待办', hint: '可以看看后面几天的安排' },
  ended: { title: '还没有结束的待办', hint: '完成和取消的会留在这里' },
};

function Empty({ state, keyword, narrowed, onShowAll, creates }: EmptyProps) {
  const all = { action: '查看全部未完成', onAction: onShowAll };
  if (narrowed || keyword) {
    return <NothingFound keyword={keyword} what="待办" icon={keyword ? 'search' : 'list-checks'} {...all} />;
  }
  const words = EMPTY[state ?? 'open'];
  if (state === 'overdue' || state === 'today') {
    return <EmptyState icon="circle-check" {...words} {...all} />;
  }
  return <NothingYet icon="list-checks" {...words} create={creates && state !== 'ended' && CREATE} />;
}
