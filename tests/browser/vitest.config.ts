import { defineConfig } from 'vitest/config';
import { SLOW } from './slow-line.ts';

// Apart from `npm test`, because these tests need dist/h5 and a browser.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    globalSetup: ['global-setup.ts'],
    // One browser at a time: a loaded machine makes people slow, not the tests wrong.
    fileParallelism: false,
    // For what hangs.
    testTimeout: SLOW ? 300_000 : 120_000,
    hookTimeout: SLOW ? 300_000 : 120_000,
    expect: { poll: { timeout: SLOW ? 60_000 : 30_000 } },
    // A second try does not stop everybody; scripts/ci-summary.ts names whatever needed one.
    retry: process.env.CI ? 1 : 0,
  },
});
