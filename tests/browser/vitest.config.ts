import { defineConfig } from 'vitest/config';

// Apart from `npm test`, because these tests need dist/h5 and a browser.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    globalSetup: ['global-setup.ts'],
    // One browser at a time: a loaded machine makes people slow, not the tests wrong.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
