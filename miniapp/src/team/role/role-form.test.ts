import { expect, test } from 'vitest';
import type { Role } from '#shared/roles/contract.ts';
import { changedPermissions, NONE, rebase, toForm, withReach, wordOf, wordsChanged } from './role-form';

const role = (more: Partial<Role> = {}): Role => ({
  id: '0198c0de-0000-7000-8000-000000000001',
  code: 'sales',
  name: '销售',
  description: '',
  builtIn: true,
  members: 3,
  permissions: { 'leads.read': 'own', 'leads.claim': 'all' },
  version: 1,
  ...more,
});

test('a row is changed when it differs from what was read, and no longer when it is put back', () => {
  const base = toForm(role());
  const wider = withReach(base, 'leads.read', 'department');
  expect(changedPermissions(base, wider)).toEqual(['leads.read']);
  expect(changedPermissions(base, withReach(wider, 'leads.read', 'own'))).toEqual([]);
  expect(changedPermissions(base, withReach(base, 'leads.claim', NONE))).toEqual(['leads.claim']);
  expect(withReach(base, 'leads.claim', NONE).granted).toEqual({ 'leads.read': 'own' });
  expect(wordsChanged(base, wider)).toBe(false);
});

test('what somebody else saved first comes in, and what was changed here stays changed', () => {
  const base = toForm(role());
  const form = withReach({ ...base, description: '跟进线索' }, 'leads.read', 'department');
  const current = role({
    name: '业务员',
    permissions: { 'leads.read': 'all', 'logs.read': 'all' },
    version: 4,
  });
  const { base: theirs, version, form: merged } = rebase({ base, version: 1, form }, current);
  expect(version).toBe(4);
  expect(merged).toEqual({
    name: '业务员',
    description: '跟进线索',
    granted: { 'leads.read': 'department', 'logs.read': 'all' },
  });
  expect(changedPermissions(theirs, merged)).toEqual(['leads.read']);
});

test('a permission that this app does not know yet stays as it is', () => {
  const base = toForm(role({ permissions: { 'moon.visit': 'all' } as Role['permissions'] }));
  expect(withReach(base, 'leads.read', 'own').granted).toEqual({ 'moon.visit': 'all', 'leads.read': 'own' });
});

test('a grant reads as the control shows it', () => {
  expect([wordOf(true, NONE), wordOf(true, 'department'), wordOf(false, NONE), wordOf(false, 'all')]).toEqual(
    ['无', '本部门', '关', '开'],
  );
});
