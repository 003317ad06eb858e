import { describe, expect, it, test } from 'vitest';
import { readConfig } from './config.ts';

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const production = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://crm.example.com',
};

describe('the configuration', () => {
  it('needs nothing to start with', () => {
    expect(readConfig({})).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      DEMO_DATA: 'on',
      WORKER: 'on',
    });
  });

  it('reads numbers, and blank values as absent', () => {
    expect(readConfig({ PORT: '0', DATABASE_URL: '', REDIS_URL: '', PUBLIC_URL: '' })).toMatchObject({
      PORT: 0,
    });
    expect(readConfig({ DATABASE_URL: '' }).DATABASE_URL).toBeUndefined();
  });

  it('lists every problem at once', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      DATABASE_URL: 'mysql://localhost',
      REDIS_URL: 'localhost:6379',
      LOG_LEVEL: 'loud',
      JWT_SECRET: 'short',
      SMTP_URL: 'mail.example.com',
      DATABASE_POOL: '1',
    });
    for (const name of [
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'LOG_LEVEL',
      'JWT_SECRET',
      'SMTP_URL',
      'DATABASE_POOL',
    ])
      expect(problems).toContain(`- ${name}`);
  });

  it('does not repeat a secret that it refuses', () => {
    expect(problemsOf({ JWT_SECRET: 'hunter2' })).not.toContain('hunter2');
    expect(problemsOf({ DATABASE_URL: 'mysql://root:hunter2@db' })).not.toContain('hunter2');
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1.5'],
    ['WORKER', 'yes'],
    ['PASSWORD_MEMORY_KIB', '7'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ [name]: value })).toContain(`- ${name}`);
  });
});

describe('production', () => {
  it('starts with a secret and an address of its own', () => {
    expect(readConfig(production).NODE_ENV).toBe('production');
  });

  it('lists everything that is missing or too weak', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PASSWORD_MEMORY_KIB: '8',
      WECHAT_APP_ID: 'wx123',
    });
    for (const name of ['JWT_SECRET', 'PUBLIC_URL', 'PASSWORD_MEMORY_KIB', 'WECHAT_APP_ID'])
      expect(problems).toContain(`- ${name}`);
  });

  test.each<[string, Record<string, string>]>([
    ['the secret of development', { JWT_SECRET: 'development-only-secret-do-not-deploy' }],
    ['a short secret', { JWT_SECRET: 'x'.repeat(31) }],
    ['half a WeChat account', { WECHAT_APP_SECRET: 'abc' }],
    ['a WeChat template without an account', { WECHAT_TEMPLATE_OVERDUE: 'abc' }],
    ['cheap passwords', { PASSWORD_MEMORY_KIB: '1024' }],
    ['an address that is none', { PUBLIC_URL: 'crm.example.com' }],
  ])('refuses %s', (_, change) => {
    expect(problemsOf({ ...production, ...change })).toContain('The configuration is not usable');
  });
});
