/** Databases without a table in them, for tests of what makes the tables. Each is its own and is dropped by `drop`. */
import { randomBytes } from 'node:crypto';
import type { PGlite } from '@electric-sql/pglite';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { openShadow, pgliteAdapter, postgresAdapter } from '../../scripts/migration-adapters.ts';
import type { MigrationSession } from '../../src/infra/migrate.ts';

/** An empty database, as the server, a second process, and Prisma's schema engine reach it. */
export interface EmptyDatabase {
  readonly session: MigrationSession;
  /** One more connection; on PGlite the same one, as it has no other. */
  connect(): Promise<MigrationSession>;
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  drop(): Promise<void>;
}

/** In memory. */
export async function emptyPglite(): Promise<EmptyDatabase & { readonly client: PGlite }> {
  const client = await openShadow();
  const session: MigrationSession = {
    exec: (text) => client.exec(text),
    query: async <Row>(text: string, values: unknown[]) => (await client.query<Row>(text, values)).rows,
  };
  return { client, session, connect: async () => session, adapter: pgliteAdapter(client), drop: () => client.close() };
}

/** On the server that `url` names. */
export async function emptyPostgres(url: string): Promise<EmptyDatabase> {
  const name = `vu_empty_${randomBytes(6).toString('hex')}`;
  await onServer(url, `CREATE DATABASE ${name}`);
  const ours = new URL(url);
  ours.pathname = `/${name}`;
  const clients: pg.Client[] = [];
  const connect = async (): Promise<MigrationSession> => {
    const client = new pg.Client({ connectionString: ours.href });
    clients.push(client);
    await client.connect();
    return {
      exec: (text) => client.query(text),
      query: async <Row>(text: string, values: unknown[]) => (await client.query(text, values)).rows as Row[],
    };
  };
  return {
    session: await connect(),
    connect,
    adapter: postgresAdapter(ours.href),
    async drop() {
      await Promise.all(clients.map((client) => client.end()));
      await onServer(url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
