import type { UserDetail } from '#shared/users/contract.ts';

/** What the form holds: text as typed, `''` for nothing. */
export interface UserForm {
  readonly username: string;
  readonly name: string;
  readonly mobile: string;
  readonly email: string;
  readonly departmentId: string;
  readonly roleIds: readonly string[];
}

export const FIELD_NAMES = ['username', 'name', 'mobile', 'email', 'departmentId', 'roleIds'] as const;

export interface UserEdit {
  /** The account as it was when the edit began: what differs from it was changed here. */
  readonly base: UserForm;
  readonly version: number;
  readonly form: UserForm;
}

const BLANK: UserForm = { username: '', name: '', mobile: '', email: '', departmentId: '', roleIds: [] };
export const BLANK_EDIT: UserEdit = { base: BLANK, version: 0, form: BLANK };

const toForm = (user: UserDetail): UserForm => ({
  username: user.username,
  name: user.name,
  mobile: user.mobile ?? '',
  email: user.email ?? '',
  departmentId: user.department?.id ?? '',
  roleIds: user.roles.map(({ id }) => id).sort(),
});

export const editOf = (user: UserDetail): UserEdit => ({
  base: toForm(user),
  version: user.version,
  form: toForm(user),
});

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** What was changed in the form, as the contract takes it. */
export function profileChanges({ base, form }: UserEdit) {
  const profile = ({ name, mobile, email, departmentId }: UserForm) => ({
    name,
    mobile: mobile.trim() || null,
    email: email.trim() || null,
    departmentId: departmentId || null,
  });
  const before = profile(base);
  const changed = Object.entries(profile(form)).filter(
    ([name, value]) => !same(value, before[name as keyof typeof before]),
  );
  return Object.fromEntries(changed) as Partial<ReturnType<typeof profile>>;
}

export const rolesChanged = ({ base, form }: UserEdit): boolean =>
  !same([...base.roleIds].sort(), [...form.roleIds].sort());

export const isChanged = (edit: UserEdit): boolean =>
  Object.keys(profileChanges(edit)).length > 0 || rolesChanged(edit);

/** The same edit on top of a newer state: what was changed here stays, everything else is theirs. */
export function rebase({ base, form }: UserEdit, current: UserDetail): UserEdit {
  const theirs = toForm(current);
  const merged = FIELD_NAMES.map((name) => [name, same(form[name], base[name]) ? theirs[name] : form[name]]);
  return { base: theirs, version: current.version, form: Object.fromEntries(merged) as UserForm };
}
