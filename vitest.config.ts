import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,server,miniapp,scripts}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['server/testing/global-setup.ts'],
    // A worker keeps one PGlite: a process of its own gives its memory back, and more than two only fight for the cores.
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs: a machine that is busy with something else is slow, not wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real servers and processes are started, killed and waited for; scripts/ci-summary.ts names whatever needed a second try.
    retry: process.env.CI && process.env.TEST_DATABASE_URL ? 1 : 0,
  },
});
