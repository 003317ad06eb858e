import { sql } from 'kysely';
import type { Department } from '#shared/departments/contract.ts';
import type { Queryable } from '../../kernel/database.ts';

/** All departments by name, or the one with this id. A company has a few dozen: no pages. */
export async function loadDepartments(db: Queryable, id?: string): Promise<Department[]> {
  let query = db
    .selectFrom('departments')
    .leftJoin('users as manager', 'manager.id', 'departments.managerId')
    .select([
      'departments.id',
      'departments.name',
      'departments.parentId',
      'departments.managerId',
      'manager.name as managerName',
      'departments.version',
      sql<number>`(
        select count(*) from users
        where users.department_id = departments.id and users.status = 'active')`.as('members'),
    ])
    .orderBy('departments.name')
    .orderBy('departments.id');
  if (id) query = query.where('departments.id', '=', id);
  const rows = await query.execute();
  return rows.map(({ managerId, managerName, ...department }) => ({
    ...department,
    manager: managerId ? { id: managerId, name: managerName ?? '' } : null,
  }));
}
