/**
 * A database, a clock and a pipeline for a test file: embedded by default, a database of its own on the server that
 * TEST_DATABASE_URL names. A test takes a workspace of its own from it, so no test depends on another's rows.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { inject } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { type Caller, type Context, SCOPES, type Scope } from '../../src/context.ts';
import type { News } from '../../src/contract/live.ts';
import { type IdMaker, systemIds, toWire } from '../../src/ids.ts';
import { type Bus, LocalBus } from '../../src/infra/bus.ts';
import type { Database } from '../../src/infra/database.ts';
import { applyMigrations } from '../../src/infra/migrate.ts';
import { createPglite, openPglite } from '../../src/infra/pglite.ts';
import { openPostgres, postgresSession } from '../../src/infra/postgres.ts';
import { sql } from '../../src/infra/sql.ts';
import { Ingest } from '../../src/ingest/pipeline.ts';
import { createLog } from '../../src/log.ts';
import { Erasures } from '../../src/services/erasure-run.ts';
import { createWorkspace } from '../../src/services/workspace.ts';

/** A clock that stands still until it is told otherwise. */
export class TestClock implements Clock {
  #now: number;

  constructor(start: Date | string = '2026-01-15T10:00:00.000Z') {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  set(to: Date | string): void {
    this.#now = new Date(to).getTime();
  }
}

export interface TestDatabase {
  readonly db: Database;
  /** Of a PostgreSQL: for a second process. */
  readonly url?: string;
  close(): Promise<void>;
}

/** A migrated database of this file's own. */
export async function openTestDatabase(server = process.env.TEST_DATABASE_URL): Promise<TestDatabase> {
  if (server) return openOnServer(server);
  const db = openPglite(await createPglite(undefined, new Blob([await readFile(inject('migratedDump'))])));
  return { db, close: () => db.close() };
}

/** A caller of one workspace, as services want it. */
export interface TestWorkspace extends Context {
  readonly keys: { readonly publishableKey?: string | undefined; readonly secretKey?: string | undefined };
  /** The same workspace for another kind of key. */
  as(caller: Partial<Caller>): Context;
}

export interface World {
  readonly db: Database;
  readonly url?: string | undefined;
  readonly clock: TestClock;
  readonly ids: IdMaker;
  readonly bus: Bus<News>;
  readonly ingest: Ingest;
  /** What is to be deleted is deleted before the caller is answered, however long it takes. */
  readonly erasures: Erasures;
  workspace(): Promise<TestWorkspace>;
  close(): Promise<void>;
}

/** Everything below the doors. @param opened a database of the test's own making. */
export async function createWorld(clock = new TestClock(), opened?: TestDatabase): Promise<World> {
  const { db, url, close } = opened ?? (await openTestDatabase());
  const source = { db, clock, ids: systemIds, bus: new LocalBus<News>() };
  const erasures = new Erasures({ ...source, log: createLog('silent'), patience: () => new Promise(() => undefined) });
  return {
    ...source,
    erasures,
    url,
    ingest: new Ingest({ ...source, log: createLog('silent') }),
    workspace: () => openWorkspace({ ...source, erasures }),
    close,
  };
}

async function openWorkspace(source: Omit<Context, 'caller'>): Promise<TestWorkspace> {
  const { id, keys } = await createWorkspace(source, 'Test');
  const [row] = await source.db.rows<{ hash_key: Uint8Array }>(sql`/* test.hash_key */
    SELECT hash_key FROM workspace WHERE id = ${id}::uuid`);
  const caller: Caller = {
    workspaceId: id,
    hashKey: row?.hash_key ?? new Uint8Array(),
    kind: 'secret',
    by: { keyId: toWire('key', source.ids.uuid()), name: 'Test server' },
    scopes: new Set<Scope>(SCOPES),
  };
  return { ...source, caller, keys, as: (other) => ({ ...source, caller: { ...caller, ...other } }) };
}

async function openOnServer(server: string): Promise<TestDatabase> {
  const name = `vu_test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const session = await postgresSession(url.href);
  await applyMigrations(session);
  await session.close();
  const db = openPostgres(url.href);
  return {
    db,
    url: url.href,
    close: async () => {
      await db.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
