import { expect, it } from 'vitest';
import { authErrors } from './auth/contract.ts';
import { departmentErrors } from './departments/contract.ts';
import { followUpErrors } from './followups/contract.ts';
import { type AppError, httpErrors } from './http/errors.ts';
import { leadErrors } from './leads/contract.ts';
import { roleErrors } from './roles/contract.ts';
import { userErrors } from './users/contract.ts';

it('every refusal of the product is a client or server error with Chinese words, and every code is used once', () => {
  const all = [
    httpErrors,
    authErrors,
    leadErrors,
    followUpErrors,
    roleErrors,
    userErrors,
    departmentErrors,
  ].flatMap((catalogue) => Object.values(catalogue as Record<string, () => AppError>).map((make) => make()));
  for (const error of all) {
    expect(error.status, error.code).toBeGreaterThanOrEqual(400);
    expect(error.status, error.code).toBeLessThan(600);
    expect(error.message, error.code).toMatch(/\p{Script=Han}/u);
  }
  expect(new Set(all.map((error) => error.code)).size).toBe(all.length);
});
