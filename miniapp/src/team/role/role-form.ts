import type { Role } from '#shared/roles/contract.ts';

/** Permission → reach. Plain text, so that a permission that is newer than this app stays as it is. */
type Granted = Readonly<Record<string, string>>;

export interface RoleForm {
  readonly name: string;
  readonly description: string;
  readonly granted: Granted;
}

/** A role being edited: how it was when the edit began, and how it is now. */
export interface RoleEdit {
  readonly base: RoleForm;
  readonly version: number;
  readonly form: RoleForm;
}

/** Stands for no grant in a segmented control. */
export const NONE = 'none';

const REACH_OPTIONS = [
  { value: NONE, label: '无' },
  { value: 'own', label: '本人' },
  { value: 'department', label: '本部门' },
  { value: 'all', label: '全公司' },
];
const SWITCH_OPTIONS = [
  { value: NONE, label: '关' },
  { value: 'all', label: '开' },
];
export const optionsFor = (scoped: boolean) => (scoped ? REACH_OPTIONS : SWITCH_OPTIONS);

export const reachIn = ({ granted }: RoleForm, permission: string): string => granted[permission] ?? NONE;

/** In words, for what a row was before. */
export const wordOf = (scoped: boolean, reach: string): string =>
  optionsFor(scoped).find(({ value }) => value === reach)?.label ?? reach;

export const BLANK_ROLE: RoleEdit = {
  base: { name: '', description: '', granted: {} },
  version: 0,
  form: { name: '', description: '', granted: {} },
};

export const toForm = ({ name, description, permissions }: Role): RoleForm => ({
  name,
  description,
  granted: { ...permissions },
});

export function withReach(form: RoleForm, permission: string, reach: string): RoleForm {
  const { [permission]: _, ...others } = form.granted;
  return { ...form, granted: reach === NONE ? others : { ...others, [permission]: reach } };
}

/** The permissions that differ. */
export function changedPermissions(base: RoleForm, form: RoleForm): string[] {
  const all = new Set([...Object.keys(base.granted), ...Object.keys(form.granted)]);
  return [...all].filter((permission) => reachIn(base, permission) !== reachIn(form, permission));
}

export const wordsChanged = (base: RoleForm, form: RoleForm): boolean =>
  base.name !== form.name || base.description !== form.description;

/** Somebody else saved first: their changes come in, and what was changed here stays changed, to be looked at again. */
export function rebase({ base, form }: RoleEdit, current: Role): RoleEdit {
  const theirs = toForm(current);
  let merged: RoleForm = {
    ...theirs,
    name: form.name === base.name ? theirs.name : form.name,
    description: form.description === base.description ? theirs.description : form.description,
  };
  for (const permission of changedPermissions(base, form)) {
    merged = withReach(merged, permission, reachIn(form, permission));
  }
  return { base: theirs, version: current.version, form: merged };
}
