/**
 * Brings a database to the tables this code expects, at start, on PostgreSQL and on PGlite. History is kept as Prisma
 * keeps it (`_prisma_migrations`), so that `prisma migrate deploy` and `status` agree with what was done here.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../errors.ts';
import type { Sql } from './database.ts';
import { packageRoot } from './package-root.ts';
import { compile, type Fragment, sql } from './sql.ts';

/** One connection: what is sent runs in order, in one session. */
export interface MigrationSession {
  /** Runs one or several statements without parameters. */
  exec(text: string): Promise<unknown>;
  /** Runs one statement and answers its rows. */
  query<Row>(text: string, values: unknown[]): Promise<Row[]>;
}

/** The database cannot be brought to where this code needs it; the message says why, and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  constructor(
    readonly migration: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where the migrations of this package lie: one folder each, applied in the order of their names. */
export function migrationsDir(): string {
  return join(packageRoot(), 'prisma/migrations');
}

/**
 * Applies what is missing, each migration in one transaction: all of it and its entry in the history, or nothing.
 * Any number of processes may call this at once; they take turns by the advisory lock Prisma uses too.
 *
 * @returns the names applied by this call, in order; empty when there was nothing to do.
 * @throws {MigrationError} when a migration fails, failed before, was edited after it was applied, or is unknown here.
 */
export async function applyMigrations(session: MigrationSession, dir: string = migrationsDir()): Promise<string[]> {
  const migrations = await readMigrations(dir);
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(session, migrations);
    if (name === null) return applied;
    applied.push(name);
  }
}

/** The names not applied yet, in order. Reads only; for readiness checks. */
export async function pendingMigrations(db: Pick<Sql, 'rows'>, dir: string = migrationsDir()): Promise<string[]> {
  const done = new Set((await readHistory(db)).filter((entry) => entry.finished).map((entry) => entry.name));
  return (await migrationNames(dir)).filter((name) => !done.has(name));
}

interface Migration {
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script, hex. */
  readonly checksum: string;
}

interface HistoryEntry {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** The advisory lock of Prisma's own migrate commands. */
const LOCK = 72_707_369;

/** Exactly the table Prisma makes. */
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The lock is taken anew in each transaction: it ends with it, whatever happens to this process. */
async function applyNext(session: MigrationSession, migrations: readonly Migration[]): Promise<string | null> {
  await session.exec('BEGIN');
  try {
    await session.exec(`SELECT pg_advisory_xact_lock(${LOCK})`);
    const db = asSql(session);
    const next = nextMigration(migrations, await readHistory(db));
    if (next) {
      await session.exec(HISTORY_TABLE);
      await runScript(session, next);
      await db.rows(remember(next));
    }
    await session.exec('COMMIT');
    return next?.name ?? null;
  } catch (thrown) {
    await session.exec('ROLLBACK');
    throw thrown;
  }
}

async function runScript(session: MigrationSession, { name, script }: Migration): Promise<void> {
  try {
    await session.exec(script);
  } catch (thrown) {
    throw new MigrationError(
      name,
      `Migration ${name} failed, and nothing of it was kept: ${errorText(thrown)}. Mend the cause and start again.`,
    );
  }
}

/** The first migration not applied yet, after the history as a whole was found to fit. */
function nextMigration(migrations: readonly Migration[], history: readonly HistoryEntry[]): Migration | undefined {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const entry of history) {
    const migration = known.get(entry.name);
    if (!migration) {
      throw new MigrationError(
        entry.name,
        `The database is ahead of this version: it has the migration ${entry.name}, which is unknown here. Run the newer version again, or restore a backup made before it.`,
      );
    }
    if (!entry.finished) {
      throw new MigrationError(
        entry.name,
        `Migration ${entry.name} failed half-way earlier. Repair the tables by hand, then tell the history with "npx prisma migrate resolve --rolled-back ${entry.name}" (nothing of it remains) or "--applied" (all of it is there).`,
      );
    }
    if (entry.checksum !== migration.checksum) {
      throw new MigrationError(
        entry.name,
        `Migration ${entry.name} was edited after it was applied to this database. Restore the file as it was, and put the change into a new migration.`,
      );
    }
  }
  const applied = new Set(history.map((entry) => entry.name));
  return migrations.find((migration) => !applied.has(migration.name));
}

/** What was applied or begun, in order; without what was rolled back, which may be applied again. */
async function readHistory(db: Pick<Sql, 'rows'>): Promise<HistoryEntry[]> {
  const [table] = await db.rows<{ present: boolean }>(sql`/* migrations.table */
    SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  if (!table?.present) return [];
  return db.rows<HistoryEntry>(sql`/* migrations.history */
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`);
}

function remember({ name, checksum }: Migration): Fragment {
  return sql`/* migrations.remember */
    INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    VALUES (${randomUUID()}, ${checksum}, ${name}, now(), clock_timestamp(), 1)`;
}

async function migrationNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = await migrationNames(dir);
  return Promise.all(names.map((name) => readMigration(dir, name)));
}

async function readMigration(dir: string, name: string): Promise<Migration> {
  // A checkout may have given the file other line ends; Prisma looks past them too.
  const script = (await readFile(join(dir, name, 'migration.sql'), 'utf8')).replaceAll('\r\n', '\n');
  return { name, script, checksum: createHash('sha256').update(script).digest('hex') };
}

function asSql(session: MigrationSession): Pick<Sql, 'rows'> {
  return {
    rows<Row>(statement: Fragment): Promise<Row[]> {
      const { text, values } = compile(statement);
      return session.query<Row>(text, values);
    },
  };
}
