/**
 * Driver adapters the Prisma schema engine can run migrations over: PGlite and PostgreSQL. Both published adapters
 * have faults that only show under migrations; they are mended here and nowhere else, the server does not use these.
 */
import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, SqlQuery } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

const extensions = { pg_trgm, btree_gin };

/** The files of the first empty database, before anything was done to it. */
let pristine: Promise<Blob> | undefined;

/**
 * An empty database in memory, with the extensions our migrations ask for. Making one from nothing takes seconds, so
 * only a process's first is; the others begin as copies of it.
 */
export async function openShadow(): Promise<PGlite> {
  if (pristine) return PGlite.create({ extensions, loadDataDir: await pristine });
  const first = PGlite.create({ extensions });
  pristine = first.then((database) => database.dumpDataDir('none'));
  await pristine;
  return first;
}

/** The engine's way into `client`, which stays open; its shadow databases are in memory too. */
export function pgliteAdapter(client: PGlite): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: 'pglite',
    connect: () => mendPglite(client, async () => {}),
    connectToShadowDb: connectToShadow,
  };
}

/** The engine's way into a PostgreSQL; the shadow database is embedded, so no right to create databases is needed. */
export function postgresAdapter(url: string): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: 'postgres',
    connect: async () => mendPostgres(await new PrismaPg({ connectionString: url, max: 1 }).connect()),
    connectToShadowDb: connectToShadow,
  };
}

async function connectToShadow(): Promise<SqlDriverAdapter> {
  const client = await openShadow();
  return mendPglite(client, () => client.close());
}

interface ReportsErrors {
  onError(thrown: unknown): never;
}

async function mendPglite(client: PGlite, dispose: () => Promise<void>): Promise<SqlDriverAdapter> {
  const adapter = (await new PrismaPGlite(client).connect()) as SqlDriverAdapter & ReportsErrors;
  // The published one does not await, so that a failing script is an unhandled rejection.
  adapter.executeScript = async (script) => {
    try {
      await client.exec(script);
    } catch (thrown) {
      adapter.onError(thrown);
    }
  };
  adapter.dispose = dispose;
  return adapter;
}

/** What the published adapter has and does not show. */
type PgInside = SqlDriverAdapter &
  ReportsErrors & {
    performIO(query: SqlQuery): Promise<{ fields: { dataTypeID: number }[] }>;
    underlyingDriver(): { query(text: string): Promise<unknown> };
  };

/** PostgreSQL's catalog type `"char"`, which the adapter cannot map, and `text`, which it can. */
const CHAR_OID = 18;
const TEXT_OID = 25;

function mendPostgres(published: SqlDriverAdapter): SqlDriverAdapter {
  const adapter = published as PgInside;
  // The published one splits at every semicolon, also inside quotes, and is not atomic.
  adapter.executeScript = async (script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (thrown) {
      adapter.onError(thrown);
    }
  };
  const performIO = adapter.performIO.bind(adapter);
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    return result;
  };
  return adapter;
}
