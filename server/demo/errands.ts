import type { TaskDraft } from '#shared/tasks/contract.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';
import { createDays } from './days.ts';
import { createRandom } from './random.ts';

/** Something that somebody of the demo company has to do beside the leads; `done` says when and with what result. */
export interface Errand {
  readonly at: Instant;
  readonly by: string;
  /** Given to a colleague. */
  readonly to?: string;
  readonly draft: Omit<TaskDraft, 'assigneeId'>;
  readonly done?: { readonly at: Instant; readonly note: string };
}

type Line = Pick<Errand, 'by' | 'to'> &
  Pick<TaskDraft, 'title' | 'description' | 'priority'> & {
    /** Working days back that it was made; today it was due is 0, tomorrow -1. */
    readonly made: number;
    readonly due: number;
    readonly note?: string;
  };

const LINES: readonly Line[] = [
  {
    by: 'sales',
    title: '给金沙酒店寄样品',
    priority: 'high',
    made: 4,
    due: 1,
    description: '温控面板两种颜色各一套',
  },
  { by: 'manager', to: 'sales', title: '补齐上周拜访的照片', made: 3, due: 0 },
  { by: 'sales', title: '准备下周酒店用品展的报价单', made: 2, due: -2 },
  {
    by: 'sales',
    title: '把新价格表发给老客户',
    priority: 'low',
    made: 6,
    due: 3,
    note: '已群发，三家有回复',
  },
  { by: 'manager', title: '核对本月各组的成交目标', priority: 'high', made: 2, due: 0 },
  { by: 'manager', to: 'sales2', title: '整理竞品恒居的报价', made: 5, due: 2 },
  { by: 'manager', title: '安排新人跟访', made: 1, due: -3 },
  {
    by: 'engineer',
    title: '巡检珠江新城样板间',
    priority: 'high',
    made: 5,
    due: 2,
    description: '重点看网关信号和门磁',
  },
  { by: 'engineer', title: '给惠州项目寄备用网关', made: 2, due: 0 },
  { by: 'engineer', title: '更新安装手册里的接线图', priority: 'low', made: 3, due: -4 },
  {
    by: 'engineer',
    title: '远程处理 1208 房空调离线',
    priority: 'high',
    made: 4,
    due: 3,
    note: '重启网关后恢复，已观察一天',
  },
  { by: 'finance', title: '核对上月回款', priority: 'high', made: 4, due: 1 },
  { by: 'finance', title: '给绿湾酒店开发票', made: 1, due: 0 },
  { by: 'finance', title: '催收尾款：海悦两期', made: 2, due: -1 },
  { by: 'finance', title: '整理差旅报销单', priority: 'low', made: 7, due: 4, note: '已全部入账' },
];

/** Everything beside the leads up to `now`. */
export function errands(now: Instant, isWorkday: IsWorkday): Errand[] {
  const days = createDays(now, isWorkday, createRandom(20_260_302));
  return LINES.map(({ by, to, made, due, note, ...draft }) => {
    const at = days.moments(made, 1)[0]!;
    const dueAt = due === 0 ? days.laterToday() : days.appointment(due);
    const errand = { at, by, ...(to ? { to } : {}), draft: { ...draft, dueAt } };
    // Done the day before it was due, or somewhat later on the day it was made.
    const done = note && {
      at: toInstant(Math.max(Date.parse(at) + 3_600_000, Date.parse(dueAt) - 86_400_000)),
      note,
    };
    return done ? { ...errand, done } : errand;
  });
}
