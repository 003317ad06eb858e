import type { Department } from '#shared/departments/contract.ts';

export interface Branch {
  readonly department: Department;
  /** 0 at the top. */
  readonly depth: number;
  /** From the top: `华南销售部 / 深圳组`. */
  readonly path: string;
}

/** The departments in the order of their tree, each followed by those below it. */
export function inTreeOrder(list: readonly Department[]): Branch[] {
  const below = (parent: Branch | null): Branch[] =>
    list
      .filter(({ parentId }) => parentId === (parent?.department.id ?? null))
      .flatMap((department) => {
        const branch: Branch = {
          department,
          depth: parent ? parent.depth + 1 : 0,
          path: parent ? `${parent.path} / ${department.name}` : department.name,
        };
        return [branch, ...below(branch)];
      });
  return below(null);
}

/** A department with everything below it. */
export function withBelow(list: readonly Department[], id: string): Set<string> {
  const found = new Set([id]);
  for (const { department } of inTreeOrder(list)) {
    if (department.parentId && found.has(department.parentId)) found.add(department.id);
  }
  return found;
}

/** For a choice of one, with a first one that means none. */
export const departmentOptions = (
  list: readonly Department[],
  none: string,
  without: ReadonlySet<string> = new Set(),
) => [
  { value: '', label: none },
  ...inTreeOrder(list)
    .filter(({ department }) => !without.has(department.id))
    .map(({ department, path }) => ({ value: department.id, label: path })),
];
