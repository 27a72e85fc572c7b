/** Opens the configured database, brings its tables up to date, and owns its lock. */
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

async function openEmbedded(dataDir: string, log: Log): Promise<{ database: Database; applied: string[] }> {
  const unlock = await lockDataDir(dataDir, (why) => {
    log.fatal({ err: why }, 'the data directory belongs to somebody else now; stopping before rows are lost');
    process.exit(1);
  });
  try {
    const pglite = await createPglite(dataDir);
    const session: MigrationSession = {
      exec: (text) => pglite.exec(text),
      query: async <Row>(text: string, values: unknown[]) => (await pglite.query<Row>(text, values)).rows,
    };
    const applied = await applyMigrations(session);
    const database = openPglite(pglite);
    return { database: { ...database, close: () => database.close().finally(unlock) }, applied };
  } catch (thrown) {
    await unlock();
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
