import { defineConfig } from 'vitest/config';

/** The suite. Embedded unless TEST_DATABASE_URL and TEST_REDIS_URL name servers to run the rest on. */
export default defineConfig({
  // Packages find graphql's one file, our own text another: two copies of it do not know each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
