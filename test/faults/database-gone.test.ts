/** A database that breaks connections off or is gone for a while: callers are told to come back, and nothing is lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../src/infra/database.ts';
import { sql } from '../../src/infra/sql.ts';
import { Client } from '../support/client.ts';
import { KEYS, openPlace, type Place, type RunningServer, START_MS, startServer } from '../support/server-process.ts';
import { Cable } from './cable.ts';
import { expectedOf, Load, readStored } from './load.ts';

const CLIENTS = 12;
const ROUNDS = 8;
const ITEMS = 30;

describe.skipIf(!process.env.TEST_DATABASE_URL)('a database that fails (TEST_DATABASE_URL names a PostgreSQL)', () => {
  let place: Place;
  let cable: Cable;
  let server: RunningServer;
  let client: Client;

  beforeEach(async () => {
    place = await openPlace();
    cable = new Cable(place.env.DATABASE_URL ?? '');
    await cable.plugIn();
    server = await startServer(place, { DATABASE_URL: cable.url });
    client = new Client(server.origin, KEYS.secretKey);
  }, START_MS);

  afterEach(async () => {
    await server.kill();
    await cable.pull();
    await place.drop();
  });

  it('makes nobody see more than a 503 when it ends connections, and takes nothing twice', {
    timeout: START_MS,
  }, async () => {
    const load = new Load(client, 'load');
    load.start(CLIENTS);
    let ended = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await load.more(ITEMS);
      ended += await endConnections(place.db as Database);
    }
    await load.more(ITEMS);
    await load.finish();
    expect(ended).toBeGreaterThan(ROUNDS);
    await expectAllStoredOnce(load);
  });

  it('is waited for when it cannot be reached at all', { timeout: START_MS }, async () => {
    const load = new Load(client, 'load');
    load.start(CLIENTS);
    await load.more(ITEMS);
    await cable.pull();
    await vi.waitFor(() => expect(load.failures.get('503 unavailable')).toBeGreaterThan(CLIENTS), {
      timeout: START_MS,
    });
    const read = await client.get('/visitors');
    expect([read.status, read.problem.code, read.headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.origin}/livez`)).status).toBe(200);

    await cable.plugIn();
    await load.more(ITEMS);
    await load.finish();
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200);
    await expectAllStoredOnce(load);
  });

  /** Also that the server never went away: a crash would have refused a connection. */
  async function expectAllStoredOnce(load: Load): Promise<void> {
    expect(load.wrong, server.output()).toEqual([]);
    expect(server.isAlive()).toBe(true);
    expect(new Set(load.failures.keys())).toEqual(new Set(['503 unavailable']));
    expect(await readStored(load)).toEqual(expectedOf(load));
    expect(new Set(await load.repeat())).toEqual(new Set(['duplicate']));
  }
});

/** As an administrator would. @returns how many there were. */
async function endConnections(db: Database): Promise<number> {
  const rows = await db.rows(sql`/* test.end_connections */
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  return rows.length;
}
