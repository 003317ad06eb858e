import { Text, View } from '@tarojs/components';
import Taro, { useDidShow, useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type TaskFilters, type TaskItem, tasks } from '#shared/tasks/contract.ts';
import { type CalendarDate, dateOf, formatDay } from '#shared/values/time.ts';
import { decoded, openLogin } from '../../api/navigation';
import { useOutbox } from '../../api/outbox';
import { useList } from '../../api/query';
import { may, reachOf, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { optionsOf } from '../../domain/labels';
import { countWords } from '../../domain/list-parts';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { TaskRow } from '../../domain/task-row';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useTaskCompletion } from '../../domain/use-task-completion';
import { UserPicker } from '../../domain/user-picker';
import {
  Card,
  Chip,
  ChipRow,
  EmptyState,
  FloatingButton,
  InfiniteList,
  Page,
  SearchBar,
  Segmented,
} from '../../ui';
import { filtersOf, otherFilters, STATES, type State, stateOf, withAssignee, withState } from './task-view';
import './index.scss';

const TITLE = '待办';
const STATE_OPTIONS = optionsOf(STATES);
const SCOPES = [
  { value: 'mine' as const, label: '我的' },
  { value: 'team' as const, label: '团队' },
];

const openTask = (task: TaskItem) => void Taro.navigateTo({ url: `/work/task/index?id=${task.id}` });
const create = () => void Taro.navigateTo({ url: '/work/task-form/index' });

/** The filters of the contract in the address: `?due=overdue&assigneeId=…`; with `sourceId` also its `name`. */
export default function TasksPage() {
  const user = useSession()?.user;
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'tasks.read')) return <NoPermission title={TITLE} />;
  return <Tasks user={user} />;
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

  const first = useRef(true);
  useDidShow(() => {
    if (!user) openLogin();
    else if (!first.current) void list.refresh();
    first.current = false;
  });

  const mine = filters.assigneeId === user.id;
  const others = otherFilters(filters, params.name ? decoded(params.name) : null);
  const pick = (next: { id: string; name: string } | null) => {
    setPerson(next);
    setPicking(false);
    setFilters(withAssignee(filters, next?.id ?? null));
  };
  const unsent = new Set(waiting.map(({ recordId }) => recordId));

  const top = (
    <View className="tasks-top">
      <View className="tasks-top__search">
        <SearchBar value={keyword} placeholder="搜索待办" onSearch={setKeyword} />
      </View>
      {wide && (
        <View className="tasks-top__scope">
          <Segmented
            options={SCOPES}
            value={mine ? 'mine' : 'team'}
            onChange={(next) => {
              setPerson(null);
              setFilters(withAssignee(filters, next === 'mine' ? user.id : null));
            }}
          />
        </View>
      )}
      <View className="tasks-top__chips">
        <ChipRow>
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
        </ChipRow>
      </View>
    </View>
  );

  return (
    <Page
      title={TITLE}
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      floating={may(user, 'tasks.create') && <FloatingButton label="新建待办" onPress={create} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([filters, keyword])}
    >
      <View className="tasks">
        <View className="tasks__head">
          <Text className="tasks__count">{countWords(list, '条')}</Text>
          {others.length > 0 && (
            <View className="tasks__others">
              {others.map(({ key, label, without }) => (
                <Chip key={key} on removable onPress={() => setFilters(without)}>
                  {label}
                </Chip>
              ))}
            </View>
          )}
        </View>
        <InfiniteList
          list={{ ...list, rows: daysOf(list.rows, dateOf(now)) }}
          rowKey={({ title }) => title}
          empty={
            <Empty
              state={state}
              keyword={keyword}
              mine={mine || !wide}
              narrowed={others.length > 0 || person !== null}
              onShowAll={() => {
                setKeyword('');
                setPerson(null);
                setFilters(withAssignee({ status: ['pending'] }, wide && mine ? user.id : null));
              }}
              onCreate={may(user, 'tasks.create') ? create : null}
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
        />
      </View>
      {followUp.sheet}
      <UserPicker
        open={picking}
        title="负责人"
        value={filters.assigneeId ?? null}
        none={{ label: '所有人', onPick: () => pick(null) }}
        onPick={({ id, name }) => pick({ id, name })}
        onClose={() => setPicking(false)}
      />
    </Page>
  );
}

interface Day {
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
    else days.push({ title, dated: !task.overdue, tasks: [task] });
  }
  return days;
}

interface EmptyProps {
  state: State | null;
  keyword: string;
  mine: boolean;
  narrowed: boolean;
  onShowAll: () => void;
  onCreate: (() => void) | null;
}

const EMPTY: Readonly<Record<State, { title: string; hint: string }>> = {
  open: { title: '没有要做的待办', hint: '答应客户的事记一条，到时间会提醒' },
  overdue: { title: '没有逾期的待办', hint: '都按时做完了' },
  today: { title: '今天没有到期的待办', hint: '可以看看后面几天的安排' },
  ended: { title: '还没有结束的待办', hint: '完成和取消的会留在这里' },
};

function Empty({ state, keyword, mine, narrowed, onShowAll, onCreate }: EmptyProps) {
  if (narrowed || keyword) {
    return (
      <EmptyState
        icon={keyword ? 'search' : 'list-checks'}
        title={keyword ? `没有找到“${keyword}”` : '没有符合条件的待办'}
        hint="换个条件试试"
        action="查看全部未完成"
        onAction={onShowAll}
      />
    );
  }
  const words = EMPTY[state ?? 'open'];
  if (state === 'overdue' || state === 'today') {
    return <EmptyState icon="circle-check" {...words} action="查看全部未完成" onAction={onShowAll} />;
  }
  return (
    <EmptyState
      icon="list-checks"
      {...words}
      {...(onCreate && mine && state !== 'ended' ? { action: '新建待办', onAction: onCreate } : {})}
    />
  );
}
