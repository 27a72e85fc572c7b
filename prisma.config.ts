import { defineConfig } from 'prisma/config';

/** For the Prisma CLI only (`prisma studio`, `prisma migrate deploy`); the server reads src/config.ts. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://not-set' },
});
