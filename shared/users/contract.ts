import * as z from 'zod';
import { ROLE_CODES } from '../access/roles.ts';
import { endpoint } from '../http/endpoint.ts';
import { flag, listQuery, pageOf } from '../http/page.ts';
import { id } from '../values/id.ts';

export const colleague = z.object({
  id,
  name: z.string(),
  departmentName: z.string().nullable(),
  roles: z.array(z.string()),
  /** How many open leads they follow now. */
  openLeads: z.number(),
});
export type Colleague = z.infer<typeof colleague>;

export const users = {
  list: endpoint({
    method: 'GET',
    path: '/api/users',
    permission: 'users.lookup',
    summary: '同事名单，用于选择跟进人',
    query: listQuery(['name'], {
      role: z.enum(ROLE_CODES as [(typeof ROLE_CODES)[number], ...typeof ROLE_CODES]).optional(),
      /** `true`: only those who can follow leads. */
      assignable: flag.optional(),
    }),
    response: pageOf(colleague),
  }),
};
