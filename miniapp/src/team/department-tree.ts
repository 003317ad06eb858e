import type { Department } from '#shared/departments/contract.ts';

export interface Branch {
  readonly department: Department;
  /** 0 at the top. */
  readonly depth: number;
}

/** The departments in the order of their tree, each followed by those below it. */
export function inTreeOrder(list: readonly Department[]): Branch[] {
  const below = (parentId: string | null, depth: number): Branch[] =>
    list
      .filter((each) => each.parentId === parentId)
      .flatMap((department) => [{ department, depth }, ...below(department.id, depth + 1)]);
  return below(null, 0);
}

/** A department with everything below it. */
export function withBelow(list: readonly Department[], id: string): Set<string> {
  const found = new Set([id]);
  for (const { department } of inTreeOrder(list)) {
    if (department.parentId && found.has(department.parentId)) found.add(department.id);
  }
  return found;
}

/** For a choice of one: indented, with a first one that means none. */
export const departmentOptions = (
  list: readonly Department[],
  none: string,
  without: ReadonlySet<string> = new Set(),
) => [
  { value: '', label: none },
  ...inTreeOrder(list)
    .filter(({ department }) => !without.has(department.id))
    .map(({ department, depth }) => ({
      value: department.id,
      label: `${'　'.repeat(depth)}${department.name}`,
    })),
];
