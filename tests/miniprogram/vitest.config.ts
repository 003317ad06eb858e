import { defineConfig } from 'vitest/config';

// Apart from `npm test`, because these tests read dist/weapp.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    // Visits are made against the real server.
    globalSetup: ['../../server/testing/global-setup.ts'],
    // For what hangs: a machine that is busy with something else is slow, not wrong.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
