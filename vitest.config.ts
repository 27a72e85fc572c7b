import { defineConfig } from 'vitest/config';

/** The suite. Embedded unless TEST_DATABASE_URL and TEST_REDIS_URL name servers to run the rest on. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
