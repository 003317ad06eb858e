import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { id, idParams, version } from '../values/id.ts';
import { requiredLine } from '../values/text.ts';

export const departmentErrors = defineErrors({
  DEPARTMENT_CYCLE: { status: 409, message: '不能移到自己或自己的下级部门里' },
  DEPARTMENT_NOT_EMPTY: { status: 409, message: '部门里还有员工或下级部门，先移走再删除' },
});

export const department = z.object({
  id,
  name: z.string(),
  /** Null at the top. */
  parentId: id.nullable(),
  manager: z.object({ id, name: z.string() }).nullable(),
  /** Active people in the department itself, without those below. */
  members: z.number(),
  version,
});
export type Department = z.infer<typeof department>;

const fields = {
  name: requiredLine(50),
  parentId: id.nullable().optional(),
  managerId: id.nullable().optional(),
};

export const departments = {
  list: endpoint({
    method: 'GET',
    path: '/api/departments',
    permission: 'users.lookup',
    summary: '全部部门，按 parentId 组成树',
    response: z.object({ list: z.array(department) }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/departments',
    permission: 'users.manage',
    summary: '新建部门',
    body: z.strictObject(fields),
    response: department,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/departments/:id',
    permission: 'users.manage',
    summary: '改名、移动或更换负责人，只改传入的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...fields })
      .partial()
      .required({ version: true }),
    response: department,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/departments/:id',
    permission: 'users.manage',
    summary: '删除空部门',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({}),
  }),
};
