import { describe, expect, it } from 'vitest';
import { type Grants, mergeGrants, PERMISSIONS, permissions, REACHES } from './permissions.ts';
import { ROLE_CODES, roles } from './roles.ts';

describe('several roles', () => {
  it('give the wider reach, whatever their order', () => {
    const own: Grants = { 'leads.read': 'own', 'leads.update': 'all' };
    const team: Grants = { 'leads.read': 'department', 'leads.update': 'own', 'leads.pool': 'all' };
    const merged = { 'leads.read': 'department', 'leads.update': 'all', 'leads.pool': 'all' };
    expect(mergeGrants([own, team])).toEqual(merged);
    expect(mergeGrants([team, own])).toEqual(merged);
  });

  it('give nothing when there are none', () => {
    expect(mergeGrants([])).toEqual({});
  });
});

describe('the default matrix', () => {
  it('grants only permissions there are, with a reach there is, and the unscoped ones as a whole', () => {
    for (const code of ROLE_CODES) {
      for (const [name, reach] of Object.entries(roles[code].grants)) {
        expect(PERMISSIONS, `${code} ${name}`).toContain(name);
        expect(REACHES, `${code} ${name}`).toContain(reach);
        if (!permissions[name as keyof typeof permissions].scoped)
          expect(reach, `${code} ${name}`).toBe('all');
      }
    }
  });

  it('gives the administrator everything and nobody else the right to restore', () => {
    expect(Object.keys(roles.admin.grants).sort()).toEqual([...PERMISSIONS].sort());
    expect(ROLE_CODES.filter((code) => 'leads.restore' in roles[code].grants)).toEqual(['admin']);
  });

  it('lets nobody who cannot read leads do anything with them', () => {
    for (const code of ROLE_CODES) {
      const names = Object.keys(roles[code].grants);
      if (names.some((name) => /^(leads|followups)\./.test(name)))
        expect(names, code).toContain('leads.read');
    }
  });
});
