import { expect, it } from 'vitest';
import type { UserDetail } from '#shared/users/contract.ts';
import { editOf, isChanged, profileChanges, rebase, rolesChanged } from './user-form';

const user: UserDetail = {
  id: '1',
  username: 'zhang',
  name: '张三',
  mobile: '13800138000',
  email: null,
  department: { id: 'd1', name: '一部' },
  roles: [{ id: 'r1', code: 'sales', name: '销售' }],
  status: 'active',
  wechatBound: false,
  mustChangePassword: false,
  openLeads: 0,
  createdAt: '2026-03-10T02:00:00.000Z',
  version: 3,
  actions: [],
};

it('sends only what was changed, and null for what was emptied', () => {
  const edit = editOf(user);
  expect(profileChanges(edit)).toEqual({});
  expect(isChanged(edit)).toBe(false);
  const form = { ...edit.form, mobile: ' ', departmentId: '', roleIds: ['r2', 'r1'] };
  expect(profileChanges({ ...edit, form })).toEqual({ mobile: null, departmentId: null });
  expect(rolesChanged({ ...edit, form })).toBe(true);
});

it('keeps what was typed when somebody else saved first, and takes the rest from them', () => {
  const edit = editOf(user);
  const mine = { ...edit, form: { ...edit.form, name: '张三丰' } };
  const theirs = { ...user, name: '张山', mobile: null, version: 4 };
  const next = rebase(mine, theirs);
  expect(next.version).toBe(4);
  expect(next.form).toMatchObject({ name: '张三丰', mobile: '' });
  expect(profileChanges(next)).toEqual({ name: '张三丰' });
});
