/** The sentences of a task: pure, so that list, today page and detail say the same. */
import type { TaskItem } from '#shared/tasks/contract.ts';
import { taskMachine } from '#shared/tasks/machine.ts';
import { dateOf, formatAbsolute, formatRelative, type Instant, wallClock } from '#shared/values/time.ts';
import type { Target } from './follow-ups';
import { overdueWords } from './next-step';

type Planned = TaskItem & { source: NonNullable<TaskItem['source']> };

/** Whether it follows its lead or customer: it is done by writing the follow-up. */
export const isPlanned = (task: TaskItem): task is Planned =>
  (task.type === 'lead_follow_up' || task.type === 'customer_follow_up') && task.source !== null;

/** What the follow-up of a task is about. */
export const targetOf = (source: Planned['source'], title: string): Target => ({
  entity: source.entity,
  id: source.id,
  customerName: source.name ?? title,
});

export interface DueWords {
  text: string;
  urgency: 'overdue' | 'today' | 'later' | 'ended';
}

/**
 * When: `逾期2天`, `今天 18:00`, `明天`, `昨天完成`.
 * @param dated the day stands over it already
 */
export function dueWords(task: TaskItem, now: Instant, dated = false): DueWords {
  const { dueAt, endedAt, status } = task;
  if (status !== 'pending') {
    const when = endedAt ? formatRelative(endedAt < now ? endedAt : now, now) : '';
    return { text: `${when}${taskMachine.states[status].slice(1)}`, urgency: 'ended' };
  }
  if (task.overdue) return { text: overdueWords(dueAt, now, '逾期'), urgency: 'overdue' };
  const today = dateOf(dueAt) === dateOf(now);
  const text = dated
    ? wallClock(dueAt).time
    : today
      ? formatAbsolute(dueAt, now)
      : formatRelative(dueAt, now);
  return { text, urgency: today ? 'today' : 'later' };
}
