/** Opens the configured database, brings its tables up to date, and owns its lock. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { Log } from '../log.ts';
import { lockDataDir } from './data-dir.ts';
import type { Database } from './database.ts';
import { applyMigrations, type MigrationSession } from './migrate.ts';
import { createPglite, openPglite } from './pglite.ts';
import { openPostgres, postgresSession } from './postgres.ts';

/** Where things are kept (src/config.ts parses it). */
export type Storage =
  | { readonly kind: 'pglite'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * Ready to use: locked, open and migrated.
 *
 * @throws {DataDirInUse} when another process has the data directory. @throws {MigrationError}
 */
export async function openDatabase(storage: Storage, { log }: { log: Log }): Promise<Database> {
  const { database, applied } =
    storage.kind === 'pglite' ? await openEmbedded(storage.dataDir, log) : await openServer(storage.url);
  if (applied.length > 0) log.info({ migrations: applied }, 'the database was brought up to date');
  return database;
}

/** There is no database where one should be looked at. */
export class NoDatabase extends Error {
  override readonly name = 'NoDatabase';
}

/**
 * As it is: locked and open, nothing made and nothing migrated. For looking at it, and after it.
 *
 * @throws {NoDatabase} when the data directory has none. @throws {DataDirInUse}
 */
export async function openAsItIs(storage: Storage, { log }: { log: Log }): Promise<Database> {
  if (storage.kind === 'postgres') return openPostgres(storage.url);
  if (!existsSync(join(storage.dataDir, 'PG_VERSION'))) {
    throw new NoDatabase(`There is no database in ${storage.dataDir} yet; the first start of the server makes it.`);
  }
  return onLocked(storage.dataDir, log, async (pglite) => openPglite(pglite));
}

async function openEmbedded(dataDir: string, log: Log): Promise<{ database: Database; applied: string[] }> {
  let applied: string[] = [];
  const database = await onLocked(dataDir, log, async (pglite) => {
    const session: MigrationSession = {
      exec: (text) => pglite.exec(text),
      query: async <Row>(text: string, values: unknown[]) => (await pglite.query<Row>(text, values)).rows,
    };
    applied = await applyMigrations(session);
    return openPglite(pglite);
  });
  return { database, applied };
}

/** The database that `open` makes of the files; closing it lets go of them. */
async function onLocked(dataDir: string, log: Log, open: (pglite: PGlite) => Promise<Database>): Promise<Database> {
  const lock = await lockDataDir(dataDir, (why) => {
    log.fatal({ err: why }, 'the data directory belongs to somebody else now; stopping before rows are lost');
    process.exit(1);
  });
  try {
    const database = await open(await createPglite(dataDir));
    return {
      ...database,
      unhurried: async (statement) => {
        await lock.keepFresh();
        await database.unhurried(statement);
      },
      close: () => database.close().finally(lock.release),
    };
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

async function openServer(url: string): Promise<{ database: Database; applied: string[] }> {
  const session = await postgresSession(url);
  try {
    return { applied: await applyMigrations(session), database: openPostgres(url) };
  } finally {
    await session.close();
  }
}
