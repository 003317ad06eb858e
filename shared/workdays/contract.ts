import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { whole } from '../http/page.ts';
import { requiredLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';

/** One day on which the company works or rests otherwise than Monday to Friday, or than the Chinese calendar says. */
const specialDay = z.object({
  date: calendarDate,
  workday: z.boolean(),
  /** `国庆节`, or what the administrator wrote. */
  note: z.string(),
  /** Whether it is the company's own decision, which can be taken back. */
  override: z.boolean(),
});
export type SpecialDay = z.infer<typeof specialDay>;

const params = z.strictObject({ date: calendarDate });

export const workdays = {
  list: endpoint({
    method: 'GET',
    path: '/api/workdays',
    permission: 'reminders.manage',
    summary: '一年里的法定节假日、调休上班日与公司自己的调整，按日期',
    query: z.strictObject({ year: whole(2000, 2099) }),
    response: z.object({
      list: z.array(specialDay),
      /** Whether the holidays of this year are known; if not, only Monday to Friday and the company's own days count. */
      published: z.boolean(),
    }),
  }),
  set: endpoint({
    method: 'PUT',
    path: '/api/workdays/:date',
    permission: 'reminders.manage',
    summary: '把一天定为上班或休息，优先于法定日历',
    params,
    body: z.strictObject({ workday: z.boolean(), note: requiredLine(50) }),
    response: specialDay,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/workdays/:date',
    permission: 'reminders.manage',
    summary: '取消公司对这一天的调整',
    params,
    response: z.object({ date: calendarDate }),
  }),
};
