import { defineConfig } from 'vitest/config';

// Apart from `npm test`, because these tests read dist/weapp.
export default defineConfig({
  test: { root: import.meta.dirname, include: ['**/*.spec.ts'], testTimeout: 20_000 },
});
