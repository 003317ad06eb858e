import { type Department, departmentErrors, type departments } from '#shared/departments/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Row } from '../../kernel/transition.ts';
import { loadDepartments } from './departments.queries.ts';
import { createDepartment } from './people.ts';

export async function addDepartment(
  work: Work,
  fields: Request<typeof departments.create>['body'],
): Promise<Department> {
  await requireActive(work, fields.managerId);
  const id = await createDepartment(work.db, work.now, fields);
  const department = await storedDepartment(work, id);
  work.audit({
    action: 'department.created',
    entity: 'departments',
    entityId: id,
    changes: diff({}, { name: department.name, manager: department.manager?.name ?? null }),
  });
  return department;
}

/** Renames, moves, or puts somebody in charge: only what is given. */
export async function updateDepartment(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof departments.update>['body'],
): Promise<Department> {
  const all = await lockDepartments(work);
  const before = await requireVersion(work, all, id, version);
  if (changes.managerId !== before.managerId) await requireActive(work, changes.managerId);
  if (changes.parentId && isWithin(all, changes.parentId, id)) {
    throw departmentErrors.DEPARTMENT_CYCLE({
      fields: [{ field: 'parentId', message: '不能移到自己或自己的下级部门里' }],
    });
  }
  const old = await storedDepartment(work, id);
  await work.db
    .updateTable('departments')
    .set({
      ...changes,
      ...(changes.parentId === undefined || changes.parentId === before.parentId
        ? {}
        : { parentSince: work.now }),
      version: before.version + 1,
      updatedAt: work.now,
    })
    .where('id', '=', id)
    .execute();
  const after = await storedDepartment(work, id);
  const nameOf = (wanted: string | null) => all.find((each) => each.id === wanted)?.name ?? null;
  const inWords = (department: Department) => ({
    name: department.name,
    parent: nameOf(department.parentId),
    manager: department.manager?.name ?? null,
  });
  work.audit({
    action: 'department.updated',
    entity: 'departments',
    entityId: id,
    changes: diff(inWords(old), inWords(after)),
  });
  return after;
}

/** Deletes a department that holds neither people, disabled ones included, nor departments. */
export async function removeDepartment(
  work: Work,
  id: string,
  { version }: Request<typeof departments.remove>['body'],
): Promise<Record<string, never>> {
  const all = await lockDepartments(work);
  const { name } = await requireVersion(work, all, id, version);
  const member = await work.db
    .selectFrom('users')
    .select('id')
    .where('departmentId', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (member || all.some(({ parentId }) => parentId === id)) throw departmentErrors.DEPARTMENT_NOT_EMPTY();
  await work.db.deleteFrom('departments').where('id', '=', id).execute();
  work.audit({
    action: 'department.deleted',
    entity: 'departments',
    entityId: id,
    changes: { name: [name, null] },
  });
  return {};
}

/** The whole tree, so that two moves at the same time cannot make a circle. */
const lockDepartments = ({ db }: Work): Promise<Row<'departments'>[]> =>
  db.selectFrom('departments').selectAll().orderBy('id').forUpdate().execute();

async function requireVersion(
  work: Work,
  all: readonly Row<'departments'>[],
  id: string,
  version: number,
): Promise<Row<'departments'>> {
  const department = all.find((each) => each.id === id);
  if (!department) throw httpErrors.NOT_FOUND();
  if (department.version !== version) {
    throw httpErrors.STALE({ details: { current: await storedDepartment(work, id) } });
  }
  return department;
}

/** Whether a department is another one or lies below it. */
function isWithin(all: readonly Row<'departments'>[], id: string, ancestorId: string): boolean {
  for (let at: string | null = id; at; at = all.find((each) => each.id === at)?.parentId ?? null) {
    if (at === ancestorId) return true;
  }
  return false;
}

async function requireActive({ db }: Work, managerId: string | null | undefined): Promise<void> {
  if (!managerId) return;
  const manager = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', managerId)
    .where('status', '=', 'active')
    .executeTakeFirst();
  if (manager) return;
  throw httpErrors.VALIDATION({ fields: [{ field: 'managerId', message: '这位同事不存在或已停用' }] });
}

async function storedDepartment({ db }: Work, id: string): Promise<Department> {
  const [department] = await loadDepartments(db, id);
  if (!department) throw httpErrors.NOT_FOUND();
  return department;
}
