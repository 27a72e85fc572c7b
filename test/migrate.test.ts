/** Migrations: applied by the server itself, in a way that Prisma's own tools agree with. */
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FILTER, withEngine } from '../scripts/schema-engine.ts';
import { applyMigrations, MigrationError, migrationsDir, pendingMigrations } from '../src/infra/migrate.ts';
import { packageRoot } from '../src/infra/package-root.ts';
import { compile, type Fragment } from '../src/infra/sql.ts';
import { type EmptyDatabase, emptyPglite, emptyPostgres } from './support/empty-database.ts';

const url = process.env.TEST_DATABASE_URL;
const places: [string, boolean, () => Promise<EmptyDatabase>][] = [
  ['PGlite', true, emptyPglite],
  ['PostgreSQL', url !== undefined, () => emptyPostgres(url as string)],
];

describe.each(places)('migrations on %s', (_place, available, open) => {
  describe.skipIf(!available)('(TEST_DATABASE_URL says where)', () => {
    let db: EmptyDatabase;
    let dir: string;

    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'migrations-'));
      await cp(migrationsDir(), dir, { recursive: true });
      db = await open();
    });

    afterEach(async () => {
      await db.drop();
      await rm(dir, { recursive: true });
    });

    // Prisma's engine makes two databases in memory for this, which takes a busy machine a while.
    it('leave Prisma nothing to apply, nothing edited or failed, and no drift', { timeout: 180_000 }, async () => {
      await applyMigrations(db.session);
      await withEngine(db.adapter, async ({ engine, schema, migrations: migrationsList }) => {
        const asked = { migrationsList, filters: NO_FILTER };
        expect(await engine.diagnoseMigrationHistory({ ...asked, optInToShadowDatabase: true })).toEqual({
          history: null,
          editedMigrationNames: [],
          failedMigrationNames: [],
          hasMigrationsTable: true,
        });
        expect(await engine.applyMigrations(asked)).toEqual({ appliedMigrationNames: [] });
        const drift = await engine.diff({
          from: { tag: 'schemaDatasource', ...schema, configDir: packageRoot() },
          to: { tag: 'migrations', ...migrationsList },
          script: true,
          exitCode: true,
          filters: NO_FILTER,
        });
        expect(drift.exitCode).toBe(0);
      });
    });

    it('are not applied again where Prisma applied them', async () => {
      await withEngine(db.adapter, ({ engine, migrations }) =>
        engine.applyMigrations({ migrationsList: migrations, filters: NO_FILTER }),
      );
      expect(await applyMigrations(db.session)).toEqual([]);
    });

    it('are pending before they are applied, and not after', async () => {
      await addMigration('9998_one', 'CREATE TABLE one (id INT)');
      const all = await pendingMigrations(reader(), dir);
      expect(all.at(-1)).toBe('9998_one');
      expect(await applyMigrations(db.session, dir)).toEqual(all);
      expect(await pendingMigrations(reader(), dir)).toEqual([]);
      await addMigration('9999_two', 'CREATE TABLE two (id INT)');
      expect(await pendingMigrations(reader(), dir)).toEqual(['9999_two']);
    });

    it('leave nothing behind when one fails, and go on from there once it is mended', async () => {
      await applyMigrations(db.session);
      await addMigration('9999_half', 'CREATE TABLE half (id INT); SELECT 1 / 0;');
      await expect(applyMigrations(db.session, dir)).rejects.toThrow(/9999_half failed.*division by zero/);
      await addMigration('9999_half', 'CREATE TABLE half (id INT);');
      expect(await applyMigrations(db.session, dir)).toEqual(['9999_half']);
    });

    it('refuse a database whose migration was edited afterwards', async () => {
      await applyMigrations(db.session);
      const [first] = await pendingBefore();
      await appendFile(join(dir, first, 'migration.sql'), '\n-- one more thought\n');
      await expectRefusal(first, 'was edited after it was applied');
    });

    it('do not mind the line ends of a checkout', async () => {
      await addMigration('9999_lines', 'CREATE TABLE lines (\r\n  id INT\r\n);\r\n');
      await applyMigrations(db.session, dir);
      await addMigration('9999_lines', 'CREATE TABLE lines (\n  id INT\n);\n');
      expect(await applyMigrations(db.session, dir)).toEqual([]);
    });

    it('refuse a database that is ahead of them', async () => {
      await addMigration('9999_future', 'SELECT 1');
      await applyMigrations(db.session, dir);
      await rm(join(dir, '9999_future'), { recursive: true });
      await expectRefusal('9999_future', 'The database is ahead of this version');
    });

    it('refuse a database where one stopped half-way, until it is marked as rolled back', async () => {
      await applyMigrations(db.session);
      await addMigration('9999_stopped', 'CREATE TABLE stopped (id INT)');
      await db.session.exec(`INSERT INTO _prisma_migrations (id, checksum, migration_name)
        VALUES ('stopped', 'unknown', '9999_stopped')`);
      await expectRefusal('9999_stopped', 'migrate resolve --rolled-back 9999_stopped');
      await db.session.exec(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'stopped'`);
      expect(await applyMigrations(db.session, dir)).toEqual(['9999_stopped']);
    });

    // PGlite has one connection, and so one process.
    if (open !== emptyPglite) {
      it('are applied once by processes that start together', async () => {
        const sessions = await Promise.all([db.connect(), db.connect(), db.connect(), db.connect()]);
        const applied = await Promise.all(sessions.map((session) => applyMigrations(session)));
        expect(applied.flat().sort()).toEqual(await pendingBefore());
      });
    }

    /** A migration of the test's own behind the real ones. */
    async function addMigration(name: string, script: string): Promise<void> {
      await mkdir(join(dir, name), { recursive: true });
      await writeFile(join(dir, name, 'migration.sql'), script);
    }

    async function expectRefusal(migration: string, reason: string): Promise<void> {
      const refusal = await applyMigrations(db.session, dir).catch((thrown: unknown) => thrown);
      expect(refusal).toBeInstanceOf(MigrationError);
      expect(refusal).toMatchObject({ migration, message: expect.stringContaining(reason) });
    }

    /** The names of the real migrations: what an empty database lacks. */
    function pendingBefore(): Promise<[string, ...string[]]> {
      return pendingMigrations({ rows: async () => [] }) as Promise<[string, ...string[]]>;
    }

    function reader() {
      return {
        rows<Row>(statement: Fragment): Promise<Row[]> {
          const { text, values } = compile(statement);
          return db.session.query<Row>(text, values);
        },
      };
    }
  });
});
