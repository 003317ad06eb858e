/** What the filters of the task list say in words, and how they combine. Pure. */
import {
  PRIORITY_LABELS,
  TASK_TYPE_LABELS,
  type TaskFilters,
  type TaskPriority,
  type TaskType,
  taskFilters,
} from '#shared/tasks/contract.ts';
import type { TaskStatus } from '#shared/tasks/machine.ts';
import { decoded } from '../../api/navigation';
import { listOf } from '../../domain/active-filters';

export const STATES = { open: '未完成', overdue: '已逾期', today: '今天', ended: '已结束' } as const;
export type State = keyof typeof STATES;

const FILTERS_OF: Readonly<Record<State, TaskFilters>> = {
  open: { status: ['pending'] },
  overdue: { due: 'overdue' },
  today: { due: 'today' },
  ended: { status: ['completed', 'cancelled'] },
};

export function stateOf({ due, status }: TaskFilters): State | null {
  if (due) return due;
  const chosen = listOf<TaskStatus>(status);
  if (chosen.length === 0) return null;
  return chosen.includes('pending') ? 'open' : 'ended';
}

export function withState(filters: TaskFilters, state: State): TaskFilters {
  const { due: _due, status: _status, ...rest } = filters;
  return { ...rest, ...FILTERS_OF[state] };
}

export function withAssignee(filters: TaskFilters, assigneeId: string | null): TaskFilters {
  const { assigneeId: _before, ...rest } = filters;
  return assigneeId === null ? rest : { ...rest, assigneeId };
}

/** The filters that stand in the address of the page; null: none. */
export function filtersOf(params: Readonly<Record<string, string | undefined>>): TaskFilters | null {
  const given = Object.keys(taskFilters)
    .filter((name) => params[name])
    .map((name) => [name, decoded(params[name] ?? '')]);
  return given.length > 0 ? (Object.fromEntries(given) as TaskFilters) : null;
}

/** Filters that came with the address and have no chip of their own: each can be taken away. */
export function otherFilters(
  filters: TaskFilters,
  about: string | null,
): { key: string; label: string; without: TaskFilters }[] {
  const without = (...keys: (keyof TaskFilters)[]): TaskFilters => {
    const rest = { ...filters };
    for (const key of keys) delete rest[key];
    return rest;
  };
  const { planned, sourceId, sourceEntity, priority, type, from, to } = filters;
  const types = listOf<TaskType>(type);
  const priorities = listOf<TaskPriority>(priority);
  return [
    planned === undefined
      ? null
      : {
          key: 'planned',
          label: String(planned) === 'true' ? '只看跟进' : '不含跟进',
          without: without('planned'),
        },
    sourceId
      ? {
          key: 'source',
          label: about ?? (sourceEntity === 'customers' ? '一位客户' : '一条线索'),
          without: without('sourceId', 'sourceEntity'),
        }
      : null,
    types.length > 0
      ? { key: 'type', label: types.map((one) => TASK_TYPE_LABELS[one]).join('、'), without: without('type') }
      : null,
    priorities.length > 0
      ? {
          key: 'priority',
          label: `优先级${priorities.map((one) => PRIORITY_LABELS[one]).join('、')}`,
          without: without('priority'),
        }
      : null,
    from || to
      ? { key: 'dates', label: `到期 ${from ?? '…'}–${to ?? '…'}`, without: without('from', 'to') }
      : null,
  ].filter((each) => each !== null);
}
